"""Telling other programs what happened: an address that a person or an institution gave is sent signed notices.

Words: a *hook* is the wish to be told, with its address, topics and secret; a *delivery* is one notice to one hook; it
is *dead* once it was tried for three days in vain, and waits for its owner to send it again. A notice names things by
their numbers and says nothing about a person. Not here: what happened (the rooms that tell).
"""
