"""Whose data a call was about: where the owner said that the key stands, kept so that it names nobody."""
