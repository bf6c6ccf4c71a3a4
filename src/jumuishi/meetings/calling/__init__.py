"""Before a meeting: it is planned, its agenda made, its members called in the time that their orders give, and served.

Words: a *notice* tells all members one thing (called, changed, cancelled); a *service* is what came of it for one of
them, sent, delivered, opened, acknowledged; an *apology* is a member's own word, accepted or not in the hall.
"""
