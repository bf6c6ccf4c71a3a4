"""Clients and their terms, who is signed in where, what was given out, our signing keys.

Secrets of clients, codes and tokens are kept as SHA-256 of 256 random bits, which need no stretching.
"""

from django.db import models
from django.db.models import Q

from jumuishi.kernel.ids import new_id
from jumuishi.signon.types import ClientKind, LogoutState


class Client(models.Model):
    """A system of an institution that lets people in by the sign-in here. `terms` count; `asked` wait for a yes."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    name = models.CharField(max_length=80)
    kind = models.CharField(max_length=12, choices=[(one.value, one.value) for one in ClientKind])
    terms = models.JSONField(null=True)
    asked = models.JSONField(null=True)
    asked_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField(null=True)
    # The head's yes; what serves citizens waits for the authority's too.
    head_by = models.UUIDField(null=True)
    head_at = models.DateTimeField(null=True)
    approved_at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    secret_hash = models.CharField(max_length=64, blank=True)
    hint = models.CharField(max_length=4, blank=True)
    old_hash = models.CharField(max_length=64, blank=True)
    old_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signon_client"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "name"], condition=Q(ended_at=None), name="client_once"),
            models.CheckConstraint(condition=~Q(head_by=models.F("asked_by")), name="client_by_two_people"),
        ]
        indexes = [
            models.Index(fields=["institution_id", "-made_at"], name="client_by_institution"),
            models.Index(fields=["asked_at"], name="client_waiting", condition=Q(asked__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class Subject(models.Model):
    """What a person is called at one client, drawn at random: two clients can't find out that it is the same person."""

    id = models.UUIDField(primary_key=True, default=new_id)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    person_id = models.UUIDField()
    value = models.CharField(max_length=43, unique=True)

    class Meta:
        db_table = "signon_subject"
        constraints = [models.UniqueConstraint(fields=["person_id", "client"], name="subject_once")]

    def __str__(self) -> str:
        return str(self.id)


class Consent(models.Model):
    """Which facts a person lets a client be told; asked again where it wants more."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    scopes = models.JSONField()
    given_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signon_consent"
        constraints = [
            models.UniqueConstraint(fields=["person_id", "client"], condition=Q(ended_at=None), name="consent_once")
        ]

    def __str__(self) -> str:
        return str(self.id)


class SignIn(models.Model):
    """One person's standing at one client, as long as the session here (its `chain`) lasts; its id is the `sid`."""

    id = models.UUIDField(primary_key=True, default=new_id)
    client = models.ForeignKey(Client, on_delete=models.PROTECT, related_name="+")
    person_id = models.UUIDField()
    subject = models.CharField(max_length=43)
    chain = models.UUIDField()
    # The post of an officer; none for a citizen.
    appointment_id = models.UUIDField(null=True)
    factor = models.CharField(max_length=20)
    auth_at = models.DateTimeField()
    begun_at = models.DateTimeField()
    # Since when its session is not there though nobody said that it ended: renewed in a moment, or run out.
    lost_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=20, blank=True)

    class Meta:
        db_table = "signon_sign_in"
        constraints = [
            models.UniqueConstraint(fields=["chain", "client"], condition=Q(ended_at=None), name="sign_in_once")
        ]
        indexes = [
            models.Index(fields=["person_id", "-begun_at"], name="sign_in_by_person"),
            models.Index(fields=["appointment_id"], name="sign_in_by_post", condition=Q(ended_at=None)),
            models.Index(fields=["client"], name="sign_in_standing", condition=Q(ended_at=None)),
            models.Index(fields=["ended_at"], name="sign_in_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Code(models.Model):
    """An authorization code on its way through the person's browser."""

    id = models.UUIDField(primary_key=True, default=new_id)
    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    redirect_uri = models.CharField(max_length=300)
    challenge = models.CharField(max_length=43)
    nonce = models.CharField(max_length=300, blank=True)
    scopes = models.JSONField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signon_code"

    def __str__(self) -> str:
        return str(self.id)


class Token(models.Model):
    """An access or refresh token; `code_id` is the code that its family began with."""

    id = models.UUIDField(primary_key=True, default=new_id)
    sign_in = models.ForeignKey(SignIn, on_delete=models.CASCADE, related_name="+")
    is_refresh = models.BooleanField()
    token_hash = models.CharField(max_length=64, unique=True)
    code_id = models.UUIDField(db_index=True)
    # The refresh token that it was given for.
    after_id = models.UUIDField(null=True)
    scopes = models.JSONField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signon_token"

    def __str__(self) -> str:
        return str(self.id)


class Logout(models.Model):
    """The word to a client that a sign-in is over, and how far it got."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="logouts")
    sign_in = models.OneToOneField(SignIn, on_delete=models.CASCADE, related_name="+")
    url = models.CharField(max_length=300)
    state = models.CharField(max_length=10, default=LogoutState.WAITING)
    attempts = models.IntegerField(default=0)
    next_at = models.DateTimeField(null=True)
    give_up_at = models.DateTimeField()
    status = models.IntegerField(null=True)
    failure = models.CharField(max_length=40, blank=True)
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signon_logout"
        indexes = [
            models.Index(fields=["next_at"], name="logout_to_send", condition=Q(state="waiting")),
            models.Index(fields=["client", "-made_at"], name="logout_by_client"),
            models.Index(fields=["made_at"], name="logout_by_age"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Key(models.Model):
    """A key that signs what clients are told; shown before it signs and after, while what it signed still counts."""

    id = models.UUIDField(primary_key=True, default=new_id)
    kid = models.CharField(max_length=43, unique=True)
    public = models.JSONField()
    sealed = models.BinaryField()
    made_at = models.DateTimeField()
    signs_from = models.DateTimeField()
    signs_until = models.DateTimeField()
    shown_until = models.DateTimeField()

    class Meta:
        db_table = "signon_key"

    def __str__(self) -> str:
        return self.kid


class NationalLink(models.Model):
    """A person of the country's identity provider and one of ours, joined by two proofs; its name for one is a hash."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person_id = models.UUIDField()
    subject = models.CharField(max_length=64)
    kind = models.CharField(max_length=10)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "signon_national_link"
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "kind"], condition=Q(ended_at=None), name="national_subject_once"
            ),
            models.UniqueConstraint(
                fields=["person_id", "kind"], condition=Q(ended_at=None), name="national_person_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class NationalSession(models.Model):
    """A session here (its chain) that one of the provider's began, and that ends with it."""

    id = models.UUIDField(primary_key=True, default=new_id)
    subject = models.CharField(max_length=64, db_index=True)
    sid = models.CharField(max_length=64, blank=True, db_index=True)
    chain = models.UUIDField()
    begun_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "signon_national_session"

    def __str__(self) -> str:
        return str(self.id)


class SeenToken(models.Model):
    """A word of the provider's that was heard: it counts once."""

    id = models.UUIDField(primary_key=True, default=new_id)
    mark = models.CharField(max_length=64, unique=True)
    until_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "signon_seen_token"

    def __str__(self) -> str:
        return self.mark
