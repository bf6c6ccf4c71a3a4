"""Tables without a wall of ours, each with the reason. A table that is neither walled nor here fails the tests."""

UNWALLED: dict[str, str] = {
    "django_migrations": "which migrations ran; written by the owner only",
    "django_content_type": "names of tables; nobody's",
    "django_session": "random session keys; whoever holds the key is let in, nobody lists them",
    "auth_permission": "names of Django's permissions; nobody's and unused by us",
    "auth_group": "unused by us, made by Django's own application",
    "auth_group_permissions": "unused by us, made by Django's own application",
    "kernel_seldom": "a mark of chance, another whenever the catalogue changes; says nothing of anybody",
    "procrastinate_jobs": "the queue: names and ids only, read by the worker before any principal is known",
    "procrastinate_events": "the queue's own record of times",
    "procrastinate_periodic_defers": "the queue's own record, unused by us",
    "procrastinate_workers": "heartbeats of workers",
}
