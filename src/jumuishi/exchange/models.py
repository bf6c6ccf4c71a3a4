"""This node and its keys, what its institutions offer and ask for, and what went over the wire.

A member is an institution: its class is drawn from its kind, its code is its slug. Members elsewhere are known from the
directory alone, so they are named here by their identifier and have no row.
"""

from django.db import models
from django.db.models import Q

from jumuishi.exchange.courier import tables as courier  # the courier's tables are this room's too
from jumuishi.exchange.courier.bodies import tables as bodies
from jumuishi.exchange.courier.carrying import tables as carrying
from jumuishi.exchange.types import CredentialKind, Part, Role
from jumuishi.kernel.ids import new_id

__all__ = ["bodies", "carrying", "courier"]


class Node(models.Model):
    """This installation as others see it; one row, made on first use."""

    id = models.UUIDField(primary_key=True, default=new_id)
    only = models.BooleanField(default=True, unique=True)
    name = models.CharField(max_length=60)
    instance = models.CharField(max_length=20)
    profile = models.CharField(max_length=20)
    endpoint = models.CharField(max_length=200)
    certificate = models.TextField()
    # Whose directory counts: the public key of the centre; our own where we are the centre.
    centre_key = models.BinaryField()
    centre_address = models.CharField(max_length=200, blank=True)
    centre_certificate = models.CharField(max_length=64, blank=True, default="", db_default="")
    # The certificate that takes over; it is told from its making on, and shown once everybody can know of it.
    next_certificate = models.TextField(blank=True, default="", db_default="")
    next_made_at = models.DateTimeField(null=True)
    # The centre's next key, as its directory told it.
    next_centre_key = models.BinaryField(default=b"", db_default=b"")
    made_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_node"

    def __str__(self) -> str:
        return self.name


class NodeKey(models.Model):
    """A key that is kept here, sealed: a member's, or the centre's own; the next is told before the last one ends."""

    id = models.UUIDField(primary_key=True, default=new_id)
    # Whose messages it signs; none for the key that signs the directory, where this node is the centre.
    institution_id = models.UUIDField(null=True)
    use = models.CharField(max_length=10)
    keyid = models.CharField(max_length=64, unique=True)
    algorithm = models.CharField(max_length=30)
    public = models.BinaryField()
    sealed = models.BinaryField()
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_node_key"

    def __str__(self) -> str:
        return self.keyid


class Neighbour(models.Model):
    """Another node, as the centre let it in: its directory entry is drawn from this row."""

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=60, unique=True)
    endpoint = models.CharField(max_length=200)
    statement = models.JSONField()
    # The key that signs its statements: who has another one is another node.
    public = models.BinaryField(default=b"", db_default=b"")
    next_public = models.BinaryField(default=b"", db_default=b"")
    asked_at = models.DateTimeField()
    # The members that it may speak for, as [class, code].
    members = models.JSONField(default=list)
    admitted_by = models.UUIDField(null=True)
    admitted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    # What one person of the authority wishes for it and waits for a second: {"statement", "members"}.
    wish = models.JSONField(null=True)
    wished_by = models.UUIDField(null=True)
    wished_at = models.DateTimeField(null=True)
    # Every public key that its log was ever said to have: none is taken back.
    log = models.JSONField(null=True)
    heard_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_neighbour"

    def __str__(self) -> str:
        return self.name


