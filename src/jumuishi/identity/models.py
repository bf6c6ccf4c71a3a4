"""People, their accounts, what lets them in, and the commands that they have sent."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.crypto import salted_hmac

from jumuishi.kernel.ids import new_id


class Person(models.Model):
    """A natural person: citizen, officer or guest (who is a person from the first save on).

    `phone` is there only once it was proved by a one-time code or by the network itself. `same_as` is set on a row
    whose phone an officer proved to hold: a natural person who was known twice, as citizen and at work.
    """

    id = models.UUIDField(primary_key=True, default=new_id)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=2, default="sw")
    same_as = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "identity_person"
        constraints = [
            models.UniqueConstraint(fields=["phone"], condition=~models.Q(phone=""), name="one_person_a_phone")
        ]

    def __str__(self) -> str:
        return str(self.id)


class AccountManager(BaseUserManager["Account"]):
    """Finds an account by the name that its owner signs in with."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(email=(username or "").strip().lower())


class Account(AbstractBaseUser):
    """How an officer signs in: a password and, before anything else, a second factor or a passkey."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="account")
    email = models.EmailField(max_length=200, unique=True)
    username = models.CharField(max_length=60, unique=True, null=True)
    is_active = models.BooleanField(default=True)
    # Grows whenever a factor is taken away: every session that was open then ends.
    epoch = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    objects: ClassVar[AccountManager] = AccountManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        db_table = "identity_account"

    def __str__(self) -> str:
        return str(self.id)

    def get_session_auth_hash(self) -> str:
        """What a session must still know for it to count: changes with the password and with the epoch."""
        return str(salted_hmac("identity.session", f"{self.epoch}:{self.password}", algorithm="sha256").hexdigest())


class Enrolment(models.Model):
    """A link that opens an account's way in, once: first password and factor ("enrol"), or only a new password."""

    class Kind(models.TextChoices):
        ENROL = "enrol"
        PASSWORD = "password"  # noqa: S105  # what the link is for

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="enrolments")
    kind = models.CharField(max_length=8, choices=Kind.choices, default=Kind.ENROL)
    token_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "identity_enrolment"

    def __str__(self) -> str:
        return str(self.id)


class Recovery(models.Model):
    """Two people of an institution let an officer who lost the second factor enrol again."""

    id = models.UUIDField(primary_key=True, default=new_id)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="recoveries")
    institution_id = models.UUIDField()
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    approved_by = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300)
    created_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_recovery"
        constraints = [
            models.CheckConstraint(condition=~models.Q(approved_by=models.F("asked_by")), name="recovery_by_two_people")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Pin(models.Model):
    """What a person types on an old phone to see what is theirs; only its hash is kept."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, primary_key=True, related_name="+")
    pin_hash = models.CharField(max_length=200)
    wrong = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    set_at = models.DateTimeField()

    class Meta:
        db_table = "identity_pin"

    def __str__(self) -> str:
        return str(self.person_id)


class OneTimeCode(models.Model):
    """A code of six digits on its way to a phone or an e-mail address; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    sent_to = models.CharField(max_length=200)
    purpose = models.CharField(max_length=80)
    code_hash = models.CharField(max_length=64)
    tries = models.PositiveSmallIntegerField(default=0)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "identity_code"
        constraints = [models.UniqueConstraint(fields=["sent_to", "purpose"], name="one_code_an_address_and_purpose")]

    def __str__(self) -> str:
        return str(self.id)


class ResumeCode(models.Model):
    """What a guest types to go on from another phone; only its hash is kept."""

    id = models.UUIDField(primary_key=True, default=new_id)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="resume_codes")
    code_hash = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "identity_resume"

    def __str__(self) -> str:
        return str(self.id)


class OpenSession(models.Model):
    """That a session is open, for its own person to see and end; the row goes with the session, by the database."""

    id = models.UUIDField(primary_key=True, default=new_id)
    session_key = models.CharField(max_length=40, unique=True)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8)
    browser = models.CharField(max_length=40, blank=True)
    network = models.CharField(max_length=45, blank=True)
    # Goes on where the same person signs in again in the same browser; none for a session of an edition before.
    chain = models.UUIDField(null=True, db_index=True)
    begun_at = models.DateTimeField()

    class Meta:
        db_table = "identity_open_session"

    def __str__(self) -> str:
        return str(self.id)


class ApiKey(models.Model):
    """The key of one program of an institution; only its hash is kept, and `hint`, its last characters."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    name = models.CharField(max_length=60)
    key_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=4)
    made_by = models.UUIDField()
    created_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "identity_api_key"
        indexes = [models.Index(fields=["institution_id", "-created_at"], name="api_key_by_institution")]

    def __str__(self) -> str:
        return str(self.id)


class Attempt(models.Model):
    """How often something was tried within one window of time; the key is a hash."""

    key = models.CharField(primary_key=True, max_length=64)
    count = models.PositiveIntegerField()
    ends_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "identity_attempt"

    def __str__(self) -> str:
        return self.key


class Command(models.Model):
    """A command that was sent with a key of its sender's choosing, so that sending it twice does it once."""

    id = models.UUIDField(primary_key=True)
    scope = models.UUIDField()
    action = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    thing_id = models.UUIDField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "identity_command"
        constraints = [models.UniqueConstraint(fields=["scope", "action", "key"], name="command_once")]

    def __str__(self) -> str:
        return f"{self.action} {self.key}"
