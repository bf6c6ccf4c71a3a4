"""Sitting allowances from true attendance: by amounts that are the body's own data, agreed by two.

Nothing is paid here: the file goes to whoever pays.
"""
