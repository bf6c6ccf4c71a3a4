"""The REST message protocol that existing systems speak: what they send, what they are answered, byte by byte.

Two profiles, since the names of the errors changed between releases and clients compare them: see `errors.Profile`.
"""
