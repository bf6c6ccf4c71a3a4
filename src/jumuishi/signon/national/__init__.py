"""The country's own identity provider lets people in here: an OpenID Connect client, off until it is set up.

It never stands alone: a citizen shows a phone once besides it, an officer the password and second factor once, and the
second factor each time. While it is away every other way in is as it was.
"""
