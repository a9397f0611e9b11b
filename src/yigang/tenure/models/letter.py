"""Duty letters (责任书), signed level by level."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.posts.models import Programme
from yigang.tenure.enums import LetterLevel
from yigang.tenure.models.appointment import Appointment


class DutyLetter(models.Model):
    """One letter: whoever signs promises the level above. It can be signed only after the one above was."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="letters")
    year = models.PositiveSmallIntegerField(_("year"))
    level = models.CharField(_("level"), max_length=8, choices=LetterLevel.choices)
    above = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="below")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, null=True, related_name="letters")
    title = models.CharField(_("title"), max_length=120)
    text = models.TextField(_("letter text"))
    issued_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    issued_at = models.DateTimeField(auto_now_add=True)
    signed_on = models.DateField(_("signed on"), null=True)
    signer = models.CharField(_("signed by"), max_length=60, blank=True)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-year", "region_code"]
        verbose_name = _("duty letter")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "year", "region_code"], condition=~Q(level="person"), name="one_letter_per_office"
            ),
            models.UniqueConstraint(fields=["year", "appointment"], name="one_letter_per_appointment"),
            models.CheckConstraint(
                condition=Q(level="person", appointment__isnull=False)
                | (~Q(level="person") & Q(appointment__isnull=True)),
                name="letter_of_a_person_or_an_office",
            ),
            models.CheckConstraint(condition=Q(level="county") | Q(above__isnull=False), name="letter_has_one_above"),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="letter_region")]

    def __str__(self) -> str:
        return self.title
