"""What this room holds about a person: which systems were signed in to, and what they may be told."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from jumuishi.identity.holdings import Copy, Holder, Holding, data_of, in_words, register_holder
from jumuishi.signon.models import Consent, NationalLink, SignIn, Subject


class SignedOn(Holder):
    """Sign-ins at systems, consents, and the names by which systems know the person; none belongs to an institution."""

    room = "signon"

    def held(self, person_id: UUID) -> Iterable[Holding]:
        """One row each."""
        counted = (
            ("sign_in", SignIn.objects.filter(person_id=person_id).count()),
            ("consent", Consent.objects.filter(person_id=person_id).count()),
            ("subject", Subject.objects.filter(person_id=person_id).count()),
            ("national", NationalLink.objects.filter(person_id=person_id).count()),
        )
        return [in_words("signon", kind, None, count) for kind, count in counted if count]

    def copies(self, person_id: UUID, institution_id: UUID | None = None) -> Iterator[Copy]:
        """Each of them."""
        if institution_id is not None:
            return
        for row in SignIn.objects.filter(person_id=person_id).order_by("begun_at"):
            yield Copy("sign_in", None, data_of(row, "id", "client_id", "begun_at", "ended_at", "why"))
        for consent in Consent.objects.filter(person_id=person_id).order_by("given_at"):
            yield Copy("consent", None, data_of(consent, "id", "client_id", "scopes", "given_at", "ended_at"))
        for subject in Subject.objects.filter(person_id=person_id):
            yield Copy("subject", None, data_of(subject, "client_id", "value"))
        for link in NationalLink.objects.filter(person_id=person_id):
            yield Copy("national", None, data_of(link, "kind", "made_at", "ended_at"))


register_holder(SignedOn())
