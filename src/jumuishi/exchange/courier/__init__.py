"""What must arrive later: messages between institutions' systems wait here until they are at the other end.

Words: a *message* is a CloudEvent with its place in a *stream*, which is all that one system sends to another about one
subject; a *parcel* is what travels between two nodes, by HTTPS or on a stick alike; an *acknowledgement* says how far a
stream lies safely at the other end; a *tombstone* takes the place of a message that comes no more.
"""
