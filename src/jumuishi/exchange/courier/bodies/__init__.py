"""Large bodies: they travel apart from their messages, in parts, and are asked for until they are whole.

A message that has one is handed on once it is here. What came of it stays, whichever way the rest comes and however
long that takes; its SHA-256, which the signed message says, decides whether it is the one.
"""
