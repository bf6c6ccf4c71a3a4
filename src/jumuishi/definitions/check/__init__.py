"""What a package that could be read still gets wrong: expressions, flow, templates, stories' keys."""
