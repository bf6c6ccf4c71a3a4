"""The public gallery: bodies, their meetings, what is discussed, how it was voted; all that is open, to everybody.

Whoever looks, an officer too, sees here what a visitor sees: the reads are a visitor's, and the database holds back the
rest.
"""
