"""Rounds and their steps.

Going back in a round makes new step records and leaves the old ones, with what was decided in them, as undone: history is
never rewritten, and nothing that hangs on an undone step counts.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.notices.models import Notice
from yigang.posts.models import Post, Programme
from yigang.recruitment.enums import Entry, RoundState, StepState


class Round(models.Model):
    """One selection for a programme, run by the text of its policy that was in force when it was opened.

    The text itself is kept, so that a policy changed later neither moves a running round nor hides how it was run.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rounds")
    number = models.CharField(_("round number"), max_length=60)
    title = models.CharField(_("title"), max_length=120)
    state = models.CharField(_("state"), max_length=10, choices=RoundState.choices, default=RoundState.RUNNING)
    policy_digest = models.CharField(max_length=64)
    policy_effective = models.DateField()
    policy_text = models.TextField()
    opened_on = models.DateField(_("opened on"))
    opened_at = models.DateTimeField(auto_now_add=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_on = models.DateField(_("closed on"), null=True)

    class Meta:
        ordering = ["-opened_on", "-pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="round_number_once")]
        indexes = [
            models.Index(fields=["-opened_on", "-id"], name="round_newest"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="round_region"),
        ]

    def __str__(self) -> str:
        return self.title


class RoundPost(models.Model):
    """A post whose free places this round seeks people for."""

    region_code = RegionCodeField()
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="posts")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    places = models.PositiveSmallIntegerField(_("places sought"))

    class Meta:
        ordering = ["post__number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "post"], name="round_post_once"),
            models.CheckConstraint(condition=Q(places__gte=1), name="round_post_has_places"),
        ]

    def __str__(self) -> str:
        return f"{self.post} × {self.places}"


class StepRecord(models.Model):
    """A step of a round as it was carried out. `last_day` is the last of its working days; it closes after it."""

    region_code = RegionCodeField()
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(_("step"), max_length=40)
    kind = models.CharField(max_length=14)
    state = models.CharField(_("state"), max_length=8, choices=StepState.choices, default=StepState.WAITING)
    opens_on = models.DateField(_("opened on"), null=True)
    last_day = models.DateField(_("last working day"), null=True)
    opened_at = models.DateTimeField(null=True)
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    closes_on = models.DateField(_("closed on"), null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("text"), blank=True)
    notice = models.ForeignKey(Notice, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "position"], condition=~Q(state=StepState.UNDONE), name="step_once_in_a_round"
            ),
            models.UniqueConstraint(
                fields=["round"], condition=Q(state=StepState.OPEN), name="one_open_step_in_a_round"
            ),
            models.CheckConstraint(
                condition=Q(closes_on__isnull=True) | Q(closes_on__gte=F("opens_on")), name="step_closes_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class StepDocument(models.Model):
    """A document or photo that a step asked for; `name` is the policy's word for it."""

    region_code = RegionCodeField()
    step = models.ForeignKey(StepRecord, on_delete=models.CASCADE, related_name="documents")
    name = models.CharField(_("document"), max_length=60)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    added_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class RoundEntry(models.Model):
    """The round's book: what was opened, closed, gone back to, and why. Only ever added to."""

    region_code = RegionCodeField()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="entries")
    step = models.ForeignKey(StepRecord, on_delete=models.PROTECT, null=True, related_name="entries")
    what = models.CharField(max_length=10, choices=Entry.choices)
    on = models.DateField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.get_what_display()} {self.step or ''}"
