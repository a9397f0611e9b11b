"""What neighbours, offices and reviewers said about applicants, and who stood too near to judge."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.models import Person
from yigang.recruitment.models.applications import Application
from yigang.recruitment.models.rounds import Round, StepRecord


class PeerReview(models.Model):
    """A meeting of the village: who was entitled, who came, minutes and photo. Below its quorum it is not taken in."""

    region_code = RegionCodeField()
    step = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="peer_reviews")
    held_on = models.DateField(_("held on"))
    place = models.CharField(_("place"), max_length=120)
    chair = models.CharField(_("chair"), max_length=60)
    tellers = ArrayField(models.CharField(max_length=60), verbose_name=_("tellers"))
    entitled = models.PositiveIntegerField(_("entitled"))
    present = models.PositiveIntegerField(_("present"))
    minutes = models.TextField(_("minutes"))
    photo = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["held_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(present__lte=F("entitled"), present__gte=1), name="present_within_entitled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.held_on}"


class PeerTally(models.Model):
    """The secret count about one applicant: it sums to those present, or the database refuses it."""

    region_code = RegionCodeField()
    review = models.ForeignKey(PeerReview, on_delete=models.PROTECT, related_name="tallies")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="tallies")
    present = models.PositiveIntegerField()
    agree = models.PositiveIntegerField(_("for"))
    against = models.PositiveIntegerField(_("against"))
    abstain = models.PositiveIntegerField(_("abstained"))

    class Meta:
        ordering = ["review", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(present=F("agree") + F("against") + F("abstain")), name="tally_sums"),
            models.UniqueConstraint(fields=["review", "application"], name="tallied_once_in_a_meeting"),
        ]

    def __str__(self) -> str:
        return f"{self.agree}/{self.against}/{self.abstain}"


class ReviewSeat(models.Model):
    """Who signs for an office of a joint review in this round. One person signs for one office."""

    region_code = RegionCodeField()
    round = models.ForeignKey(Round, on_delete=models.CASCADE, related_name="seats")
    office = models.CharField(_("office"), max_length=60)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    given_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["office", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "user"], name="one_seat_for_a_person")]

    def __str__(self) -> str:
        return f"{self.office} {self.user}"


class JointReview(models.Model):
    """An office's signature for its own part about one applicant."""

    region_code = RegionCodeField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="joint_reviews")
    step = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="joint_reviews")
    office = models.CharField(_("office"), max_length=60)
    part = models.CharField(_("part"), max_length=120)
    agrees = models.BooleanField(_("agrees"))
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "step", "office"], name="an_office_signs_once"),
            models.UniqueConstraint(fields=["application", "step", "by"], name="a_person_signs_for_one_office"),
            models.CheckConstraint(condition=Q(agrees=True) | ~Q(reason=""), name="objects_only_with_a_reason"),
        ]

    def __str__(self) -> str:
        return self.office


class ReviewMark(models.Model):
    """One reviewer's points for one item of an interview or a site visit, with the reason."""

    region_code = RegionCodeField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="marks")
    step = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="marks")
    item = models.CharField(_("item"), max_length=60)
    points = models.DecimalField(_("points"), max_digits=7, decimal_places=2)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "step", "item", "by"], name="a_reviewer_marks_once"),
            models.CheckConstraint(condition=Q(points__gte=0), name="marks_not_negative"),
            models.CheckConstraint(condition=~Q(reason=""), name="marks_with_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.points}"


class DeclaredTie(models.Model):
    """A reviewer's own word that an applicant is kin, or otherwise too near to judge."""

    region_code = RegionCodeField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    relation = models.CharField(_("relation"), max_length=60)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "user"], name="declared_once")]

    def __str__(self) -> str:
        return self.relation
