"""What members ask the office about an item before a meeting, and what the office answers.

Words: the *owner* of a question answers for it: whoever called the meeting, until it is passed to an officer. An answer
is the asker's, and all members' where the secretary says so; the public has none of it.
"""
