"""Prints who can sign in to the demonstration."""

from typing import Any

from django.core.management.base import BaseCommand

from jumuishi.project import demo_data


class Command(BaseCommand):
    """`show_demo_accounts`: a line each; the second factor's code of this minute is on /demo/."""

    help = "who can sign in to the demonstration"

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # the shape of every command
        accounts = demo_data.kept()
        self.stdout.write("Officers sign in at /ofisi/ with e-mail, password and a code (the codes are at /demo/):")
        for one in accounts:
            self.stdout.write(f"  {one.email:<32} {one.password:<14} {one.name}, {one.title}, {one.institution}")
