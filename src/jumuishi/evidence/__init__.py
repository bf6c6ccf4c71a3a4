"""What was done, provably: the journal of acts, the tamper-evident log over it, receipts, the audit of our own rows.

Words. Journal row: who did what to which thing, in canonical bytes with a fresh salt. Commitment: 32 bytes that bind
the row and tell nothing of it. Leaf, tile, checkpoint: the RFC 6962 tree over commitments as C2SP tlog-tiles publishes
it. Promise: our signature, at once, that the leaf will be there within the merge delay. Receipt: the proof itself.
Mirror: copies outside database and data folder. Epoch: the log's life between two restorations of a backup.

It is not a log of what programs do (that is logging), and it decides nothing about who may act (that is identity).
"""
