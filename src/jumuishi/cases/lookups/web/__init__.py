"""Looks on the pages of a draft, and the pages of their own."""
