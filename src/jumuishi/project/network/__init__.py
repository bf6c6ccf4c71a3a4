"""The demonstration of the exchange: an authority, an agency and a council, each a node of its own on this machine.

A *part* is a node with data, keys, database and processes of its own, which the authority's supervisor starts, and
which joins the network by the commands that a person would type. Not for real use: see deploy/RUNBOOK.md.
"""
