"""Persons and households, with what decides who may hold a post and where the money goes."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from yigang.foundation.geo import DegreeField, on_the_map
from yigang.foundation.models import JobRun, RegionCodeField, StoredFile, User
from yigang.people.enums import (
    ChangeKind,
    Education,
    Employment,
    HardshipKind,
    Health,
    PoorKind,
    PovertyCause,
    Relation,
    Residence,
    ReviewState,
    Sex,
    Workplace,
)
from yigang.people.income_models import IncomeYear, ReliefPlan, WarningLine

OF_INCOME = (IncomeYear, WarningLine, ReliefPlan)
"""The tables of household income, which stand in a file of their own."""


class Household(models.Model):
    """People registered together. The unit of poverty measures and of the rule “one post per household”."""

    region_code = RegionCodeField()
    number = models.CharField(_("household number"), max_length=40)
    address = models.CharField(_("address"), max_length=200, blank=True)
    poor_kind = models.CharField(
        _("register of the poor"), max_length=12, choices=PoorKind.choices, default=PoorKind.NONE
    )
    income_fen = models.BigIntegerField(_("income of last year"), null=True)
    longitude = DegreeField(_("longitude"))
    latitude = DegreeField(_("latitude"))

    class Meta:
        constraints = [
            *on_the_map("household"),
            models.UniqueConstraint(fields=["region_code", "number"], name="household_once"),
            models.CheckConstraint(
                condition=Q(income_fen__isnull=True) | Q(income_fen__gte=0), name="household_income_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class VillageCentre(models.Model):
    """Where a village lies, as one point: what distances are counted from while no nearer point is on file."""

    region_code = RegionCodeField(unique=True)
    longitude = DegreeField(_("longitude"))
    latitude = DegreeField(_("latitude"))
    source = models.CharField(_("source"), max_length=120, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["region_code"]
        constraints = [
            *on_the_map("village"),
            models.CheckConstraint(
                condition=Q(longitude__isnull=False, latitude__isnull=False), name="a_centre_is_a_point"
            ),
        ]

    def __str__(self) -> str:
        return str(self.region_code)


class HouseholdCause(models.Model):
    """A cause of poverty; one is the main one, others are secondary."""

    region_code = RegionCodeField()
    household = models.ForeignKey(Household, on_delete=models.CASCADE, related_name="causes")
    cause = models.CharField(max_length=12, choices=PovertyCause.choices)
    text = models.CharField(max_length=40, help_text="as the source wrote it")
    main = models.BooleanField(default=False)

    class Meta:
        ordering = ["-main", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(main=True), name="one_main_cause"),
            models.UniqueConstraint(fields=["household", "cause"], name="cause_once"),
        ]

    def __str__(self) -> str:
        return self.text


class Person(models.Model):
    """A human being, once. The identity number lies encrypted, with keyed indexes for whole and last-four search."""

    region_code = RegionCodeField()
    name = models.CharField(_("name"), max_length=60)
    pinyin = models.CharField(max_length=200)
    initials = models.CharField(max_length=30)
    identity_cipher = models.BinaryField()
    identity_index = models.BinaryField(unique=True)
    identity_last4_index = models.BinaryField(db_index=True)
    identity_converted = models.BooleanField(default=False, help_text="came as a 15-digit number")
    birth = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices)
    residence = models.CharField(_("registration"), max_length=5, choices=Residence.choices, default=Residence.RURAL)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    phone_reversed = models.GeneratedField(
        expression=Reverse("phone"), output_field=models.CharField(max_length=20), db_persist=True,
        help_text="a search by last digits becomes a range, which can use an index below row-level security",
    )  # fmt: skip
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="members")
    relation = models.CharField(
        _("relation to the head"), max_length=10, choices=Relation.choices, default=Relation.OTHER
    )
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    remarks = models.CharField(_("remarks"), max_length=200, blank=True, db_default="")
    died_on = models.DateField(_("died on"), null=True)
    death_evidence = models.CharField(_("evidence of the death"), max_length=200, blank=True, db_default="")
    death_file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(relation="head"), name="one_head_per_household"),
            models.CheckConstraint(
                condition=Q(died_on__isnull=True) | Q(died_on__gte=models.F("birth")), name="died_after_birth"
            ),
        ]
        indexes = [
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="person_name_trigram"),
            models.Index(fields=["initials"], opclasses=["text_pattern_ops"], name="person_initials"),
            models.Index(fields=["pinyin", "id"], include=["region_code"], name="person_by_name"),
            models.Index(fields=["phone_reversed"], name="person_phone_tail"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="person_region"),
        ]

    def __str__(self) -> str:
        return self.name


class Kinship(models.Model):
    """A declared tie to an official, looked at when posts are given."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="kinships")
    official = models.CharField(_("official"), max_length=60)
    office = models.CharField(_("office"), max_length=120)
    relation = models.CharField(_("relation"), max_length=40)

    def __str__(self) -> str:
        return f"{self.official} {self.relation}"


