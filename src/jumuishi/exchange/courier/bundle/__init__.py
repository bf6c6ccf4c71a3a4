"""Parcels on a stick: signed by the node that packed them, compressed, and closed for the node that they are for.

A *bundle* is one file of parcels (`envelope`); what goes at once may be several. Each is whole in itself: one that is
lost, torn or copied by half costs what is in it and nothing else, and that goes again. No Django, no database and no
clock here.
"""
