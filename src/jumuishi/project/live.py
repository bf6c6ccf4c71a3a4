"""The live process of meetings."""

import os

import django


def main() -> None:
    """Set up Django for the tables, then tell what happens."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jumuishi.project.settings")
    django.setup()
    from jumuishi.meetings.live import app  # noqa: PLC0415  # after setup: the dispatcher loads its process on demand

    app.main()


if __name__ == "__main__":
    main()
