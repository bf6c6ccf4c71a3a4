"""What can happen for some answers, decided by a solver (z3) over types, constraints and conditions; never by example.

Only `jumuishi.definitions.solve` imports z3, and nothing that serves a page imports this: see check/package.py.
"""
