"""The worker process."""

import os

import django


def main() -> None:
    """Set up Django, import every room's jobs and subscriptions, work."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jumuishi.project.settings")
    django.setup()
    from jumuishi.kernel import worker  # noqa: PLC0415  # after setup: the dispatcher loads its process on demand

    worker.serve()


if __name__ == "__main__":
    main()
