"""The rectification list (整改清单): what was found, who puts it right until when, who accepted it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.oversight.enums import FoundBy, RectificationDeed, RectificationState
from yigang.oversight.models.meetings import Meeting
from yigang.oversight.models.sheets import VisitSheet
from yigang.people.models import Person
from yigang.posts.models import Programme


class Rectification(models.Model):
    """One point of the list. Whoever reported it as put right never accepts it."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rectifications")
    source = models.CharField(_("found by"), max_length=8, choices=FoundBy.choices)
    sheet = models.ForeignKey(VisitSheet, on_delete=models.PROTECT, null=True, related_name="rectifications")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, null=True, related_name="follow_ups")
    item = models.CharField(_("item"), max_length=120, help_text="the heading that points of a list stand under")
    finding = models.CharField(_("what was found"), max_length=500)
    person = models.ForeignKey(
        Person, on_delete=models.PROTECT, null=True, related_name="rectifications", verbose_name=_("concerned")
    )
    found_on = models.DateField(_("found on"))
    unit = models.CharField(_("office that answers"), max_length=120)
    owner = models.CharField(_("who answers for it"), max_length=60)
    owner_account = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="rectifications", verbose_name=_("account of the owner"),
        help_text="who is brought to mind; a list that was handed in may know a name alone",
    )  # fmt: skip
    due = models.DateField(_("to be put right by"))
    state = models.CharField(
        _("state"), max_length=10, choices=RectificationState.choices, default=RectificationState.OPEN
    )
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    handed_in_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closed_on = models.DateField(_("closed on"), null=True)
    reminded_on = models.DateField(_("reminded on"), null=True)
    escalated_on = models.DateField(_("passed on"), null=True)
    withdrawn_at = models.DateTimeField(null=True, help_text="the list that brought it was taken back")

    class Meta:
        ordering = ["due", "pk"]
        verbose_name = _("point to be put right")
        constraints = [
            models.CheckConstraint(condition=~Q(finding="") & ~Q(unit="") & ~Q(owner=""), name="point_has_an_owner"),
            models.CheckConstraint(
                condition=Q(closed_by=None) | Q(handed_in_by=None) | ~Q(closed_by=F("handed_in_by")),
                name="accepted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="closed") ^ Q(closed_on__isnull=True), name="closed_point_has_its_day"
            ),
            models.CheckConstraint(condition=Q(due__gte=F("found_on")), name="point_due_after_it_was_found"),
        ]
        indexes = [
            models.Index(
                fields=["region_code", "due"], opclasses=["text_pattern_ops", "date_ops"], name="point_region"
            ),
            models.Index(fields=["due"], condition=~Q(state="closed"), name="point_open"),
        ]

    def __str__(self) -> str:
        return self.finding


class RectificationStep(models.Model):
    """What happened to a point, in words. Only added; `by` is empty where the program reminded."""

    region_code = RegionCodeField()
    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="steps")
    deed = models.CharField(_("what happened"), max_length=10, choices=RectificationDeed.choices)
    text = models.CharField(_("words"), max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_deed_display()} {self.text}"


class RectificationFile(models.Model):
    """Evidence that a point was put right."""

    region_code = RegionCodeField()
    rectification = models.ForeignKey(Rectification, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.file.name
