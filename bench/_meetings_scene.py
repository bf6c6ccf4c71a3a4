"""Halls for bench/meetings.py, made inside an installation: `python -m bench._meetings_scene HALLS SEATS LARGE`.

One council of LARGE members, and HALLS of SEATS, of the same people; orders with made-up figures, marked so. Prints, as
JSON, each hall with its members' ids, and the session keys of the people; then does what each line on its input says,
and answers with a line.
"""

import json
import os
import sys
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jumuishi.project.settings")
django.setup()

from django.db import transaction  # noqa: E402
from django.test import Client  # noqa: E402

from jumuishi.identity import public as identity  # noqa: E402
from jumuishi.identity import testing  # noqa: E402
from jumuishi.institutions import public as institutions  # noqa: E402
from jumuishi.kernel import clock, tenancy  # noqa: E402
from jumuishi.kernel.ids import new_id  # noqa: E402
from jumuishi.meetings.hall import commands as c  # noqa: E402
from jumuishi.meetings.models import Ballot, Edition, Event, Meeting  # noqa: E402
from jumuishi.meetings.sitting import acts  # noqa: E402
from jumuishi.meetings.tests.halls import Hall, hall  # noqa: E402

# Made up for measuring; no law's figures.
RULE = {"clause": "Kanuni ya mfano", "words": "Mfano"}
ORDERS = {
    "gazette": "Mfano 1/1900",
    "voters": {"roles": ["chair", "member"], **RULE},
    "quorum": {"share": "1/2", "of": "members", **RULE},
    "majorities": {"ordinary": {"share": "1/2", "of": "cast", "ways": ["device"], **RULE}},
    "casting": {"does": "none", **RULE},
    "remote": {"counts": True, **RULE},
    "public": {"open": True, **RULE},
    "closing": RULE,
}


def furnish(one: Hall) -> None:
    """Orders in force for a hall."""
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        edition = Edition.objects.create(
            institution_id=one.body.institution_id, body=one.body, number=1, definition=ORDERS,
            state=Edition.State.AGREED, from_on=clock.now().date(), made_by=one.people[0].who, made_at=clock.now(),
            agreed_by=one.people[1].who, agreed_at=clock.now(),
        )  # fmt: skip
        Meeting.objects.filter(id=one.meeting.id).update(edition=edition)


def act(one: Hall, member: int, command: c.Command) -> None:
    """A real act of one of its members."""
    actor = one.people[member]
    with tenancy.acting_as(identity.principal_of(actor)):
        acts.act(actor=actor, meeting_id=one.meeting.id, command=command)


def vote(one: Hall) -> str:
    """The chair opens a vote by name; its id."""
    key = str(new_id())
    act(one, 0, c.OpenVote(id=key, vote=key, about={"text": f"Kura {key[-6:]}"}, ways=("device",)))
    return key


def count(one: Hall, key: str) -> dict[str, Any]:
    """The chair ends it; the result as it was counted, and the ballots that are there."""
    act(one, 0, c.EndVote(id=str(new_id()), vote=key))
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        ended = Event.objects.get(meeting=one.meeting, kind="vote.ended", body__vote=key).body
        rows = Ballot.objects.filter(vote=key).count()
    return {"counted": ended["for"] + ended["against"] + ended["abstain"], "rows": rows, "result": ended["result"]}


def hour(one: Hall) -> None:
    """What a council does in an hour: 8 items, 24 speeches, 8 motions, 5 votes; told as rows."""
    for n in range(8):
        item = one.items[n % 2].id
        one.happens("item.opened", item=item)
        one.happens("motion.moved", motion=new_id(), item=item, member=one.members[n].id, decision="ordinary",
                    text=f"Kwamba Halmashauri itenge fedha za barabara ya kijiji namba {n} mwaka huu",
                    lines=[f"Kwamba Halmashauri itenge fedha za barabara ya kijiji namba {n} mwaka huu"])  # fmt: skip
        time.sleep(0.3)
        for m in range(3):
            said = {"ask": new_id(), "member": one.members[n + m].id, "item": item, "what": "speech"}
            one.happens("floor.asked", **said)
            time.sleep(0.2)
            one.happens("floor.given", **said)
            time.sleep(0.2)
            one.happens("floor.ended", **{key: said[key] for key in ("ask", "member")}, spoke=240)
            time.sleep(0.2)
        if n < 5:
            key = one.asks_to_vote(f"Fedha za barabara namba {n}")
            time.sleep(0.3)
            one.ends_vote(key, (30, 8, 3))
            time.sleep(0.2)
        one.happens("item.ended", item=item, outcome="decided" if n < 5 else "noted")
        time.sleep(0.2)


def do(halls: list[Hall], said: dict[str, Any]) -> Any:
    """One line's wish."""
    one = halls[said.get("hall", 0)]
    match said["do"]:
        case "move":
            words = str(said["words"])
            act(one, 1, c.Move(id=str(new_id()), motion=str(new_id()), member=str(one.members[1].id), text=words))
        case "vote":
            return [vote(halls[n]) for n in said["halls"]]
        case "count":
            return [count(halls[n], key) for n, key in said["votes"]]
        case "hour":
            one.catches_up()
            hour(one)
    return None


def main() -> None:
    """Make them, then serve."""
    count_, seats, large = map(int, sys.argv[1:4])
    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        home = institutions.institution_by_slug("mfano")
    assert home is not None
    big = hall(home.id, members=large, slug="kikao-kikubwa")
    halls = [big, *(hall(home.id, slug=f"kikao-{n}", people=big.people[:seats]) for n in range(count_))]
    for one in halls:
        furnish(one)
        with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
            one.opens()
            one.happens("item.opened", item=one.items[0].id)
    keys = []
    for person in big.people:
        client = Client()
        testing.sign_in(client, person)
        keys.append(str(client.session.session_key))
    print(json.dumps({"meetings": [str(one.meeting.id) for one in halls], "sessions": keys}), flush=True)
    for line in sys.stdin:
        print(json.dumps(do(halls, json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
