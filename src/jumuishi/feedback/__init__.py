"""What people say of a service or an institution: complaint, suggestion, question, opinion, praise.

Each has a clock, an owner and an answer; whoever speaks may stay nameless and still read the answer. It names a case
by its number only: the case's own room knows nothing of it.
"""
