"""Figures of service, computed from what happened: what is open, due and late, how long things take, promises kept.

It hears events and owns projections; it decides nothing and holds no personal data of applicants.
"""
