"""A country in which things happened: what the tests of the walls look for, and must not find."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection
from django.test import Client

from jumuishi.cases.tests.conftest import ANSWERS, begin, fill
from jumuishi.identity import people, testing
from jumuishi.identity.recovery import ask_recovery
from jumuishi.identity.types import Actor, ActorKind
from jumuishi.institutions import heads, joining, staff
from jumuishi.institutions import public as institutions
from jumuishi.institutions.queries import today
from jumuishi.institutions.tests.conftest import letters
from jumuishi.kernel import files

ASHA = "0700 000 061"
# What belongs to Asha, in words that stand nowhere else.
COMPLAINT = "Nilinyanyaswa dirishani"
APP = "siri-ya-asha"
RIGHT, BREACH = "Nataka kujua mnachohifadhi", "Faili zangu zilionekana"
SECRETS = (
    "Asha Juma", "Mgahawa wa Asha", "19000101000000000001", "700000061", "700 000 061", COMPLAINT, RIGHT, BREACH, APP,
)  # fmt: skip
# Whose names nobody outside the institution reads.
STAFF = ("Salma", "Petro", "Faraja", "Zawadi")


class Scene:
    """The demonstration country with a case in each state that leaves rows behind, by real requests."""

    def __init__(self, run_jobs: Callable[[], int]) -> None:
        self.run_jobs = run_jobs
        self.homes = {
            slug: home.id
            for slug in ("mamlaka", "mfano", "jirani", "polisi-mfano", "chuo-mfano", "maji-mfano", "benki-mfano")
            if (home := institutions.institution_by_slug(slug))
        }
        self.asha = Client()
        testing.sign_in(self.asha, testing.citizen(ASHA, "Asha Juma"))
        self._programs()
        self.paid = self._case()
        self._decide()
        run_jobs()
        self.running = self._case()
        self.draft = begin(self.asha)
        fill(self.asha, self.draft, {"applicant": ANSWERS["applicant"]})
        assert begin(Client()).startswith("/omba/")
        self._institutions()
        self._feedback()
        self._rights(run_jobs)
        run_jobs()

    def officer(self, slug: str, name: str) -> Actor:
        """An officer of the demonstration."""
        one = next(one for one in institutions.people_in(self.homes[slug]) if one.name == name)
        kind = ActorKind.AUTHORITY if slug == "mamlaka" else ActorKind.OFFICER
        return Actor(kind, one.person_id, self.homes[slug], one.roles, one.appointment_id, name=name)

    def at_work(self, slug: str, name: str) -> Client:
        """Such an officer's browser; a fault of the server is an answer, not an exception of the test."""
        client = Client(raise_request_exception=False)
        testing.sign_in(client, self.officer(slug, name))
        return client

    def _case(self) -> UUID:
        draft = begin(self.asha)
        fill(self.asha, draft)
        answer = self.asha.post(f"{draft}hakiki/", {"phone": ASHA})
        assert answer.status_code == 302, answer.content[:2000]
        return UUID(re.findall(r"[0-9a-f-]{36}", answer["Location"])[0])

    def _decide(self) -> None:
        for name, choice in (("Juma", "forward"), ("Salma", "pass"), ("Petro", "pass"), ("Neema", "approve")):
            client, page = self.at_work("mfano", name), f"/ofisi/ombi/{self.paid}/"
            html = client.get(page).content.decode()
            task = re.search(r'name="task" value="([^"]+)"', html)
            version = re.search(r'name="version" value="(\d+)"', html)
            assert task, re.sub(r"<[^>]+>", " ", html)[:1500]
            assert version
            given = {"task": task[1], "version": version[1], "act": choice, "text": "Sawa"}
            assert client.post(f"{page}tenda/", given).status_code == 302

    def _programs(self) -> None:
        """An app of Asha's and a program of the institution are told what happens."""
        topics = ["case.submitted", "case.moved"]
        for client, page in ((self.asha, "/mimi/programu/"), (self.at_work("mfano", "Neema"), "/ofisi/taarifa-api/")):
            made = client.post(page, {"url": f"https://programu.example/{APP}", "topics": topics, "once": page})
            assert made.status_code == 200, made.content[:2000]

    def _institutions(self) -> None:
        """A unit, a lent role, a day off, a recovery, a change of head, a request that waits, a guest."""
        neema, juma, imani = (self.officer("mfano", one) for one in ("Neema", "Juma", "Imani"))
        day, home = today(), self.homes["mfano"]
        staff.add_unit(actor=neema, institution_id=home, name={"sw": "Biashara", "en": "Trade"})
        staff.delegate(actor=juma, to_person=imani.who, roles=["trade-officer"], from_on=day, until_on=day)
        institutions.announce_holiday(
            actor=neema, institution_id=home, day=day, name={"sw": "Sikukuu", "en": "Feast"}, source="Mfano"
        )
        ask_recovery(actor=imani, person_id=juma.who, reason="Simu imepotea")
        heads.propose_head(
            actor=self.officer("mamlaka", "Zuhura"), institution_id=self.homes["jirani"], name="Mwajuma",
            email="mwajuma@jirani.example", reason="Amestaafu",
        )  # fmt: skip
        joining.ask_to_join(
            actor=Actor.person(None), kind="council", name={"sw": "Mji wa Siri", "en": "Secret Town"}, domain="",
            contact_name="Siri", contact_email="siri@mji.example", contact_phone="", letter_file=_stored(),
            address="192.0.2.7",
        )  # fmt: skip
        assert letters("siri@mji.example")
        people.new_guest()

    def _feedback(self) -> None:
        """Asha complains by name, and somebody without one."""
        page = self.asha.get("/mrejesho/?taasisi=mfano").content.decode()
        once = re.search(r'name="once" value="([^"]+)"', page)
        assert once
        said = {"taasisi": "mfano", "kind": "complaint", "text": COMPLAINT, "once": once[1]}
        assert self.asha.post("/mrejesho/", {**said, "answer": "me"}).status_code == 302
        assert Client().post("/mrejesho/", {**said, "answer": "code"}).status_code == 200

    def _rights(self, run_jobs: Callable[[], int]) -> None:
        """Asha asks for what is held about her; a breach that touches her is recorded, released and told."""
        imani, neema, home = self.at_work("mfano", "Imani"), self.at_work("mfano", "Neema"), self.homes["mfano"]
        assert self.asha.post(f"/mimi/omba/access/{home}/", {"text": RIGHT, "once": str(home)}).status_code == 302
        said = dict.fromkeys(("title", "what", "data", "harm", "done"), BREACH)
        made = imani.post("/ofisi/faragha/uvunjaji/mpya/", {**said, "known_on": today().isoformat(), "once": "1"})
        assert made.status_code == 302, made.content[:2000]
        run_jobs()
        assert neema.post(made["Location"], {"do": "release", "sure": "1"}).status_code == 302
        line = {"name": "Kamera", "purpose": "Usalama", "basis": "Kanuni", "data": "Picha", "kept": "Siku 30"}
        assert imani.post("/ofisi/faragha/rejesta/", line).status_code == 302

    def ids(self) -> dict[str, list[str]]:
        """Ids of Asha's and the first institution's rows, by table; two of each are enough to try every address."""
        asha = testing.citizen(ASHA).person_id
        found: dict[str, list[str]] = {}
        for model in apps.get_models():
            names = {field.attname for field in model._meta.local_fields}
            if not model._meta.pk or model._meta.pk.get_internal_type() != "UUIDField":
                continue
            rows = model._default_manager.none()
            if "institution_id" in names:
                rows = model._default_manager.filter(institution_id=self.homes["mfano"])
            if "person_id" in names:
                rows = rows | model._default_manager.filter(person_id=asha)
            kept = [str(pk) for pk in rows.values_list("pk", flat=True)[:2]]
            if kept:
                found[model._meta.db_table.partition("_")[2]] = kept
        return found

    def fingerprint(self) -> dict[str, dict[str, str]]:
        """Every row of Asha's and the first institution's, as it is now: table -> id -> its text."""
        kept: dict[str, dict[str, str]] = {}
        with connection.cursor() as cursor:
            for table, ids in self._owned().items():
                cursor.execute(f"SELECT id::text, t::text FROM {table} t WHERE id::text = ANY(%s)", [ids])
                kept[table] = dict(cursor.fetchall())
        return kept

    def _owned(self) -> dict[str, list[str]]:
        asha, found = testing.citizen(ASHA).person_id, {}
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.relname, array_agg(a.attname::text) FROM pg_class c "
                "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname IN ('id', 'institution_id', 'person_id') "
                "WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND c.relrowsecurity GROUP BY 1"
            )
            for table, columns in cursor.fetchall():
                owners = [one for one in ("institution_id", "person_id") if one in columns]
                if "id" not in columns or not owners:
                    continue
                where = " OR ".join(f"{one} = %s" for one in owners)
                values: list[Any] = [self.homes["mfano"] if one == "institution_id" else asha for one in owners]
                cursor.execute(f"SELECT id::text FROM {table} WHERE {where}", values)
                found[table] = [key for (key,) in cursor.fetchall()]
        return found


def _stored() -> UUID:
    return files.put([b"%PDF-1.4 barua"], 1000).id
