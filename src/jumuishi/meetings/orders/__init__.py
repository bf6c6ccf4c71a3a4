"""Standing orders as data: what a body's own rules say, each with its clause; nothing that they do not say is assumed.

Pure: no Django, no database, no clock of its own.
"""
