"""What was met and what was done: incidents, and results of work with their quantity."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.duty.enums import IncidentKind, IncidentState, ResultKind, Unit
from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person
from yigang.posts.models import Programme


class Reported(models.Model):
    """What incidents and results share: who, where, since when known, by which record of a phone."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="+")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("time"))
    text = models.TextField(_("description"), blank=True)
    latitude = models.FloatField(null=True, help_text="WGS-84 degrees")
    longitude = models.FloatField(null=True, help_text="WGS-84 degrees")
    before = ArrayField(models.CharField(max_length=64), default=list, help_text="sha256 of photos from before")
    after = ArrayField(models.CharField(max_length=64), default=list, help_text="sha256 of photos from afterwards")
    voice = models.CharField(max_length=64, blank=True, help_text="sha256 of a voice note")
    record = models.UUIDField(null=True, unique=True)
    entered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="null: the person, by phone"
    )
    entered_at = models.DateTimeField(_("arrived at"), auto_now_add=True)

    class Meta:
        abstract = True


class Incident(Reported):
    """Something that somebody must see to: open, then handled by an office, then closed by one."""

    kind = models.CharField(_("kind"), max_length=10, choices=IncidentKind.choices)
    state = models.CharField(_("state"), max_length=8, choices=IncidentState.choices, default=IncidentState.OPEN)
    remind_at = models.DateTimeField(_("to be handled by"), null=True)
    handled_at = models.DateTimeField(_("handled at"), null=True)
    handled_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    handling = models.TextField(_("what was done about it"), blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closing = models.CharField(_("why it is closed"), max_length=200, blank=True)

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("incident")
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open") | (Q(handled_at__isnull=False) & ~Q(handling="")), name="handled_by_doing"
            ),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(closing=""), name="closed_with_a_reason"),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="incident_region"),
            models.Index(fields=["remind_at"], condition=Q(state="open"), name="incident_open"),
            models.Index(fields=["person", "-at"], name="incident_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at:%Y-%m-%d}"


class WorkResult(Reported):
    """So much of something done on a day. `amount` is the quantity in the base unit of its dimension, exact."""

    day = models.DateField(_("day"))
    kind = models.CharField(_("kind of work"), max_length=12, choices=ResultKind.choices)
    quantity = models.DecimalField(_("quantity"), max_digits=14, decimal_places=3)
    unit = models.CharField(_("unit"), max_length=12, choices=Unit.choices)
    dimension = models.CharField(max_length=10)
    amount = models.DecimalField(max_digits=24, decimal_places=7)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("work result")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="a_result_is_something"),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""), name="result_withdrawn_with_a_reason"
            ),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="result_region"),
            models.Index(fields=["day"], name="result_day"),
            models.Index(fields=["person", "day"], name="result_person"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.quantity.normalize():f} {self.get_unit_display()}"
