"""The reserve pool with its history, who is proposed for a vacancy, and what a matching proposed, left over and left open."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.people.enums import PlaceSource
from yigang.people.models import Person
from yigang.posts.models import Post, Programme
from yigang.recruitment.enums import PoolState, ProposalState, ReplacementState
from yigang.tenure.models import Appointment, Vacancy


class PoolRun(models.Model):
    """The pool's rule asked of everybody in a region on one day, with what it was computed from."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    day = models.DateField(_("day"))
    policy_digest = models.CharField(max_length=64)
    facts_digest = models.CharField(max_length=64)
    people = models.PositiveIntegerField(_("people asked"))
    waiting = models.PositiveIntegerField(_("in the pool"))
    undetermined = models.PositiveIntegerField(_("undetermined"))
    changed = models.PositiveIntegerField(_("changed"))
    by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", help_text="nobody: the program by itself"
    )
    at = models.DateTimeField(_("asked at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.programme} {self.day}"


class PoolMember(models.Model):
    """Where a person stands to a programme's reserve pool, since when, and why. `score` orders those who are in."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="pool")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pools")
    state = models.CharField(_("state"), max_length=12, choices=PoolState.choices)
    since = models.DateField(_("since"))
    why = models.CharField(_("reason"), max_length=500, blank=True)
    missing = ArrayField(models.CharField(max_length=40), verbose_name=_("missing facts"), default=list)
    score = models.DecimalField(_("points"), max_digits=12, decimal_places=2, null=True)
    score_why = models.CharField(_("how the points come about"), max_length=300, blank=True)
    run = models.ForeignKey(PoolRun, on_delete=models.PROTECT, related_name="+", verbose_name=_("last changed by"))

    class Meta:
        ordering = ["pk"]
        verbose_name = _("pool member")
        constraints = [
            models.UniqueConstraint(fields=["programme", "person"], name="once_in_a_pool"),
            models.CheckConstraint(condition=Q(state=PoolState.IN) | ~Q(why=""), name="outside_with_a_reason"),
        ]
        indexes = [
            models.Index(fields=["programme", "state", "-score"], name="pool_order"),
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="pool_region"),
        ]

    def __str__(self) -> str:
        return f"{self.person}"


class PoolEntry(models.Model):
    """One change of a person's standing, in the order in which it happened. Only ever added to."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="pool_entries")
    day = models.DateField(_("day"))
    state = models.CharField(_("state"), max_length=12, choices=PoolState.choices)
    why = models.CharField(_("reason"), max_length=500, blank=True)
    run = models.ForeignKey(PoolRun, on_delete=models.PROTECT, related_name="entries")

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["person", "programme"], name="pool_history")]

    def __str__(self) -> str:
        return f"{self.day} {self.state}"


class Replacement(models.Model):
    """Somebody proposed for a vacancy, from the pool; another official at the county confirms. `why` is the ranking's word."""

    region_code = RegionCodeField()
    vacancy = models.ForeignKey(Vacancy, on_delete=models.PROTECT, related_name="replacements")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    rank = models.PositiveIntegerField(_("rank"))
    why = models.CharField(_("reason"), max_length=500)
    starts = models.DateField(_("first day"))
    ends = models.DateField(_("last day"), null=True)
    declared = models.JSONField(_("declared"), default=dict)
    remark = models.CharField(_("explanation"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ReplacementState.choices, default=ReplacementState.OPEN)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"), auto_now_add=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("decision"), max_length=300, blank=True)
    appointment = models.OneToOneField(Appointment, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        verbose_name = _("replacement")
        constraints = [
            models.UniqueConstraint(
                fields=["vacancy"], condition=Q(state__in=["open", "confirmed"]), name="one_replacement_per_vacancy"
            ),
            models.UniqueConstraint(fields=["person"], condition=Q(state="open"), name="proposed_for_one_vacancy"),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(state="confirmed") | ~Q(decided_by=F("proposed_by")),
                name="replacement_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="confirmed", appointment__isnull=False)
                | (~Q(state="confirmed") & Q(appointment__isnull=True)),
                name="replacement_is_an_appointment",
            ),
        ]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="replacement_region")]

    def __str__(self) -> str:
        return f"{self.person} → {self.vacancy}"


