"""The register of the labour force: its quarters, what each says, the differences, the lists over it."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.geo import DegreeField, on_the_map
from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.enums import (
    ChangeKind,
    Education,
    Employment,
    Health,
    PoorKind,
    Relation,
    Residence,
    ReviewState,
    Sex,
    Workplace,
)
from yigang.people.models.persons import Person


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
    phone = models.CharField(_("phone"), max_length=20, null=True)
    household = models.CharField(_("household number"), max_length=40, null=True)
    relation = models.CharField(_("relation to the head"), max_length=10, choices=Relation.choices, null=True)
    residence = models.CharField(_("registration"), max_length=5, choices=Residence.choices, null=True)
    poor_kind = models.CharField(_("register of the poor"), max_length=12, choices=PoorKind.choices, null=True)
    education = models.CharField(_("education"), max_length=8, choices=Education.choices, null=True)
    able = models.BooleanField(_("able to work"), null=True)
    willing = models.BooleanField(_("wishes to work"), null=True)
    employment = models.CharField(_("employment"), max_length=14, choices=Employment.choices, null=True)
    workplace = models.CharField(_("workplace"), max_length=10, choices=Workplace.choices, null=True)
    employer = models.CharField(_("employer"), max_length=120, null=True)
    in_training = models.BooleanField(_("in training"), null=True)
    wants_training = models.BooleanField(_("wishes training"), null=True)
    skills = ArrayField(models.CharField(max_length=40), verbose_name=_("abilities"), default=list)
    wanted_kinds = ArrayField(models.CharField(max_length=40), verbose_name=_("wanted posts"), default=list)
    health = models.CharField(_("health"), max_length=8, choices=Health.choices, null=True)
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
