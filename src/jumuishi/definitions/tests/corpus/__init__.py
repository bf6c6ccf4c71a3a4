"""Definitions that are broken on purpose, each in one way, from the services that ship; sound ones that are made."""
