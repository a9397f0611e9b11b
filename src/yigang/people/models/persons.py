"""Persons, with what decides who may hold a post and where the money goes."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import JobRun, RegionCodeField, StoredFile, User
from yigang.people.enums import (
    HardshipKind,
    Relation,
    Residence,
    Sex,
)
from yigang.people.models.households import Household


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
