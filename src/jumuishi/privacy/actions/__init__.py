"""The verbs of this room: what people ask, what is answered, breaches, registers."""
