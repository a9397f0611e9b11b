"""What a group found in a village. Only ever added."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Text
from yigang.foundation.geo import DegreeField, on_the_map
from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.oversight.enums import Check, Presence
from yigang.oversight.models.plans import Inspection
from yigang.tenure.models import Appointment


class VisitSheet(models.Model):
    """One visit as it was written down: by whom, when and where, and when it arrived. A sheet is taken once, by its id."""

    region_code = RegionCodeField()
    id = models.UUIDField(primary_key=True, help_text="given by whoever wrote the sheet")
    inspection = models.OneToOneField(Inspection, on_delete=models.PROTECT, related_name="sheet")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", verbose_name=_("inspector"))
    made_at = models.DateTimeField(_("made at"))
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)
    longitude = DegreeField(_("longitude"))
    latitude = DegreeField(_("latitude"))
    accuracy_m = models.PositiveIntegerField(_("accuracy"), null=True, help_text="metres, as the phone said")
    remarks = models.CharField(_("remarks"), max_length=1_000, blank=True)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("visit sheet")
        constraints = [
            *on_the_map("visit"),
            models.CheckConstraint(
                condition=Q(accuracy_m=None) | Q(latitude__isnull=False), name="accuracy_is_of_a_position"
            ),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="sheet_region")]

    def __str__(self) -> str:
        return str(self.inspection)


def _checked(name: Text) -> models.CharField:  # type: ignore[type-arg] # generic in the stubs, not when it runs
    return models.CharField(name, max_length=12, choices=Check.choices, default=Check.NOT_CHECKED)


class SheetRow(models.Model):
    """One post holder on a sheet: the six checks, and the points of a closed-book test (0 to 100)."""

    region_code = RegionCodeField()
    sheet = models.ForeignKey(VisitSheet, on_delete=models.PROTECT, related_name="rows")
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="visits")
    presence = models.CharField(_("at the post"), max_length=8, choices=Presence.choices)
    log = _checked(_("work log"))
    knowledge = _checked(_("knowledge of the work"))
    publicity = _checked(_("explaining policies"))
    account = _checked(_("account data"))
    villagers = _checked(_("villagers' word"))
    score = models.DecimalField(_("points of the test"), max_digits=5, decimal_places=2, null=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "appointment"], name="holder_once_a_sheet"),
            models.CheckConstraint(
                condition=Q(score=None) | Q(score__gte=0, score__lte=100), name="test_of_a_hundred_points"
            ),
            models.CheckConstraint(condition=Q(presence="present") | ~Q(note=""), name="absence_has_a_note"),
        ]
        indexes = [models.Index(fields=["appointment"], name="sheet_row_appointment")]

    def __str__(self) -> str:
        return f"{self.appointment.person} {self.get_presence_display()}"


class SheetPhoto(models.Model):
    region_code = RegionCodeField()
    sheet = models.ForeignKey(VisitSheet, on_delete=models.PROTECT, related_name="photos")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file.name
