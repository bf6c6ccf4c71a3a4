"""What this room and the journal below it hold about a person."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from jumuishi.channels.ussd import sessions
from jumuishi.evidence import public as evidence
from jumuishi.identity.holdings import Copy, Holder, Holding, data_of, in_words, register_holder
from jumuishi.identity.models import Account, OpenSession, Person, Pin


class People(Holder):
    """Name, phone, language; an officer's way of signing in, without its secrets; where one is signed in."""

    room = "identity"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """One row for the person, one for an officer's account, one for the open sessions."""
        found = Person.objects.filter(id=person_id).count()
        phone = Person.objects.filter(id=person_id).values_list("phone", flat=True).first()
        account = Account.objects.filter(person_id=person_id).count()
        open_now = OpenSession.objects.filter(person_id=person_id).count()
        return [
            in_words("identity", kind, None, count)
            for kind, count in (
                ("person", found),
                ("account", account),
                ("session", open_now),
                ("pin", Pin.objects.filter(person_id=person_id).count()),
                ("ussd", int(bool(phone and sessions.seen_at(phone)))),
            )
            if count
        ]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """The person's row and the account's; nothing of a password or a factor."""
        if institution_id is not None:
            return
        for row in Person.objects.filter(id=person_id):
            yield Copy("person", None, data_of(row, "id", "name", "phone", "language", "created_at"))
        for account in Account.objects.filter(person_id=person_id):
            yield Copy("account", None, data_of(account, "email", "created_at"))
        for one in OpenSession.objects.filter(person_id=person_id):
            yield Copy("session", None, data_of(one, "kind", "browser", "network", "begun_at"))
        for pin in Pin.objects.filter(person_id=person_id):
            yield Copy("pin", None, data_of(pin, "set_at"))
        for phone in Person.objects.filter(id=person_id).exclude(phone="").values_list("phone", flat=True):
            if (at := sessions.seen_at(phone)) is not None:
                yield Copy("ussd", None, {"seen_at": at.isoformat()})


class Journal(Holder):
    """Each act and each look is a row about the person whose things they were."""

    room = "evidence"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """One row an institution."""
        return [
            in_words("identity", "journal", home, count) for home, count in evidence.counts_about(person_id=person_id)
        ]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Every entry about the person as the journal has it, oldest first."""
        for entry in evidence.all_about(person_id=person_id, institution_id=institution_id):
            data = {"id": str(entry.journal_id), "at": entry.at.isoformat(), "verb": entry.verb, "record": entry.body}
            yield Copy("journal", entry.institution_id, data)


register_holder(People())
register_holder(Journal())
