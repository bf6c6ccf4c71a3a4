"""Drafts and cases: the shell around the stage machine.

It stores the state, runs the effects, keeps the journal and the clocks.
"""
