"""A meeting as it goes: pure. A command and the state so far give events or a refusal; the state is the events' fold.

No Django, no database, no clock of its own: the instant is handed in. Everything else (screens, gallery, minutes,
allowances, exports) reads the events.
"""
