"""A definition's `lookup:` asks registers before the person; what they said stands beside the answers, with its source.

Words: a *look* is what a register said under the answer to one field (its key), kept apart from the answers, which
hold the value alone. A value that was fetched isn't asked; its person may *dispute* it, and then says it themselves,
with a reason.
"""
