"""The outside world of this room: the virus scanner."""
