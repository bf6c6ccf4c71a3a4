"""One sign-on: institutions' own systems let people in by the sign-in here, and every such sign-in is ended from here.

Words: a *client* is a system of an institution; its *terms* (whom it serves, where people are sent back to, which facts
it is told) count once they are approved; a *sign-in* is one person's standing at one client, as long as the session
here lasts; a *logout* is the word to a client that a sign-in is over. Wire: OpenID Connect Core 1.0 (code flow),
Discovery, RP-Initiated Logout, Back-Channel Logout; RFC 7636 (S256), 7009, 9207. Not here: how people
sign in (identity).
"""
