"""Institutions' systems talk to each other: who may ask whom what, on which basis, signed, and provable afterwards.

Words: a *member* is an institution; its *subsystem* is one of its systems; a *service* is what a subsystem offers; an
*agreement* lets one subsystem call another's service for a purpose. The rules of the wire (`xroad/`, `paths`, `rights`,
`signing/`, `directory/`) are pure: no database, no network, no clock of their own; programs of any institution can be
held to them.
"""
