"""A package of files that an institution answers for: a ZIP whose manifest is signed as a document's code is.

`manifest.json` names under `files` each other file with its SHA-256; `signature.txt` is a code (see code.py) that holds
the manifest's. Files may be left out: what is there is what was signed, and nothing else is there.
"""

import hashlib
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from jumuishi.documents import code, keys
from jumuishi.documents.types import Code, Issuer
from jumuishi.identity.public import action, must, record
from jumuishi.identity.types import Actor, Thing
from jumuishi.kernel import clock, numbers, tenancy

LONGEST_TITLE = 120


@action("documents.package.sign")
def sign_package(*, actor: Actor, institution: Issuer, thing_id: UUID, kind: str, title: str, manifest: bytes) -> str:
    """The text of `signature.txt` for a manifest. Raises NotAllowedError, KeysNotReadyError."""
    thing = Thing("document_package", thing_id, institution.id)
    must(actor, "documents.document.issue", thing)
    with tenancy.acting_as(tenancy.Principal.system()):
        now, hand = clock.now(), keys.hand_of(institution)
        issued_on, digest = timezone.localtime(now).date(), hashlib.sha256(manifest).hexdigest()
        carried = Code(
            code.short_id(institution.id), numbers.new_number(settings.NODE), kind, title[:LONGEST_TITLE], issued_on,
            None, {"sha256": digest},
        )  # fmt: skip
        record(actor, thing, after={"sha256": digest, "number": carried.number, "kid": hand.row.kid.hex()})
        return code.sign(carried, bytes(hand.row.kid), hand.code_key)
