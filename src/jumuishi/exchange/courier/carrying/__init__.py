"""Bundles on this node: packed from what waits, written to a stick, read from one, and each number remembered.

What is packed is all that the other node has not acknowledged. So a stick that is lost costs nothing but the way: the
next bundle has the same messages, and the numbers say to both that one never came.
"""
