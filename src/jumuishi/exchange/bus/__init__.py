"""UNOFFICIAL: a bridge to the government's bus, as two public clients describe it; the authority confirmed none of it.

It is an adapter, not a part of the exchange: toward us it is an ordinary system at the edge, so that rights, records
and proofs are those of every call. `wire` is the bus's form, `adapter` both directions, `simulator` a bus for tests.
"""
