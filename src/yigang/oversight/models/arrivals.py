"""Who of a group was there, when and where. Only ever added; the first one opens the visit."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.geo import DegreeField, on_the_map
from yigang.foundation.models import RegionCodeField, User
from yigang.oversight.models.plans import Inspection


class Arrival(models.Model):
    """One member's beginning of a visit. `joined`: another had begun it before this one arrived here."""

    region_code = RegionCodeField()
    id = models.UUIDField(primary_key=True, help_text="given by whoever wrote it")
    inspection = models.ForeignKey(Inspection, on_delete=models.PROTECT, related_name="arrivals")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("inspector"))
    joined = models.BooleanField(default=False)
    made_at = models.DateTimeField(_("made at"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    longitude = DegreeField(_("longitude"))
    latitude = DegreeField(_("latitude"))
    accuracy_m = models.PositiveIntegerField(_("accuracy"), null=True, help_text="metres, as the phone said")
    note = models.CharField(_("note"), max_length=200, blank=True, help_text="why there is no position")

    class Meta:
        ordering = ["received_at"]
        verbose_name = _("beginning of a visit")
        constraints = [
            *on_the_map("arrival"),
            models.CheckConstraint(
                condition=Q(accuracy_m=None) | Q(latitude__isnull=False), name="arrival_accuracy_of_a_position"
            ),
            models.UniqueConstraint(fields=["inspection", "made_by"], name="member_arrives_once"),
            models.UniqueConstraint(fields=["inspection"], condition=Q(joined=False), name="visit_begun_once"),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="arrival_region")]

    def __str__(self) -> str:
        return str(self.inspection)
