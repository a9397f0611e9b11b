"""Rounds and their steps, who applied, and everything that was said and decided about each applicant.

Going back in a round makes new step records and leaves the old ones, with what was decided in them, as undone: history is
never rewritten, and nothing that hangs on an undone step counts.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.notices.models import Notice
from yigang.people.models import Person
from yigang.posts.models import Post, Programme
from yigang.recruitment.agreement_models import AgreementDraft
from yigang.recruitment.comparison_models import Comparison, ComparisonHit, ComparisonRegister, ComparisonRow
from yigang.recruitment.enums import ApplicationState, Entry, RoundState, Source, StepState, Verdict
from yigang.recruitment.match_models import (
    MatchLeftOpen,
    MatchLeftOver,
    MatchProposal,
    MatchRun,
    PoolEntry,
    PoolMember,
    PoolRun,
    Replacement,
)
from yigang.tenure.models import Appointment

COMPARING = (ComparisonRegister, ComparisonRow, Comparison, ComparisonHit)
"""The tables of data comparison, which stand in a file of their own; so do the agreements before hiring."""
SIGNING = (AgreementDraft,)
PLACING = (PoolRun, PoolMember, PoolEntry, Replacement, MatchRun, MatchProposal, MatchLeftOver, MatchLeftOpen)
"""The tables of the reserve pool and of matching, in a file of their own."""


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


class Application(models.Model):
    """A person in a round, once. `reasons` say why somebody is out; `version` grows with every decision."""

    region_code = RegionCodeField()
    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="applications")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    post_wanted = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    source = models.CharField(_("came by"), max_length=10, choices=Source.choices)
    state = models.CharField(
        _("state"), max_length=10, choices=ApplicationState.choices, default=ApplicationState.RUNNING
    )
    declared = models.JSONField(_("declared on the form"), default=dict)
    reasons = ArrayField(models.CharField(max_length=300), default=list)
    ended_in = models.ForeignKey(StepRecord, on_delete=models.PROTECT, null=True, related_name="+")
    applied_on = models.DateField(_("applied on"))
    applied_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    rank = models.PositiveIntegerField(_("rank"), null=True)
    score = models.DecimalField(_("score"), max_digits=12, decimal_places=2, null=True)
    rank_reason = models.CharField(max_length=300, blank=True)
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, null=True, related_name="application")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering = ["round", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "person"], name="one_application_in_a_round"),
            models.CheckConstraint(
                condition=Q(state=ApplicationState.HIRED, appointment__isnull=False)
                | (~Q(state=ApplicationState.HIRED) & Q(appointment__isnull=True)),
                name="hired_by_an_appointment",
            ),
        ]
        indexes = [
            models.Index(fields=["round", "state", "id"], name="application_of_round"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="application_region"),
        ]

    def __str__(self) -> str:
        return f"{self.person}"


class StepOutcome(models.Model):
    """What a step ended in for one applicant, by whom and why. Taken back it stays, with who took it back and why."""

    region_code = RegionCodeField()
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="outcomes")
    step = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="outcomes")
    outcome = models.CharField(_("outcome"), max_length=40)
    goes_on = models.BooleanField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    undone_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)
    undone_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "step"], condition=Q(undone_at__isnull=True), name="one_outcome_in_a_step"
            ),
            models.CheckConstraint(condition=Q(goes_on=True) | ~Q(reason=""), name="out_only_with_a_reason"),
        ]
        indexes = [models.Index(fields=["step", "outcome"], name="outcome_of_step")]

    def __str__(self) -> str:
        return self.outcome


class EligibilityRun(models.Model):
    """All applicants of a step judged by the clauses at once. The facts are kept, so that it can be computed again."""

    region_code = RegionCodeField()
    step = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="eligibility_runs")
    day = models.DateField(_("day"))
    facts = models.BinaryField()
    facts_digest = models.CharField(max_length=64)
    policy_digest = models.CharField(max_length=64)
    result_digest = models.CharField(max_length=64)
    people = models.PositiveIntegerField()
    failing = models.PositiveIntegerField()
    undetermined = models.PositiveIntegerField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.step} {self.day}"


class EligibilityResult(models.Model):
    """One applicant in a run: the verdict, and per clause what it says and why not."""

    region_code = RegionCodeField()
    run = models.ForeignKey(EligibilityRun, on_delete=models.PROTECT, related_name="results")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="eligibility")
    verdict = models.CharField(max_length=12, choices=Verdict.choices)
    clauses = models.JSONField()

    class Meta:
        ordering = ["run", "application"]
        constraints = [models.UniqueConstraint(fields=["run", "application"], name="judged_once_in_a_run")]

    def __str__(self) -> str:
        return self.verdict


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
