"""The stage machine, a function: (edition, state, act) -> (new state, effects)."""
