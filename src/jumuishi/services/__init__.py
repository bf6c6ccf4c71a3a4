"""Editions of definitions, the catalogue, and what each institution offers.

Its words: setting with a source, role-holder, two people who publish.
"""
