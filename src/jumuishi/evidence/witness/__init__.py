"""A witness: a small program that anyone runs elsewhere, and that cosigns a log's checkpoints while they agree.

It remembers of each log the one tree that it saw last, and signs another only where that one continues it. So a log
that shows two histories shows at least one of them without its witnesses. C2SP tlog-witness and tlog-cosignature.

It stands alone: the standard library, `cryptography` and the file `verifier.py` beside it; no other file of this house.
"""
