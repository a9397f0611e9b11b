"""Questions that evidence raises, and what was answered. Nothing that judges or pays reads them."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.duty.enums import FlagOutcome, FlagState
from yigang.duty.models.records import Media
from yigang.foundation.models import RegionCodeField, User
from yigang.people.models import Person
from yigang.policy.flags import RULES
from yigang.posts.models import Programme


class Flag(models.Model):
    """A question about one person, raised by a rule; one for each subject, however often the rule is run.

    `rows` are the keys of the evidence (`c:<day>:<check-in>`, `r:<record>`, `p:<patrol>`, `l:<log>`), `figures` what the rule
    measured, `thresholds` what it was measured by. While it is open a later run may add evidence; once answered it stays.
    """

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="flags")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    kind = models.CharField(_("question"), max_length=24)
    strength = models.CharField(_("strength"), max_length=6)
    subject = models.CharField(max_length=200)
    rows = models.JSONField()
    figures = models.JSONField()
    rule_version = models.PositiveSmallIntegerField()
    thresholds = models.JSONField()
    authors = ArrayField(models.BigIntegerField(), help_text="accounts that wrote the evidence; they never answer")
    found_at = models.DateTimeField(_("found at"))
    state = models.CharField(_("state"), max_length=10, choices=FlagState.choices, default=FlagState.OPEN)

    class Meta:
        ordering = ["-day", "-pk"]
        verbose_name = _("question about evidence")
        constraints = [
            models.UniqueConstraint(fields=["kind", "subject"], name="flag_once"),
            models.CheckConstraint(condition=Q(kind__in=list(RULES)), name="flag_of_a_known_rule"),
        ]
        indexes = [
            models.Index(fields=["region_code", "day"], opclasses=["text_pattern_ops", "date_ops"], name="flag_region"),
            models.Index(fields=["person", "-day"], name="flag_person"),
            models.Index(fields=["-day"], condition=Q(state="open"), name="flag_open"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"


class FlagAnswer(models.Model):
    """What somebody found out. Only added: an answered flag is answered anew after it was opened again."""

    region_code = RegionCodeField()
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="answers")
    number = models.PositiveSmallIntegerField()
    outcome = models.CharField(_("answer"), max_length=10, choices=FlagOutcome.choices)
    reason = models.CharField(_("reason"), max_length=400)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["flag", "number"], name="flag_answered_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="flag_answered_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_outcome_display()} {self.reason}"


class FlagExplanation(models.Model):
    """What the person the question is about says to it, by the own phone. Only added; it closes nothing by itself."""

    region_code = RegionCodeField()
    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="explanations")
    record = models.UUIDField(unique=True, help_text="the signed record that it came in")
    text = models.CharField(_("explanation"), max_length=1_000)
    at = models.DateTimeField(help_text="when it was written, as judged")
    received_at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="flag_explained_in_words")]

    def __str__(self) -> str:
        return self.text[:40]


class PhotoUse(models.Model):
    """That a record names a photo. What the photo looks like is worked out when it has arrived."""

    region_code = RegionCodeField()
    record = models.UUIDField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    day = models.DateField()
    photo = models.CharField(max_length=64, help_text="sha256 of what the phone sent")
    original = models.CharField(max_length=64, blank=True, help_text="sha256 before the phone reduced it")
    media = models.ForeignKey(Media, on_delete=models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True, help_text="by the photo's own words")
    screen = models.FloatField(null=True, help_text="duty.flags.screens.score")
    likeness = models.FloatField(null=True, help_text="to the person's photo on file, duty.flags.faces.likeness")
    compared_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "photo"], name="photo_use_once")]
        indexes = [
            models.Index(fields=["photo"], name="photo_use_photo"),
            models.Index(fields=["original"], condition=~Q(original=""), name="photo_use_original"),
            models.Index(fields=["person", "day"], name="photo_use_person"),
        ]

    def __str__(self) -> str:
        return self.photo[:16]


class PhotoPrint(models.Model):
    """A photo's fingerprint, whole or its middle, in four parts by which near ones are found.

    Each index holds the other parts too: how far a fingerprint is, is told without reading the table.
    """

    region_code = RegionCodeField()
    use = models.ForeignKey(PhotoUse, on_delete=models.CASCADE, related_name="prints")
    how = models.CharField(max_length=6)
    first = models.IntegerField()
    second = models.IntegerField()
    third = models.IntegerField()
    fourth = models.IntegerField()
    fine = models.BinaryField(help_text="256 bits")

    class Meta:
        indexes = [
            models.Index(fields=["first"], include=["id", "second", "third", "fourth"], name="print_by_first"),
            models.Index(fields=["second"], include=["id", "first", "third", "fourth"], name="print_by_second"),
            models.Index(fields=["third"], include=["id", "first", "second", "fourth"], name="print_by_third"),
            models.Index(fields=["fourth"], include=["id", "first", "second", "third"], name="print_by_fourth"),
        ]

    def __str__(self) -> str:
        return f"{self.use_id} {self.how}"


class FlagRun(models.Model):
    """Up to when what phones sent and files brought has been looked at."""

    looked_until = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.looked_until)