class Hardship(models.Model):
    """A person's hardship category, with what proves it and since when."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="hardships")
    kind = models.CharField(_("hardship category"), max_length=16, choices=HardshipKind.choices)
    evidence = models.CharField(_("evidence"), max_length=200)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    since = models.DateField(_("since"))
    until = models.DateField(_("until"), null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "kind", "since"], name="hardship_once")]

    def __str__(self) -> str:
        return self.get_kind_display()


class BankAccount(models.Model):
    """Where a person's money goes. The holder's name must be the person's; one account is in use at a time."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="accounts")
    bank = models.CharField(_("bank"), max_length=60)
    holder = models.CharField(_("account holder"), max_length=60)
    card_cipher = models.BinaryField()
    card_index = models.BinaryField()
    card_last4_index = models.BinaryField(db_index=True)
    active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-active", "-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(active=True), name="one_account_in_use"),
            models.UniqueConstraint(fields=["card_index"], condition=Q(active=True), name="one_person_per_card"),
        ]

    def __str__(self) -> str:
        return self.bank


class RegisterEdition(models.Model):
    """The labour-force register of a county as it stood in a quarter. Each quarter is kept."""

    region_code = RegionCodeField()
    quarter = models.CharField(_("quarter"), max_length=6, help_text="2020Q2")
    as_of = models.DateField(_("as of"), help_text="last day of the quarter, unless the file says otherwise")
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    digest = models.CharField(max_length=64, help_text="of its rows; the same people and facts give the same digest")
    rows = models.PositiveIntegerField(_("people"))
    added = models.PositiveIntegerField(_("people not known before"), default=0)
    loaded_at = models.DateTimeField(auto_now_add=True)
    loaded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-quarter"]
        constraints = [
            models.UniqueConstraint(fields=["region_code", "quarter"], name="one_edition_per_quarter"),
            models.CheckConstraint(condition=Q(quarter__regex=r"^\d{4}Q[1-4]$"), name="edition_is_a_quarter"),
        ]

    def __str__(self) -> str:
        return self.quarter


class LabourRecord(models.Model):
    """What a quarter's register says of one person. Null is what it does not say."""

    region_code = RegionCodeField()
    edition = models.ForeignKey(RegisterEdition, on_delete=models.CASCADE, related_name="records")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="labour_records")
    name = models.CharField(_("name"), max_length=60)
    pinyin = models.CharField(max_length=200)
    birth = models.DateField(_("date of birth"))
    sex = models.CharField(_("sex"), max_length=1, choices=Sex.choices)
    phone = models.CharField(_("phone"), max_length=20, null=True)  # noqa: DJ001 - null: the register says nothing
    household = models.CharField(_("household number"), max_length=40, null=True)  # noqa: DJ001
    relation = models.CharField(_("relation to the head"), max_length=10, choices=Relation.choices, null=True)  # noqa: DJ001
    residence = models.CharField(_("registration"), max_length=5, choices=Residence.choices, null=True)  # noqa: DJ001
    poor_kind = models.CharField(_("register of the poor"), max_length=12, choices=PoorKind.choices, null=True)  # noqa: DJ001
    education = models.CharField(_("education"), max_length=8, choices=Education.choices, null=True)  # noqa: DJ001
    able = models.BooleanField(_("able to work"), null=True)
    willing = models.BooleanField(_("wishes to work"), null=True)
    employment = models.CharField(_("employment"), max_length=14, choices=Employment.choices, null=True)  # noqa: DJ001
    workplace = models.CharField(_("workplace"), max_length=10, choices=Workplace.choices, null=True)  # noqa: DJ001
    employer = models.CharField(_("employer"), max_length=120, null=True)  # noqa: DJ001
    in_training = models.BooleanField(_("in training"), null=True)
    wants_training = models.BooleanField(_("wishes training"), null=True)
    skills = ArrayField(models.CharField(max_length=40), verbose_name=_("abilities"), default=list)
    wanted_kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("wanted posts"), default=list)
    health = models.CharField(_("health"), max_length=8, choices=Health.choices, null=True)  # noqa: DJ001
    longitude = DegreeField(_("longitude of the home"))
    latitude = DegreeField(_("latitude of the home"))
    free_months = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("free months"), default=list,
        help_text="1 to 12; empty: the register does not say",
    )  # fmt: skip
    away_months = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("months of work elsewhere"), default=list,
        help_text="1 to 12; empty: the register does not say",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "person"], name="person_once_per_edition"),
            *on_the_map("home"),
        ]
        indexes = [
            models.Index(fields=["edition", "pinyin", "id"], name="labour_by_name"),
            models.Index(
                fields=["edition", "region_code"], opclasses=["int8_ops", "text_pattern_ops"], name="labour_by_region"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RegisterChange(models.Model):
    """One person's difference between a quarter and the one before, or to what is on file; somebody looks at it.

    `proposals` are the fields of the person that the register gives otherwise: `{"phone": [on file, register]}`.
    Nothing of it is written before it is accepted.
    """

    region_code = RegionCodeField()
    edition = models.ForeignKey(RegisterEdition, on_delete=models.CASCADE, related_name="changes")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    what = models.CharField(_("difference"), max_length=8, choices=ChangeKind.choices)
    fields = ArrayField(models.CharField(max_length=20), verbose_name=_("changed fields"), default=list)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    proposals = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=8, choices=ReviewState.choices, default=ReviewState.OPEN)
    reviewed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "person"], name="one_change_per_person"),
            models.CheckConstraint(
                condition=Q(state="open", reviewed_by__isnull=True) | (~Q(state="open") & Q(reviewed_by__isnull=False)),
                name="a_review_has_a_name",
            ),
        ]
        indexes = [models.Index(fields=["edition", "state", "what"])]

    def __str__(self) -> str:
        return f"{self.name} {self.what}"


