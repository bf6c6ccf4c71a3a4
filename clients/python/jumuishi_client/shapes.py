"""What the API answers, as far as this client names it. Each may hold more than is named here."""

from typing import Any, NotRequired, TypedDict

Words = dict[str, str]


class Guest(TypedDict):
    """A visitor's token and resume code, told this once."""

    token: str
    expires_in: int
    resume_code: str


class Begun(TypedDict):
    """A new application; `guest` where nobody was signed in."""

    id: str
    next_page: NotRequired[str]
    guest: NotRequired[Guest]


class Saved(TypedDict):
    """Said only once it is stored."""

    saved_at: str
    next_page: NotRequired[str]


class File(TypedDict):
    """A file as it was taken."""

    field: str
    name: str
    size: int
    type: str
    sha256: str


class Submitted(TypedDict):
    """A case of a submission; `digest` is that of its canonical form, whichever door it came by."""

    case: str
    reference: str
    reference_grouped: str
    submitted_at: str
    promised_at: NotRequired[str]
    answers_hash: str
    digest: str
    commitment: str


class Tracked(TypedDict):
    """Where a case is, and nothing of the person."""

    reference: str
    service: Words
    institution: Words
    stage: Words
    headline: str
    outcome: str


class Bill(TypedDict):
    """What to pay: the control number (empty while the gateway has given none), and the amount."""

    control_number: str
    amount: int
    currency: str
    state: str
    expires_at: str


class Document(TypedDict):
    """A document that was issued."""

    id: str
    number: str
    title: Words
    state: str
    issued_at: str
    valid_until: NotRequired[str]
    url: str


class CaseLine(TypedDict):
    """A case in a list."""

    id: str
    reference: str
    service: Words
    stage: Words
    headline: str
    outcome: str
    submitted_at: str


class Case(CaseLine):
    """A case; `version` goes back with an answer."""

    version: int
    answers: dict[str, Any]
    answers_hash: str
    digest: str
    asked: NotRequired[dict[str, Any]]
    bill: NotRequired[Bill]
    documents: list[Document]
    messages: list[dict[str, Any]]
    may_renew_bill: bool
    may_withdraw: bool
    may_appeal: bool


class Mandate(TypedDict):
    """A consent as its helper has it; `state`: asked, seen, stands, or why it ended."""

    id: str
    owner: str
    kind: str
    scope: str
    offering: NotRequired[str]
    fee: int
    state: str
    until_at: str
    draft: NotRequired[str]
    case: NotRequired[str]


class Helper(TypedDict):
    """Somebody who helps me."""

    id: str
    who: str
    kind: str
    scope: str
    what: str
    fee: int
    state: str
    until_at: str
    may_repudiate: bool


class Verdict(TypedDict):
    """What a document is: genuine, altered, revoked, suspended, expired, unknown_key..."""

    result: str
    says: str
    number: NotRequired[str]
    claims: NotRequired[Words]


class Hook(TypedDict):
    """Where a program is told."""

    id: str
    url: str
    topics: list[str]
    waiting: int
    dead: int
    rest_until: NotRequired[str]


class Secret(TypedDict):
    """A hook's secret, told this once."""

    id: str
    secret: str


class Delivery(TypedDict):
    """One notice to a hook: waiting, delivered or dead."""

    id: str
    topic: str
    state: str
    attempts: int
    status: NotRequired[int]
    failure: NotRequired[str]
    body: str
