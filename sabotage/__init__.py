"""Patches that each break one promise; the tests must notice."""
