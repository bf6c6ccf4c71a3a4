"""Documents that come out at the end: rendered, signed, numbered, and verifiable by anyone, with no network.

A *document* is the PDF and its row; its *code* is the signed payload of the QR; its *number* is what a person reads
over the telephone; *claims* are the few printed facts that the code repeats. Not here: what a template says (it comes
as a tree of nodes), and when a document is issued (the case decides).
"""