class LabourList(models.Model):
    """A list over the register: who is on it is said by its rule and never typed."""

    region_code = RegionCodeField()
    code = models.SlugField(max_length=30)
    name = models.CharField(_("name"), max_length=40)
    rule = models.TextField(_("rule"), max_length=1000)
    order = models.PositiveSmallIntegerField(_("order"))
    to_be_placed = models.BooleanField(_("to be placed"), default=False, help_text="its people are offered posts")
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["order"]
        constraints = [
            models.UniqueConstraint(fields=["region_code", "code"], name="list_code_once"),
            models.UniqueConstraint(fields=["region_code", "name"], name="list_name_once"),
        ]

    def __str__(self) -> str:
        return self.name


class LabourListVersion(models.Model):
    """A list as a county set it on a day. Only ever added: who was on a list then can be said again later."""

    region_code = RegionCodeField()
    list = models.ForeignKey(LabourList, on_delete=models.PROTECT, related_name="versions")
    name = models.CharField(_("name"), max_length=40)
    rule = models.TextField(_("rule"), max_length=1000)
    to_be_placed = models.BooleanField(_("to be placed"), default=False)
    active = models.BooleanField(_("in use"), default=True)
    since = models.DateField(_("holds from"), null=True, help_text="null: from the beginning")
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField(_("written"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["list", "-id"], name="list_versions")]

    def __str__(self) -> str:
        return self.name


class Consent(models.Model):
    """A person agreed to, or withdrew from, one use of sensitive data. Only ever added: the newest word holds.

    `text_version` names the words and the legal basis that were read. It came by a record of the person's own phone, or a
    clerk noted it from paper.
    """

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="consents")
    capability = models.CharField(_("what for"), max_length=20)
    given = models.BooleanField(_("agreed"))
    text_version = models.CharField(max_length=40)
    at = models.DateTimeField(_("said on"))
    record_id = models.UUIDField(null=True, unique=True, help_text="of the phone's record that said so")
    noted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(record_id__isnull=True) ^ Q(noted_by__isnull=True), name="consent_by_phone_or_paper"
            ),
        ]
        indexes = [models.Index(fields=["person", "capability", "-at"], name="consent_of_person")]

    def __str__(self) -> str:
        return f"{self.capability} {self.at:%Y-%m-%d}"


class CardReading(models.Model):
    """A card's photo on its way to a form, then what was read of it; for its sender, until the form is saved or a day is over."""

    region_code = RegionCodeField()
    by = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    job = models.OneToOneField(JobRun, on_delete=models.CASCADE, null=True, related_name="+")
    photo_cipher = models.BinaryField(null=True, help_text="gone once it was read")
    answer_cipher = models.BinaryField(null=True, help_text="JSON of `people.idcard.parse.Reading`")
    sent_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"
