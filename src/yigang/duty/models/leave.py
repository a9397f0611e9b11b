"""Leave that is asked for, decided level by level, and returned from. What is granted becomes evidence (`Leave`)."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.duty.enums import LeaveKind, LeaveLevel, LeaveState
from yigang.duty.models.evidence import Leave
from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.models import Person
from yigang.posts.models import Programme


class LeaveRequest(models.Model):
    """One request. `asked_at` is the person's own time, which on a phone without signal lies long before `arrived_at`.

    `levels` are those that decide, from below to above, as the policy said when it was asked; `waits_for` is the next of
    them. `record` is the phone's record it came from.
    """

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="leave_requests")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of leave"), max_length=12, choices=LeaveKind.choices)
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    asked_last = models.DateField(_("last day as asked"), help_text="an early return moves the last day, not this one")
    days = models.GeneratedField(
        expression=models.Func(F("first"), F("last"), models.Value("[]"), function="daterange"),
        output_field=DateRangeField(),
        db_persist=True,
    )
    reason = models.CharField(_("reason"), max_length=200)
    stand_in = models.CharField(_("does the work meanwhile"), max_length=60, blank=True)
    document = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    media = ArrayField(models.CharField(max_length=64), default=list, help_text="sha256 of photos; they may come later")
    asked_at = models.DateTimeField(_("asked at"))
    arrived_at = models.DateTimeField(_("arrived at"), auto_now_add=True)
    asked_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="null: the person, by phone"
    )
    record = models.UUIDField(null=True, unique=True)
    levels = ArrayField(models.CharField(max_length=8, choices=LeaveLevel.choices), verbose_name=_("decided by"))
    waits_for = models.CharField(_("waits for"), max_length=8, choices=LeaveLevel.choices, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=LeaveState.choices, default=LeaveState.ASKED)
    leave = models.OneToOneField(Leave, on_delete=models.PROTECT, null=True, related_name="request")
    return_by = models.DateField(_("return to be reported by"))
    returned_on = models.DateField(_("back on"), null=True)
    return_said_at = models.DateTimeField(_("return reported at"), null=True)
    return_said_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    cancel_reason = models.CharField(_("why it was cancelled"), max_length=200, blank=True)

    class Meta:
        ordering = ["-first", "-pk"]
        verbose_name = _("request for leave")
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="request_ends_after_start"),
            models.CheckConstraint(
                condition=(Q(state="asked") & ~Q(waits_for="")) | (~Q(state="asked") & Q(waits_for="")),
                name="an_open_request_waits_for_somebody",
            ),
            models.CheckConstraint(condition=~Q(state="approved") | Q(leave__isnull=False), name="granted_is_evidence"),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""), name="cancelled_with_a_reason"
            ),
            ExclusionConstraint(
                name="one_request_a_day",
                expressions=[("person", RangeOperators.EQUAL), ("days", RangeOperators.OVERLAPS)],
                condition=Q(state__in=["asked", "approved"]),
            ),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="leave_request_region"),
            models.Index(fields=["waits_for", "asked_at"], condition=Q(state="asked"), name="leave_request_waits"),
            models.Index(
                fields=["return_by"], condition=Q(state="approved", returned_on=None), name="leave_request_away"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.get_kind_display()} {self.first}–{self.last}"

    @property
    def length(self) -> int:
        return (self.last - self.first).days + 1


class LeaveDecision(models.Model):
    """What one level said of a request. Only added. `author` is whoever entered the request, who never decides it."""

    region_code = RegionCodeField()
    request = models.ForeignKey(LeaveRequest, on_delete=models.PROTECT, related_name="decisions")
    level = models.CharField(_("level"), max_length=8, choices=LeaveLevel.choices)
    approved = models.BooleanField(_("approved"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    author = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["request", "level"], name="one_decision_per_level"),
            models.UniqueConstraint(fields=["request", "by"], name="one_level_per_person"),
            models.CheckConstraint(condition=Q(author=None) | ~Q(by=F("author")), name="author_does_not_decide"),
            models.CheckConstraint(condition=Q(approved=True) | ~Q(reason=""), name="refused_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()} {self.approved}"
