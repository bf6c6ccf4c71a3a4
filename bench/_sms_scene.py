"""Keeps messages in a running installation for a measurement, or hands them to a simulated gateway without it.

`python -m bench._sms_scene keep COUNT ROUND` keeps so many in one transaction and prints the instant of its end.
`python -m bench._sms_scene bare COUNT URL KEY` posts as many, one after the other, over one connection; prints seconds.
"""

import sys
import time
from datetime import UTC, datetime
from uuid import UUID

import django
import httpx

from jumuishi.kernel.ids import new_id
from jumuishi.messaging.gateways import mgov_wire

HOMES = 10
TEXT = "Barua ya utambulisho: Lipo kwa afisa mtendaji. 10{:014}"


def number(n: int) -> str:
    """A phone of nobody."""
    return f"+2557{n:08}"


def keep(count: int, round_: int) -> float:
    """As the rooms above do; the messages of a few institutions."""
    django.setup()
    from django.db import transaction  # noqa: PLC0415  # models load after the settings are known

    from jumuishi.kernel import tenancy  # noqa: PLC0415
    from jumuishi.messaging import public as messaging  # noqa: PLC0415

    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        for n in range(count):
            messaging.send_sms(
                institution_id=UUID(int=n % HOMES + 1), person_id=None, to=number(round_ * 1_000_000 + n),
                text=TEXT.format(n), purpose="case", case_id=new_id(), topic="stage",
            )  # fmt: skip
    return time.time()


def bare(count: int, url: str, key: str) -> float:
    """The same wire, and nothing kept."""
    with httpx.Client(trust_env=False) as client:
        began = time.perf_counter()
        for n in range(count):
            body = mgov_wire.send_body(
                message_id=new_id(), to=number(n), text=TEXT.format(n), at=datetime.now(UTC),
                zone="Africa/Dar_es_Salaam", service_id="999", sender_id="15200",
            )  # fmt: skip
            headers = {"Content-Type": "application/json", "hash": mgov_wire.sign(key, body), "sysId": "SYS1"}
            if client.post(url + mgov_wire.SEND, content=body, headers=headers).json()["success"] is not True:
                raise SystemExit("refused")
        return time.perf_counter() - began


def main() -> None:
    """One figure on standard output."""
    way, *given = sys.argv[1:]
    print(keep(int(given[0]), int(given[1])) if way == "keep" else bare(int(given[0]), given[1], given[2]))


if __name__ == "__main__":
    main()
