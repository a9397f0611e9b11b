"""Evidence of duty. Only ever added: a correction is a new entry that names the old one, an undone import is withdrawn."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.duty.enums import CheckInKind, CheckInResult, LeaveKind, Place, ResultKind, Source, Table, Unit, WorkDone
from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.models import Person


class Intake(models.Model):
    """Evidence that arrived together: one file, or a person's word that a table is complete for a region and period.

    `first` to `last` and the region say what the table now speaks about. Withdrawn intakes do not count.
    """

    region_code = RegionCodeField()
    table = models.CharField(max_length=12, choices=Table.choices)
    source = models.CharField(max_length=20, choices=Source.choices)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    declared = models.BooleanField(_("declared complete"), default=False)
    rows_read = models.BigIntegerField(default=0)
    rows_added = models.BigIntegerField(default=0)
    rows_known = models.BigIntegerField(default=0, help_text="rows that an earlier intake had brought already")
    rows_unmatched = models.BigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="+", null=True, help_text="nobody for what phones send"
    )
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="intake_ends_after_start"),
            models.CheckConstraint(
                condition=Q(created_by__isnull=False) | Q(source=Source.PHONE), name="intake_by_somebody_or_phones"
            ),
            models.UniqueConstraint(
                fields=["region_code", "table", "first"], condition=Q(source=Source.PHONE), name="phone_intake_once"
            ),
        ]
        indexes = [models.Index(fields=["table", "first", "last"])]

    def __str__(self) -> str:
        return f"{self.get_table_display()} {self.first}–{self.last}"


class CheckIn(models.Model):
    """Somebody was somewhere at a time, or was expected and not seen. Partitioned by month of `day`."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    at = models.DateTimeField()
    day = models.DateField(help_text="the working day it counts for, in local time")
    kind = models.CharField(max_length=8, choices=CheckInKind.choices)
    result = models.CharField(max_length=12, choices=CheckInResult.choices, null=True)  # noqa: DJ001 - null is “not judged”
    place = models.CharField(max_length=8, choices=Place.choices, null=True)  # noqa: DJ001 - null is “not known”
    latitude = models.FloatField(null=True, help_text="WGS-84 degrees")
    longitude = models.FloatField(null=True, help_text="WGS-84 degrees")
    address = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=20, choices=Source.choices)
    external_key = models.BinaryField(help_text="identifies the event in its source; the same event is kept once")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+", db_constraint=False)
    raw = models.TextField(help_text="the row as it came, JSON")
    corrects_id = models.BigIntegerField(null=True)
    corrects_day = models.DateField(null=True)
    correction_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        managed = False
        db_table = "duty_checkin"

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.kind}"


class Leave(models.Model):
    """Leave or a reported trip, with who approved it. Not approved is evidence of asking only."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leaves")
    kind = models.CharField(_("kind of leave"), max_length=12, choices=LeaveKind.choices)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    approved = models.BooleanField(_("approved"))
    approved_by = models.CharField(_("approved by"), max_length=60, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    source = models.CharField(max_length=20, choices=Source.choices)
    external_key = models.BinaryField(unique=True)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+")
    raw = models.TextField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    cancelled = models.BooleanField(default=False, help_text="this correction says that there was no leave")

    class Meta:
        ordering = ["first"]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="leave_ends_after_start")]
        indexes = [models.Index(fields=["person", "first"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.first}–{self.last}"


class WorkLog(models.Model):
    """What was done on a day, in the person's words."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="work_logs")
    day = models.DateField(_("day"))
    text = models.TextField(_("work done"))
    done = ArrayField(
        models.CharField(max_length=12, choices=WorkDone.choices), verbose_name=_("ticked"), default=list, db_default=[]
    )
    households = ArrayField(
        models.BigIntegerField(), default=list, db_default=[], help_text="ids of the households that the day was about"
    )
    media = ArrayField(
        models.CharField(max_length=64), default=list, db_default=[], help_text="sha256 of photos; they may come later"
    )
    source = models.CharField(max_length=20, choices=Source.choices)
    external_key = models.BinaryField(unique=True)
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="+")
    raw = models.TextField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    cancelled = models.BooleanField(default=False)

    class Meta:
        ordering = ["day"]
        indexes = [
            models.Index(fields=["person", "day"]),
            models.Index(fields=["day"], name="worklog_day"),  # a month is read whole, whatever lies before it
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.text[:20]}"


