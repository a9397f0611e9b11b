"""Persons and households, with what decides who may hold a post and where the money goes."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile
from yigang.people.enums import HardshipKind, PoorKind, PovertyCause, Relation, Residence, Sex


class Household(models.Model):
    """People registered together. The unit of poverty measures and of the rule “one post per household”."""

    region_code = RegionCodeField()
    number = models.CharField(_("household number"), max_length=40)
    address = models.CharField(_("address"), max_length=200, blank=True)
    poor_kind = models.CharField(
        _("register of the poor"), max_length=12, choices=PoorKind.choices, default=PoorKind.NONE
    )
    income_fen = models.BigIntegerField(_("income of last year"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["region_code", "number"], name="household_once"),
            models.CheckConstraint(
                condition=Q(income_fen__isnull=True) | Q(income_fen__gte=0), name="household_income_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return self.number


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
    household = models.ForeignKey(Household, on_delete=models.PROTECT, null=True, related_name="members")
    relation = models.CharField(
        _("relation to the head"), max_length=10, choices=Relation.choices, default=Relation.OTHER
    )
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    died_on = models.DateField(_("died on"), null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["household"], condition=Q(relation="head"), name="one_head_per_household"),
        ]
        indexes = [
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="person_name_trigram"),
            models.Index(fields=["initials"], opclasses=["text_pattern_ops"], name="person_initials"),
            models.Index(fields=["pinyin", "id"], name="person_pinyin"),
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
