"""A public kit that asks any edge of the REST message protocol, ours or another's, whether it keeps the rules.

It knows nothing of Jumuishi: it speaks to an address, and stands behind it as the provider's system. `kit` runs the
checks, `checks/` are the rules, `asking` and `provider` the two ends, `report` says what was found.
"""
