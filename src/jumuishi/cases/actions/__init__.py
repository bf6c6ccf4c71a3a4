"""The verbs of this room, a file each kind of actor."""
