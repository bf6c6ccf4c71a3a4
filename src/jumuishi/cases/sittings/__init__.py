"""Sittings: a committee decides a list of cases together, by an agenda, and answers for it by minutes.

A body is a role of an institution that a definition calls a committee. What lies on an agenda is named by a word and an
id (`thing`, `thing_id`), and decided through `cases.public.decide_together`: a room of meetings can take sittings over.
"""
