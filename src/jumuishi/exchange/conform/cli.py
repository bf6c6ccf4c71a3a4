"""`jumuishi exchange conform URL ...`: needs no installation and no database."""

import argparse
import contextlib
import secrets
import sys
from collections.abc import Iterator

from jumuishi.exchange.conform import kit, report
from jumuishi.exchange.conform.asking import Edge
from jumuishi.exchange.conform.model import Kind, Result, Scene
from jumuishi.exchange.conform.provider import Provider, provider


def exchange_conform(argv: list[str]) -> int:
    """Ask an edge by each rule; exit code 0 when all that apply hold, 1 when one is broken, 2 when nobody answers."""
    parser = _parser()
    wish = parser.parse_args(argv)
    more = tuple((name, value.strip()) for name, _, value in (one.partition(":") for one in wish.header))
    try:
        with _behind(wish.listen) as stands:
            scene = Scene(
                edge=Edge(wish.url, more, wish.ca), client=wish.client, service=wish.service, provider=stands,
                denied=wish.denied, described=wish.described, profile=wish.profile, seed=wish.seed,
                examples=wish.examples, large=wish.large_mb * 1_048_576,
            )  # fmt: skip
            scene.edge.ask("GET", "/listClients")
            found = []
            kinds = frozenset(Kind(one) for one in wish.kind) or frozenset(Kind)
            for one in kit.run(scene, kinds, frozenset(wish.check)):
                found.append(one)
                if wish.format == "text":
                    print(report.line(one), flush=True)
    except OSError as error:
        print(f"{wish.url}: {error}", file=sys.stderr)
        return 2
    print(report.as_json(scene, found) if wish.format == "json" else f"{report.total(found)}; seed {scene.seed}")
    return 1 if any(one.result is Result.FAIL for one in found) else 0


@contextlib.contextmanager
def _behind(at: str) -> Iterator[Provider | None]:
    if not at:
        yield None
        return
    host, _, port = at.rpartition(":")
    with provider(host or "127.0.0.1", int(port)) as (stands, _):
        yield stands


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="jumuishi exchange conform",
        description="Does this edge keep the rules of the X-Road REST message protocol? See docs/reference/conform.md.",
    )
    parser.add_argument("url", help="where the edge is, without /r1")
    parser.add_argument("--client", required=True, help="INSTANCE/CLASS/MEMBER/SUBSYSTEM that asks")
    parser.add_argument(
        "--service", required=True, help="INSTANCE/CLASS/MEMBER/SUBSYSTEM/CODE that it may ask, all of it"
    )
    parser.add_argument(
        "--listen",
        default="",
        metavar="HOST:PORT",
        help="be the provider here: the service's address is http://HOST:PORT",
    )
    parser.add_argument("--denied", default="", help="a service that there is and that the client may not ask")
    parser.add_argument("--described", default="", metavar="CODE", help="a service of the same provider with OpenAPI")
    parser.add_argument("--profile", default="", choices=("", "xroad-7.7", "xroad-7.8"), help="by default either")
    parser.add_argument("--header", action="append", default=[], metavar="NAME:VALUE", help="in every request")
    parser.add_argument("--ca", default="", help="certificates (PEM) to trust")
    parser.add_argument("--kind", action="append", default=[], choices=[one.value for one in Kind])
    parser.add_argument("--check", action="append", default=[], metavar="NAME", help="this one only")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000), help="for what is drawn")
    parser.add_argument("--examples", type=int, default=50, help="how many requests are drawn")
    parser.add_argument("--large-mb", type=int, default=8, help="the size of the large body")
    parser.add_argument("--format", choices=("text", "json"), default="text")
    return parser
