"""Interviews and warnings, and orders to recall."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.oversight.enums import InterviewKind
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment, Exit, SendingUnit


class Interview(models.Model):
    """A talk with one person or many (集体约谈), or a warning: causes, what was said, what is asked for."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="interviews")
    kind = models.CharField(_("kind"), max_length=10, choices=InterviewKind.choices)
    on = models.DateField(_("day"))
    place = models.CharField(_("place"), max_length=120)
    held_by = models.CharField(_("held by"), max_length=120, help_text="names and offices")
    said = models.CharField(_("what was said"), max_length=2_000)
    asked = models.CharField(_("what is asked for"), max_length=500, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("interview")
        constraints = [models.CheckConstraint(condition=~Q(said=""), name="interview_has_words")]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="interview_region")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.on}"


class InterviewPart(models.Model):
    """Somebody interviewed, with the cause: a post holder, or a named official of a sending unit."""

    region_code = RegionCodeField()
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, related_name="parts")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, null=True, related_name="interviews")
    unit = models.ForeignKey(
        SendingUnit, on_delete=models.PROTECT, null=True, related_name="interviews", verbose_name=_("sending unit")
    )
    name = models.CharField(_("name"), max_length=60)
    office = models.CharField(_("office"), max_length=60, blank=True)
    cause = models.CharField(_("cause"), max_length=200)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=True) | Q(unit__isnull=True), name="interviewed_as_holder_or_unit"
            ),
            models.CheckConstraint(condition=~Q(cause=""), name="interviewed_for_a_cause"),
        ]

    def __str__(self) -> str:
        return self.name


class RecallOrder(models.Model):
    """A recall (责令召回). The exit is tenure's, with its confirmation by another and the vacancy's clock."""

    region_code = RegionCodeField()
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="recalls")
    exit = models.OneToOneField(Exit, on_delete=models.PROTECT, related_name="recall")
    unit = models.ForeignKey(
        SendingUnit, on_delete=models.PROTECT, null=True, related_name="recalls", verbose_name=_("sending unit")
    )
    interview = models.ForeignKey(Interview, on_delete=models.PROTECT, null=True, related_name="recalls")
    ordered_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField(_("ordered at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("recall order")
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="recall_region")]

    def __str__(self) -> str:
        return str(self.appointment)
