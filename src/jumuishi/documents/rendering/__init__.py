"""From a tree of nodes to a dignified A4 page: fixed layouts of ours in Typst, everything else handed over as data."""
