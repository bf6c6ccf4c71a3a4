"""What goes from node to node is signed: RFC 9421 over fixed components, with the body's digest (RFC 9530).

Fixed, so that nobody chooses what is left out; a verifier takes the components in any order, as the standard says, and
nothing more or less than these.
"""
