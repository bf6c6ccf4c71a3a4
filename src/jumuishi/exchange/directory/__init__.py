"""Who there is, with which keys, where, and who may ask whom: one document, signed by the authority, at every node.

It counts until it expires, and for a while longer where the centre is away: then with a lower grade, which each record
of an exchange carries. Its serial never goes back.
"""
