"""Editions of definitions, the catalogue, and what each institution offers: settings with sources, role-holders, two people who publish."""
