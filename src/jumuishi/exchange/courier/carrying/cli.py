"""`jumuishi exchange courier ...`: a stick is packed, read, and what waits is told. Each may be run twice."""

import argparse
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path

from django.conf import settings
from django.db import transaction

from jumuishi.exchange import standing
from jumuishi.exchange.courier.bundle import names
from jumuishi.exchange.courier.bundle.flaws import BadBundle, Flaw
from jumuishi.exchange.courier.carrying import actions, queries, reading, writing
from jumuishi.exchange.directory.document import UnreadDirectory
from jumuishi.exchange.directory.standing import NotTaken
from jumuishi.exchange.types import ExchangeRefusedError
from jumuishi.identity.types import Actor
from jumuishi.kernel import tenancy
from jumuishi.kernel.ids import new_id
from jumuishi.kernel.spoken import say_instant
from jumuishi.kernel.text import t

SYSTEM = tenancy.Principal.system()
# What to do with a file that was not taken, as an exit code: another copy helps, or it does not.
REFUSED, UNREADABLE = 1, 2


def _parser(verb: str) -> argparse.ArgumentParser:
    described = "\n".join(t(f"exchange.courier_help_{verb}", lang) for lang in ("sw", "en"))
    parser = argparse.ArgumentParser(
        prog=f"jumuishi exchange courier {verb}", description=described,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    parser.add_argument("--lang", choices=("sw", "en"), default="sw")
    return parser


def pack(argv: list[str]) -> int:
    """Write what waits for a node into a folder; exit 0 also where nothing does, 1 refused, 2 the folder."""
    parser = _parser("pack")
    parser.add_argument("--to", required=True, metavar="NODE")
    parser.add_argument("--size", type=int, default=writing.SIZE // 1_048_576, metavar="MB", help="most MB of a file")
    parser.add_argument("folder", type=Path, metavar="DIR")
    wish = parser.parse_args(argv)
    if not 1 <= wish.size <= 2000:
        parser.error("--size: 1 to 2000")
    return _pack(wish.to, wish.folder, wish.size * 1_048_576, wish.lang)


def _pack(to: str, folder: Path, size: int, lang: str) -> int:
    pack_id = new_id()
    try:
        files = writing.pack(to, folder, pack_id=pack_id, size=size)
        writing.write_directory(folder)
    except ExchangeRefusedError as error:
        print(t(error.key, lang), file=sys.stderr)
        return REFUSED
    except OSError as error:
        print(t("exchange.courier_folder", lang, folder=folder, problem=error.strerror or error), file=sys.stderr)
        return UNREADABLE
    if not files:
        print(t("exchange.courier_nothing", lang, node=to))
        return 0
    actions.packed(actor=Actor.system(), to=to, pack_id=pack_id, files=files)
    for one in files:
        name = names.name_of(files_from(), one.node, one.number, one.file)
        print(t("exchange.courier_packed", lang, file=name, n=one.messages, kb=-(-one.bytes // 1024)))
    print(t("exchange.courier_packed_all", lang, n=len(files), node=to))
    return 0


def files_from() -> str:
    """This node's name."""
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        return queries.own_name()


def unpack(argv: list[str]) -> int:
    """Take files, and write what is owed to their nodes beside them; the highest exit code of any of them."""
    parser = _parser("unpack")
    parser.add_argument("--no-answer", action="store_true", help="write nothing beside the files")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    wish = parser.parse_args(argv)
    answers: dict[str, Path] = {}
    code = 0
    for path in _in_order(wish.files):
        try:
            code = max(code, _one(path, wish.lang, answers))
        except ExchangeRefusedError as error:
            print(f"{path.name}: {t(error.key, wish.lang)}", file=sys.stderr)
            code = max(code, REFUSED)
        except BadBundle as error:
            print(f"{path.name}: {t(f'exchange.bundle_{error.flaw}', wish.lang)}", file=sys.stderr)
            code = max(code, UNREADABLE if error.flaw in (Flaw.CUT, Flaw.ALTERED) else REFUSED)
        except OSError as error:
            said = t("exchange.courier_folder", wish.lang, folder=path, problem=error.strerror or error)
            print(said, file=sys.stderr)
            code = max(code, UNREADABLE)
    if not wish.no_answer:
        for to, folder in answers.items():
            code = max(code, _pack(to, folder, writing.SIZE, wish.lang))
    return code


def _in_order(given: Iterable[Path]) -> Sequence[Path]:
    """Directories first, then by name, which has the number in it; a folder stands for the files in it."""
    found = [each for one in given for each in (_inside(one) if one.is_dir() else [one])]
    return sorted(found, key=lambda one: (not one.name.endswith(names.DIRECTORY), one.name))


def _inside(folder: Path) -> list[Path]:
    own = names.name_of(files_from(), "x", 1, 1).split(names.BETWEEN)[0]
    files = [one for one in folder.iterdir() if one.name.endswith((names.SUFFIX, names.DIRECTORY))]
    # What we wrote there ourselves is for others.
    return [one for one in files if one.name.split(names.BETWEEN)[0] != own]


def _one(path: Path, lang: str, answers: dict[str, Path]) -> int:
    if path.name.endswith(names.DIRECTORY):
        return _directory(path, lang)
    with path.open("rb") as source, reading.opened(source) as reader:
        head = reader.head
        row = reading.note(reader, path.stat().st_size)
        if row.taken_at is not None:
            at = say_instant(row.taken_at, lang, settings.TIME_ZONE)
            print(t("exchange.courier_again", lang, file=path.name, node=head.sender, number=head.number, at=at))
        else:
            count = reading.take(reader, row)
            actions.taken(actor=Actor.system(), row=row, messages=count)
            print(
                t("exchange.courier_taken", lang, file=path.name, node=head.sender, number=head.number, n=count)
            )  # fmt: skip
        answers[head.sender] = path.parent
    return 0


def _directory(path: Path, lang: str) -> int:
    try:
        came = standing.arrived(path.read_bytes()[: 64 * 1_048_576])
    except (UnreadDirectory, NotTaken):
        # An older one is no fault; one that is not the centre's is not believed.
        print(t("exchange.courier_directory_kept", lang, file=path.name))
        return 0
    print(t("exchange.courier_directory_new" if came else "exchange.courier_directory_same", lang, file=path.name))
    return 0


def status(argv: list[str]) -> int:
    """Print what waits for each node, since when, and how it was last heard; exit 0."""
    lang = _parser("status").parse_args(argv).lang
    with tenancy.acting_as(SYSTEM), transaction.atomic():
        rows = queries.nodes(None)
        dead = queries.open_dead(None)

    def at(when: object) -> str:
        return say_instant(when, lang, settings.TIME_ZONE) if when else "-"  # type: ignore[arg-type]

    if not rows:
        print(t("exchange.courier_no_nodes", lang))
    for one in rows:
        print(
            t("exchange.courier_line", lang, node=one.node or t("exchange.courier_nowhere", lang), n=one.waiting,
              oldest=at(one.oldest_at), heard=at(one.heard_at), missing=len(one.missing))
        )  # fmt: skip
        if one.missing:
            print("  " + t("exchange.courier_missing", lang, numbers=", ".join(map(str, one.missing))))
        if one.lost:
            print("  " + t("exchange.courier_lost", lang, numbers=", ".join(map(str, one.lost))))
    print(t("exchange.courier_dead_n", lang, n=dead))
    return 0
