"""Places (nobody's), institutions (public once approved), and who works where (an institution's)."""

from django.db import models

from jumuishi.kernel.ids import new_id


class Place(models.Model):
    """A region, district, ward or village, with where we have it from."""

    code = models.CharField(max_length=12, primary_key=True)
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=10)
    region = models.CharField(max_length=80, blank=True)
    district = models.CharField(max_length=80, blank=True)
    ward = models.CharField(max_length=80, blank=True)
    search = models.CharField(max_length=200)
    source = models.CharField(max_length=120)
    checked_on = models.DateField()

    class Meta:
        db_table = "institutions_place"
        indexes = [models.Index(fields=["level", "name"], name="place_by_name")]

    def __str__(self) -> str:
        return self.code


class WardCouncil(models.Model):
    """Which council a ward belongs to: postal districts are not councils, so this is imported on its own."""

    id = models.UUIDField(primary_key=True, default=new_id)
    place_code = models.CharField(max_length=12)
    institution_id = models.UUIDField()
    source = models.CharField(max_length=120)
    checked_on = models.DateField()

    class Meta:
        db_table = "institutions_ward_council"
        constraints = [models.UniqueConstraint(fields=["institution_id", "place_code"], name="ward_once_a_council")]

    def __str__(self) -> str:
        return self.place_code


class Institution(models.Model):
    """A public or private institution: asked, then approved by two people of the authority, or refused."""

    class State(models.TextChoices):
        ASKED = "asked"
        APPROVED = "approved"
        REFUSED = "refused"
        SUSPENDED = "suspended"

    id = models.UUIDField(primary_key=True, default=new_id)
    kind = models.CharField(max_length=12)
    is_authority = models.BooleanField(default=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.JSONField()
    folded = models.CharField(max_length=160)
    domain = models.CharField(max_length=120, blank=True)
    contact_name = models.CharField(max_length=120, blank=True)
    contact_email = models.CharField(max_length=120, blank=True)
    contact_phone = models.CharField(max_length=16, blank=True)
    language = models.CharField(max_length=2, default="sw")
    letter_file = models.UUIDField(null=True)
    code_hash = models.CharField(max_length=64, blank=True)
    mail_proved_at = models.DateTimeField(null=True)
    looks_like = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.UUIDField(null=True)
    refused_by = models.UUIDField(null=True)
    first_by = models.UUIDField(null=True)
    second_by = models.UUIDField(null=True)
    reason = models.CharField(max_length=500, blank=True)
    hours = models.JSONField(default=dict)
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "institutions_institution"
        indexes = [models.Index(fields=["state", "folded"], name="institution_by_name")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(state="approved")
                | models.Q(is_authority=True)
                | (
                    models.Q(first_by__isnull=False)
                    & models.Q(second_by__isnull=False)
                    & ~models.Q(first_by=models.F("second_by"))
                ),
                name="two_people_approve",
            )
        ]

    def __str__(self) -> str:
        return self.slug


class HeadChange(models.Model):
    """Two people of the authority say who heads an institution from now on, and may sign in anew."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=120)
    reason = models.CharField(max_length=500)
    asked_by = models.UUIDField()
    agreed_by = models.UUIDField(null=True)
    asked_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "institutions_head_change"
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(asked_by=models.F("agreed_by")), name="two_people_change_a_head"
            ),
            models.UniqueConstraint(
                fields=["institution_id"], condition=models.Q(ended_at=None), name="one_open_head_change"
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Unit(models.Model):
    """A department, unit or office of an institution; units stand in a tree."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    parent_id = models.UUIDField(null=True)
    name = models.JSONField()

    class Meta:
        db_table = "institutions_unit"
        indexes = [models.Index(fields=["institution_id"], name="unit_by_institution")]

    def __str__(self) -> str:
        return str(self.id)


class Appointment(models.Model):
    """A natural person in a post of an institution, from one day until another."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    person_id = models.UUIDField()
    person_name = models.CharField(max_length=120)
    unit_id = models.UUIDField(null=True)
    title = models.JSONField()
    roles = models.JSONField(default=list)
    from_on = models.DateField()
    until_on = models.DateField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "institutions_appointment"
        indexes = [
            models.Index(fields=["institution_id", "person_id"], name="appointment_of_institution"),
            models.Index(fields=["person_id"], name="appointment_of_person"),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Delegation(models.Model):
    """Somebody acts in another's roles for a time; the acts carry both natural persons."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField()
    from_person = models.UUIDField()
    to_person = models.UUIDField()
    roles = models.JSONField()
    from_on = models.DateField()
    until_on = models.DateField()
    created_at = models.DateTimeField()

    class Meta:
        db_table = "institutions_delegation"
        indexes = [models.Index(fields=["institution_id", "to_person"], name="delegation_to")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(from_person=models.F("to_person")), name="delegation_to_another")
        ]

    def __str__(self) -> str:
        return str(self.id)


class Holiday(models.Model):
    """A day without work: the whole country's (no institution), or one institution's; with its source."""

    id = models.UUIDField(primary_key=True, default=new_id)
    institution_id = models.UUIDField(null=True)
    day = models.DateField()
    name = models.JSONField()
    source = models.CharField(max_length=200)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "institutions_holiday"
        constraints = [
            models.UniqueConstraint(fields=["institution_id", "day"], name="holiday_once", nulls_distinct=False)
        ]

    def __str__(self) -> str:
        return str(self.day)