class SourceIdentity(models.Model):
    """How a source calls a person (DingTalk's UserId, a job number), learnt once and used ever after."""

    region_code = RegionCodeField()
    source = models.CharField(max_length=20, choices=Source.choices)
    key = models.CharField(max_length=120)
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="source_identities")
    by = models.CharField(
        max_length=12,
        blank=True,
        default="",
        help_text="how the person was found: identity, phone, name, department, person",
    )
    told = models.CharField(max_length=120, blank=True, default="", help_text="the department that the source named")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key", "region_code"], name="source_identity_once")]

    def __str__(self) -> str:
        return self.key


class UnmatchedRow(models.Model):
    """A row of evidence whose person is not known yet: kept whole until somebody says who it is, or that it is not ours."""

    region_code = RegionCodeField()
    intake = models.ForeignKey(Intake, on_delete=models.CASCADE, related_name="unmatched")
    name = models.CharField(max_length=60)
    key = models.CharField(max_length=120, blank=True)
    department = models.CharField(_("department"), max_length=120, blank=True, default="")
    rows = models.PositiveIntegerField(help_text="how many rows of the file belong to this person")
    payload = models.TextField(help_text="the rows in canonical form, JSON")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    not_ours = models.CharField(_("why it is not ours"), max_length=200, blank=True)
    resolved_at = models.DateTimeField(null=True)
    resolved_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(person=None) | Q(not_ours=""), name="somebodys_or_not_ours"),
        ]

    def __str__(self) -> str:
        return self.name


class ProxyEntry(models.Model):
    """A day entered by the village for somebody who keeps paper: counts when a second person has confirmed it."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="proxy_entries")
    day = models.DateField()
    start = models.TimeField(null=True)
    end = models.TimeField(null=True)
    night = models.BooleanField(default=False)
    on_leave = models.BooleanField(default=False)
    log = models.TextField(blank=True)
    patrol_m = models.PositiveIntegerField(_("patrolled"), null=True, help_text="metres; null: no patrol")
    result_kind = models.CharField(max_length=12, choices=ResultKind.choices, blank=True, default="")
    result_quantity = models.DecimalField(max_digits=14, decimal_places=3, null=True)
    result_unit = models.CharField(max_length=12, choices=Unit.choices, blank=True, default="")
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True)
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField(auto_now_add=True)
    confirmed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", null=True)
    confirmed_at = models.DateTimeField(null=True)
    rejected_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["day"]
        constraints = [
            models.UniqueConstraint(fields=["person", "day"], condition=Q(rejected_reason=""), name="one_entry_a_day"),
            models.CheckConstraint(condition=~Q(on_leave=True, night=True), name="on_leave_or_in_the_village"),
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("entered_by")), name="confirmed_by_another"
            ),
            models.CheckConstraint(
                condition=Q(start__isnull=True, end__isnull=True)
                | Q(start__isnull=False, end__isnull=False, end__gt=F("start"), on_leave=False),
                name="hours_of_a_day_on_duty",
            ),
            models.CheckConstraint(
                condition=Q(patrol_m__isnull=True) | Q(patrol_m__gt=0, on_leave=False), name="patrol_of_a_day_on_duty"
            ),
            models.CheckConstraint(
                condition=Q(result_kind="", result_quantity__isnull=True, result_unit="")
                | (~Q(result_kind="") & ~Q(result_unit="") & Q(result_quantity__gt=0, on_leave=False)),
                name="result_of_a_day_on_duty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.day}"
