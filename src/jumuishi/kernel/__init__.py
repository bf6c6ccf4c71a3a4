"""Ground: ids, money, time, text, tenancy, events, jobs, files, seals.

Knows no room; each module is a face of its own.
"""
