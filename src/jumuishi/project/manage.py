"""Django's own management commands, under our name."""

from django.core.management import ManagementUtility


def manage(argv: list[str]) -> int:
    """Run one of Django's commands; it ends the process itself when it fails."""
    ManagementUtility(["jumuishi manage", *argv]).execute()
    return 0
