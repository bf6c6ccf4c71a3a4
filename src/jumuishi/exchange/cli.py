"""`jumuishi exchange ...`: how a node joins a network, on the machine that it runs on."""

import argparse
import sys
from pathlib import Path

from jumuishi.exchange import centre, standing, statement
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.identity.types import Actor
from jumuishi.kernel.text import t


def exchange_statement(argv: list[str]) -> int:
    """Print what this node says of itself, signed: a file for the centre."""
    argparse.ArgumentParser(prog="jumuishi exchange statement").parse_args(argv)
    sys.stdout.write(statement.said().decode())
    return 0


def exchange_invitation(argv: list[str]) -> int:
    """Print the line by which other nodes join this centre."""
    argparse.ArgumentParser(prog="jumuishi exchange invitation").parse_args(argv)
    print(standing.invitation())
    return 0


def exchange_join(argv: list[str]) -> int:
    """Go by another centre's directory from now on; exit 1 for a line that is no invitation."""
    parser = argparse.ArgumentParser(prog="jumuishi exchange join")
    parser.add_argument("invitation", nargs="+", help="the line that the centre's `exchange invitation` printed")
    try:
        standing.join(" ".join(parser.parse_args(argv).invitation))
    except standing.BadInvitation:
        print("This is no invitation of a centre.", file=sys.stderr)
        return 1
    print("Joined. The directory is fetched within a minute, once the centre has let this node in.")
    return 0


def exchange_admit(argv: list[str]) -> int:
    """At the centre, let a node in to speak for members; exit 1 with the reason where that can't be."""
    parser = argparse.ArgumentParser(prog="jumuishi exchange admit")
    parser.add_argument("statement", type=Path, help="what the node's `exchange statement` printed")
    parser.add_argument("--member", action="append", required=True, metavar="CLASS/CODE", help="such as GOV/mfano")
    wish = parser.parse_args(argv)
    pairs = [tuple(one.split("/")) for one in wish.member]
    if any(len(one) != 2 for one in pairs):
        parser.error("a member is CLASS/CODE")
    try:
        text = wish.statement.read_bytes()
        centre.admit(actor=Actor.system(), statement_text=text, members=[(one[0], one[1]) for one in pairs])
    except OSError as error:
        print(f"{wish.statement}: {error.strerror}", file=sys.stderr)
        return 2
    except ExchangeRefusedError as error:
        print(t(error.key, "en"), file=sys.stderr)
        return 1
    print("Admitted; the directory names it.")
    return 0