class MatchRun(models.Model):
    """One matching for a round: what went in, by which weights, what came out. The inputs are kept to compute it again."""

    region_code = RegionCodeField()
    round = models.ForeignKey("recruitment.Round", on_delete=models.PROTECT, related_name="matchings")
    day = models.DateField(_("day"))
    people_body = models.BinaryField()
    posts_body = models.BinaryField()
    inputs_digest = models.CharField(max_length=64)
    rules = models.JSONField()
    rules_digest = models.CharField(max_length=64)
    result_digest = models.CharField(max_length=64)
    people = models.PositiveIntegerField(_("people"))
    places = models.PositiveIntegerField(_("places"))
    placed = models.PositiveIntegerField(_("proposed"))
    pairs = models.PositiveBigIntegerField(_("possible pairs"))
    value = models.BigIntegerField(_("points"), help_text="hundredths, summed over the proposals; proven greatest")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("computed at"), auto_now_add=True)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["round", "-id"], name="matching_of_round")]

    def __str__(self) -> str:
        return f"{self.round} {self.day}"


class MatchProposal(models.Model):
    """A person proposed for a post, with the points of every preference. An official accepts, changes or rejects it."""

    region_code = RegionCodeField()
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="proposals")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    value = models.IntegerField(_("points"), help_text="hundredths")
    parts = models.JSONField(help_text="preference → hundredths")
    metres = models.PositiveIntegerField(_("distance"), null=True)
    lives = models.CharField(
        _("position of the person"), max_length=10, choices=PlaceSource.choices, blank=True, default="", db_default="",
        help_text="what the distance was counted from",
    )  # fmt: skip
    works = models.CharField(
        _("position of the post"), max_length=10, choices=PlaceSource.choices, blank=True, default="", db_default="",
        help_text="what the distance was counted to",
    )  # fmt: skip
    open_clauses = ArrayField(
        models.CharField(max_length=60), default=list, help_text="judged once the form is filled in"
    )
    state = models.CharField(_("state"), max_length=10, choices=ProposalState.choices, default=ProposalState.OPEN)
    given = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("post instead")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    application = models.OneToOneField(
        "recruitment.Application", on_delete=models.PROTECT, null=True, related_name="proposal"
    )

    class Meta:
        ordering = ["-value", "pk"]
        verbose_name = _("proposal")
        constraints = [
            models.UniqueConstraint(fields=["run", "person"], name="proposed_once_in_a_run"),
            models.CheckConstraint(
                condition=~Q(state__in=["changed", "rejected"]) | ~Q(reason=""), name="proposal_changed_with_a_reason"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["accepted", "changed"], application__isnull=False)
                | (~Q(state__in=["accepted", "changed"]) & Q(application__isnull=True)),
                name="accepted_as_an_application",
            ),
        ]
        indexes = [models.Index(fields=["run", "state", "-value"], name="proposal_of_run")]

    def __str__(self) -> str:
        return f"{self.person} → {self.post}"


class MatchLeftOver(models.Model):
    """Somebody without a proposal, with the first reason that holds and its figures."""

    region_code = RegionCodeField()
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="left_over")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=12)
    figures = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "person"], name="left_over_once")]

    def __str__(self) -> str:
        return f"{self.person} {self.reason}"


class MatchLeftOpen(models.Model):
    """A post with places that nobody is proposed for, and whether anybody could be."""

    region_code = RegionCodeField()
    run = models.ForeignKey(MatchRun, on_delete=models.PROTECT, related_name="left_open")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    places = models.PositiveSmallIntegerField(_("open places"))
    possible = models.PositiveIntegerField(_("people who could"))
    reason = models.CharField(_("reason"), max_length=12)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["run", "post"], name="left_open_once")]

    def __str__(self) -> str:
        return f"{self.post} {self.places}"