class RevokedMember(models.Model):
    """An institution that neither asks nor answers, by the authority's word; until a second person takes it back."""

    id = models.UUIDField(primary_key=True, default=new_id)
    member_class = models.CharField(max_length=20)
    member_code = models.CharField(max_length=60)
    revoked_at = models.DateTimeField()
    revoked_by = models.UUIDField()
    reason = models.CharField(max_length=300)
    restored_at = models.DateTimeField(null=True)
    restored_by = models.UUIDField(null=True)
    restored_for = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "exchange_revoked_member"
        constraints = [
            models.UniqueConstraint(
                fields=["member_class", "member_code"], condition=Q(restored_at=None), name="member_revoked_once"
            ),
            models.CheckConstraint(
                condition=Q(restored_by__isnull=True) | ~Q(restored_by=models.F("revoked_by")),
                name="two_people_restore_member",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_class}/{self.member_code}"


class Directory(models.Model):
    """A signed directory as it was issued here or fetched; the highest serial counts."""

    serial = models.BigIntegerField(primary_key=True)
    body = models.BinaryField()
    # What it says but for its time, as a hash: where that is the same, no new one is signed.
    mark = models.CharField(max_length=64, default="", db_default="")
    fetched_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_directory"

    def __str__(self) -> str:
        return str(self.serial)


class Subsystem(models.Model):
    """An institution's information system that asks or answers."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    contact_name = models.CharField(max_length=120)
    contact_email = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_subsystem"
        constraints = [models.UniqueConstraint(fields=["institution_id", "code"], name="subsystem_once")]

    def __str__(self) -> str:
        return self.code


class Credential(models.Model):
    """How a subsystem's calls are known on our side: the networks they come from, or a key that they bring."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    subsystem = models.ForeignKey(Subsystem, on_delete=models.CASCADE, related_name="credentials")
    kind = models.CharField(max_length=10, choices=[(one.value, one.value) for one in CredentialKind])
    # A network in CIDR form, or the SHA-256 of a key; the key itself is shown once and kept nowhere.
    value = models.CharField(max_length=64)
    hint = models.CharField(max_length=8, blank=True)
    made_by = models.UUIDField()
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_credential"
        indexes = [models.Index(fields=["institution_id", "subsystem"], name="credential_by_subsystem")]

    def __str__(self) -> str:
        return str(self.id)


class Asker(models.Model):
    """This installation's own services as a system of the institution that they are for; the key is kept sealed."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField(unique=True)
    subsystem = models.ForeignKey(Subsystem, on_delete=models.PROTECT, related_name="+")
    credential = models.ForeignKey(Credential, on_delete=models.PROTECT, related_name="+")
    sealed = models.BinaryField()
    made_at = models.DateTimeField()

    class Meta:
        db_table = "exchange_asker"

    def __str__(self) -> str:
        return str(self.id)


class Service(models.Model):
    """What a subsystem offers: where it answers, and its description where there is one."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    subsystem = models.ForeignKey(Subsystem, on_delete=models.PROTECT, related_name="services")
    code = models.CharField(max_length=60)
    title = models.JSONField()
    url = models.CharField(max_length=300)
    seconds = models.IntegerField(default=60)
    checks_certificate = models.BooleanField(default=True)
    # The OpenAPI text as it was given, and its media type; empty for a REST service without one.
    openapi = models.BinaryField(null=True)
    openapi_type = models.CharField(max_length=60, blank=True)
    # [{"method": "GET", "path": "/people/{id}"}], drawn from the description once.
    endpoints = models.JSONField(default=list)
    disabled_notice = models.CharField(max_length=300, blank=True)
    # For so many days payloads are kept, sealed, apart from their hashes; 0 keeps none.
    keep_days = models.IntegerField(default=0)
    # Where in a call the key of the person stands whom it is about, one rule each (see looks/subjects.py).
    subjects = models.JSONField(default=list, db_default=[])
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "exchange_service"
        constraints = [models.UniqueConstraint(fields=["subsystem", "code"], name="exchange_service_once")]
        indexes = [models.Index(fields=["institution_id", "code"], name="exchange_service_by_owner")]

    def __str__(self) -> str:
        return self.code


class Agreement(models.Model):
    """Who may ask a service for what, why and until when; the data's owner says yes or no, and ends it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="agreements")
    # The asking subsystem's identifier; its institution too where it is one of this node.
    client = models.CharField(max_length=200)
    consumer_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=60)
    purpose_words = models.JSONField()
    legal_basis = models.CharField(max_length=300)
    fields = models.JSONField(default=list)
    # [{"method": "GET", "path": "/people/*"}]; none gives the whole service.
    rules = models.JSONField(default=list)
    from_on = models.DateField()
    until_on = models.DateField()
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    approved_by = models.UUIDField(null=True)
    approved_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "exchange_agreement"
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=models.F("from_on")), name="agreement_has_days"),
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True) | Q(refused_at__isnull=True), name="agreement_decided_once"
            ),
        ]
        indexes = [
            models.Index(fields=["institution_id", "-asked_at"], name="agreement_by_owner"),
            models.Index(fields=["consumer_id", "-asked_at"], name="agreement_by_consumer"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Record(models.Model):
    """One exchange as one side saw it; what proves it is the journal row of the same transaction."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    journal_id = models.UUIDField()
    role = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Role])
    message_id = models.CharField(max_length=255)
    # The provider takes a request under its number once: what is sent again by a third hand finds it here.
    request_id = models.UUIDField()
    at = models.DateTimeField()
    client = models.CharField(max_length=400)
    service = models.CharField(max_length=500)
    agreement_id = models.UUIDField(null=True)
    purpose = models.CharField(max_length=60, blank=True)
    method = models.CharField(max_length=10)
    # Without what stands after the question mark, which is in no table: only its hash is.
    path = models.CharField(max_length=2000)
    status = models.IntegerField()
    error = models.CharField(max_length=120, blank=True)
    reason = models.CharField(max_length=40, blank=True)
    ms = models.IntegerField()
    request_bytes = models.BigIntegerField()
    response_bytes = models.BigIntegerField()

    class Meta:
        db_table = "exchange_record"
        constraints = [models.UniqueConstraint(fields=["role", "request_id"], name="exchange_request_once")]
        indexes = [
            models.Index(fields=["institution_id", "-at"], name="record_by_institution"),
            models.Index(fields=["at"], name="record_by_age"),
        ]

    def __str__(self) -> str:
        return self.message_id


