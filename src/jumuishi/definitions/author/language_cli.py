"""`jumuishi service language-server`: for editors, over standard input and output."""

import argparse
from importlib.metadata import version

from jumuishi.definitions.author.language.server import Editor


def language_server(argv: list[str]) -> int:
    """Serve one editor until it goes; always 0."""
    parser = argparse.ArgumentParser(
        prog="jumuishi service language-server",
        description="Serve an editor that speaks the Language Server Protocol, over standard input and output.",
    )
    parser.add_argument("--lang", choices=("sw", "en"), default="", help="else what the editor says, else sw")
    parser.add_argument("--stdio", action="store_true", help="what it does anyway; some editors say so")
    given = parser.parse_args(argv)
    Editor(version("jumuishi"), given.lang).server.start_io()
    return 0
