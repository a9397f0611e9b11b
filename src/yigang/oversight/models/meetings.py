"""Meetings as they were held: only added. A correction is a new entry that names the old one."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.posts.models import Programme


class Meeting(models.Model):
    """One meeting of a rhythm, in one place, for one period; `part` counts its continuations from 1.

    `name` is what the policy called it then. `figures` is what lay before the meeting, as `before_meeting` found it. An entry
    that another corrects stands no longer; its period, place and part go on with the correction.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="meetings")
    rhythm = models.CharField(max_length=24, help_text="the policy's code of it")
    name = models.CharField(_("meeting"), max_length=20)
    first = models.DateField(_("period from"))
    last = models.DateField(_("period up to"))
    until = models.DateField(_("to be held by"))
    part = models.PositiveSmallIntegerField(default=1)
    continues = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="continued_by")
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    reason = models.CharField(_("why it was corrected"), max_length=200, blank=True)
    on = models.DateField(_("held on"))
    chair = models.CharField(_("chair"), max_length=60)
    present = models.PositiveIntegerField(_("people present"))
    absent = models.PositiveIntegerField(_("people missing"), default=0)
    names = models.CharField(_("who was there"), max_length=1_000, blank=True)
    minutes = models.TextField(_("minutes"), max_length=10_000)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    figures = models.JSONField(default=dict)
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("recorded by"))
    recorded_at = models.DateTimeField(_("recorded at"), auto_now_add=True)

    class Meta:
        ordering = ["-on", "-pk"]
        verbose_name = _("meeting")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "region_code", "rhythm", "first", "part"],
                condition=Q(corrects=None),
                name="meeting_once",
            ),
            models.CheckConstraint(
                condition=Q(on__gte=F("first"), on__lte=F("last"), until__gte=F("first"), until__lte=F("last")),
                name="meeting_in_its_period",
            ),
            models.CheckConstraint(
                condition=~Q(chair="") & ~Q(minutes="") & Q(present__gte=1), name="meeting_was_held"
            ),
            models.CheckConstraint(
                condition=Q(part=1, continues=None) | Q(part__gt=1, continues__isnull=False),
                name="meeting_continues_one",
            ),
            models.CheckConstraint(condition=Q(corrects=None) ^ ~Q(reason=""), name="meeting_corrected_with_a_reason"),
        ]
        indexes = [
            models.Index(
                fields=["region_code", "first"], opclasses=["text_pattern_ops", "date_ops"], name="meeting_region"
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.name} {self.on}"

    @property
    def late(self) -> bool:
        """Held, and after the day by which it was to be held."""
        return self.on > self.until