class KeptBodies(models.Model):
    """That an exchange's bodies are kept, until when, and the key that opens them; once erased, that they were."""

    # The record's own number.
    id = models.UUIDField(primary_key=True)
    institution_id = models.UUIDField()
    kept_at = models.DateTimeField()
    erase_on = models.DateField()
    # Sealed under the installation's key; null once it is destroyed.
    key = models.BinaryField(null=True)
    # Which bodies were small enough to be kept.
    parts = models.JSONField(default=list)
    held_by = models.UUIDField(null=True)
    held_at = models.DateTimeField(null=True)
    held_because = models.CharField(max_length=300, blank=True)
    # None where the clock did it.
    erased_by = models.UUIDField(null=True)
    erased_at = models.DateTimeField(null=True)
    erased_because = models.CharField(max_length=300, blank=True)

    class Meta:
        db_table = "exchange_kept"
        indexes = [
            models.Index(fields=["erase_on"], name="kept_by_end", condition=Q(key__isnull=False, held_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Payload(models.Model):
    """A piece of a body that was carried, sealed and apart from its hash, so that it can go when it must."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    record_id = models.UUIDField()
    part = models.CharField(max_length=10, choices=[(one.value, one.value) for one in Part])
    number = models.IntegerField(default=0, db_default=0)
    sealed = models.BinaryField()
    erase_on = models.DateField()

    class Meta:
        db_table = "exchange_payload"
        indexes = [
            models.Index(fields=["record_id"], name="payload_by_record"),
            models.Index(fields=["erase_on"], name="payload_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Look(models.Model):
    """Somebody's data were asked for by way of the exchange: written at the provider's node, one row for each person.

    `mark` stands for the person's number and only this installation's key makes it; "" where a call did not show whose
    data it was about. `salt` opens the commitment in the record's proof to that person.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    record_id = models.UUIDField()
    at = models.DateTimeField()
    kind = models.CharField(max_length=20, blank=True)
    mark = models.CharField(max_length=64, blank=True)
    # The officer whom the asking system named, as a mark; "" for nobody.
    asker = models.CharField(max_length=64, blank=True)
    # The number stands close to another that the same system asked for a moment before.
    follows = models.BooleanField(default=False)
    names = models.JSONField(default=list)
    salt = models.BinaryField()

    class Meta:
        db_table = "exchange_look"
        indexes = [
            models.Index(fields=["mark", "-at"], name="look_by_mark"),
            models.Index(fields=["institution_id", "-at"], name="look_by_owner"),
            models.Index(fields=["record_id"], name="look_by_record"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class SeenLog(models.Model):
    """The latest statement of another node's log that reached us in its answers, and what we found about it."""

    origin = models.CharField(max_length=200, primary_key=True)
    node = models.CharField(max_length=60)
    size = models.BigIntegerField()
    root = models.BinaryField()
    note = models.TextField()
    seen_at = models.DateTimeField()
    checked_size = models.BigIntegerField(default=0)
    checked_root = models.BinaryField(null=True)
    checked_at = models.DateTimeField(null=True)
    # Why the latest one could not be held to the one before it; "" where it was.
    problem = models.CharField(max_length=200, blank=True, default="", db_default="")

    class Meta:
        db_table = "exchange_seen_log"

    def __str__(self) -> str:
        return self.origin


class Finding(models.Model):
    """A log that has shown two histories, with both of its signed notes: one for each log, for it is not mended.

    The heads of the authority own it, and are told again until one of them closes it with what was done.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    origin = models.CharField(max_length=200, unique=True)
    node = models.CharField(max_length=60)
    # Which node found it: this one, or the one that told it.
    found_by = models.CharField(max_length=60)
    histories = models.JSONField()
    # The log's public keys as the directory had them, for whoever checks it.
    keys = models.JSONField()
    found_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "exchange_finding"
        indexes = [models.Index(fields=["-found_at", "-id"], name="finding_by_age")]

    def __str__(self) -> str:
        return f"two histories of {self.origin}"
