"""Loads the demonstration country into an empty installation."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from jumuishi.project import demo_data, demo_ports, demo_registers
from jumuishi.project.network import furnishing
from jumuishi.project.network.parts import NAMES


class Command(BaseCommand):
    """`load_demo [NAME]`: all or nothing; a start that was killed half-way begins it again."""

    help = "load the demonstration country"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", nargs="?", default="country")

    def handle(self, *args: Any, **options: Any) -> None:  # noqa: ARG002  # the shape of every command
        name = options["name"]
        accounts = furnishing.load(name) if name in NAMES else demo_data.load()
        if name not in NAMES:
            accounts += demo_registers.load(demo_ports.kept(Path(settings.JUMUISHI_DATA)))
        self.stdout.write(f"demonstration loaded: {len(accounts)} officers can sign in")
