"""The room's door on an old phone: apply, go on, follow, answer, pay."""
