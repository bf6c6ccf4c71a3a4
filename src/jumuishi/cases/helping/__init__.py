"""Somebody acts for somebody else, openly: consent, what is done with it, and its end."""
