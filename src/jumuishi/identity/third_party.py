"""Tables of others that this room uses and that have no wall of ours, each with the reason."""

UNWALLED: dict[str, str] = {
    "django_session": "random session keys; whoever holds the key is let in, nobody lists them",
}
