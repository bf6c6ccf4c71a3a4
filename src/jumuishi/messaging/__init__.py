"""Short messages to people: kept in the sender's own transaction, sent after it, tried again while the gateway is away.

Words: a *part* is one SMS of a message that needs several; the *outbox* of a demonstration keeps what would have been
sent. Texts and numbers go into no log. Not here: what is said and when (the room that says it).
"""
