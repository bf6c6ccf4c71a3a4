"""Sessions for `bench lists` in a filled installation, and the plans of what its pages ask.

Prints one JSON object: sessions of an officer and an applicant, a case of the largest institution and what it is found
by. With the word "plans": each distinct statement of each page, with its plan.
"""

import json
import sys

import django
from django.conf import settings
from django.db import connection, transaction

OFFICE, MANY = "mfano", 120


def scene() -> dict[str, str]:
    """Who asks, and for what: the same in a small and in a large installation."""
    from jumuishi.cases.models import Case, Find, Task  # noqa: PLC0415  # models load after the settings are known
    from jumuishi.identity import testing  # noqa: PLC0415
    from jumuishi.identity.types import Actor, ActorKind  # noqa: PLC0415
    from jumuishi.institutions import public as institutions  # noqa: PLC0415
    from jumuishi.kernel import tenancy  # noqa: PLC0415

    with tenancy.acting_as(tenancy.Principal.system()), transaction.atomic():
        home = institutions.institution_by_slug(OFFICE)
        assert home is not None
        people = institutions.people_in(home.id)
        head = next(one for one in people if "head" in one.roles)
        actor = Actor(ActorKind.OFFICER, head.person_id, home.id, head.roles, head.appointment_id, name=head.name)
        applicant = testing.citizen("0700 000 099", "Asha Wengi")
        if not Case.objects.filter(person_id=applicant.person_id).exists():
            ids = list(Case.objects.filter(institution_id=home.id).order_by("-submitted_at").values_list("id")[:MANY])
            Case.objects.filter(id__in=[one for (one,) in ids]).update(person_id=applicant.person_id)
        task = Task.objects.filter(institution_id=home.id, state="open", kind="task").order_by("due_at").first()
        assert task is not None
        case = task.case
        words = [one for one in case.title.lower().split() if len(one) > 3 and one.isalpha() and one != "duka"]
        return {
            "officer": _session(actor), "applicant": _session(applicant), "case": str(case.id),
            "reference": case.reference, "phone": case.phone[-9:], "name": words[-1],
            "second": words[0] if len(words) > 1 else "duka",
            "tokens": str(Find.objects.filter(institution_id=home.id, case=case).count()),
            "token": _token(applicant.who),
        }  # fmt: skip


def _session(actor: object) -> str:
    from django.test import Client  # noqa: PLC0415  # after the settings

    from jumuishi.identity import testing  # noqa: PLC0415

    client = Client()
    testing.sign_in(client, actor)  # type: ignore[arg-type]  # an actor
    return str(client.cookies["sessionid"].value)


def _token(person: object) -> str:
    from jumuishi.identity import public as identity  # noqa: PLC0415  # after the settings

    return identity.new_token(person)  # type: ignore[arg-type]  # a person's id


def plans() -> None:
    """Ask each page in this process, and then each of its statements again with EXPLAIN, as the same principal."""
    from django.test import Client  # noqa: PLC0415  # after the settings
    from django.test.utils import setup_test_environment  # noqa: PLC0415

    from bench.lists import addresses  # noqa: PLC0415

    setup_test_environment()
    settings.ALLOWED_HOSTS = ["*"]
    seen = scene()
    told: set[str] = set()
    for page, (address, who) in addresses(seen).items():
        client = Client()
        if who in ("officer", "applicant"):
            client.cookies["sessionid"] = seen[who]
        headers = {"Authorization": f"Bearer {seen['token']}"} if who == "token" else {}
        print(f"\n== {page}: {address}")
        with connection.execute_wrapper(_explain(told)):
            client.get(address, headers=headers)


def _explain(told: set[str]):  # a wrapper of Django's
    """Before a SELECT runs: its plan, in the same transaction and thus as the same principal."""

    def wrap(execute, sql, params, many, context):
        text = str(sql)
        if text.lstrip().upper().startswith(("SELECT", "WITH")) and "cases_" in text + "evidence" and text not in told:
            told.add(text)
            cursor = context["connection"].cursor().cursor
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, SUMMARY) {text}", params)
            print(f"\n-- {' '.join(text.split())[:600]}")
            print("\n".join(row[0] for row in cursor.fetchall()))
        return execute(sql, params, many, context)

    return wrap


if __name__ == "__main__":
    django.setup()
    if sys.argv[1:] == ["plans"]:
        plans()
    else:
        print(json.dumps(scene()))
