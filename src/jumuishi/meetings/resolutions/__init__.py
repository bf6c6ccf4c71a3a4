"""Decisions carried out: each becomes a resolution or directive with an owner and a date, and comes back until done.

Words: a *resolution* is what a body decided; a *duty* is one institution's part in it (a directive gives one to each);
its *steps* are what was done about it: acknowledged, committed, noted, reported, accepted or sent back.
"""
