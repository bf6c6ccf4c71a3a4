"""Service definitions: what one public service asks, decides, charges and issues, as data.

Words: a package is the folder an author writes; an edition is one package fixed by its hash; a finding is one
fault with its place. Pure: no Django, no database, no clock of its own.
"""
