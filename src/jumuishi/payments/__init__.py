"""Bills with a control number, what was paid on them, and what goes back.

Words: a *bill* asks one person for the fees of one case; the *control number* is the gateway's name for it; a bill and
the bills that replaced it are one *debt*; a *refund task* is money that must go back, with an owner and a clock.
The money of a case is never a stored verdict: it follows from the facts (rules.py), in whatever order they arrived.
Not here: when a case asks for money and what it does once paid (cases), what a fee is (definitions).
"""
