"""What goes on in a hall, told as it happens: a small process of its own, by server-sent events.

One connection LISTENs; what happened is read once and rendered once for all readers of a kind. Whoever was cut off goes
on from the last event; whoever cannot keep up is dropped, and comes again. While a session is closed nothing of it is
told outside, by this process and not by the reader's page.
"""
