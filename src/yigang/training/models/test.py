"""Papers drawn from the bank, who sat them, what was answered; contests are papers with a ranking."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.people.models import Person
from yigang.training.enums import SittingState
from yigang.training.models.bank import Question
from yigang.training.models.course import Course, Plan, Session


class Paper(models.Model):
    """A test: a rule that says how many questions of which kind, and a seed from which anybody can draw it again.

    `rule` is a list of {subject, kind, count, points}. Each person gets the draw of seed and person, or all the same
    when `same_for_all`. `closed_book` asks for the wall code of `session`, under whose eyes the test is written.
    """

    region_code = RegionCodeField()
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="papers")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, null=True, related_name="papers")
    title = models.CharField(_("title"), max_length=120)
    rule = models.JSONField(_("rule"))
    seed = models.CharField(_("seed"), max_length=64)
    bank = ArrayField(models.BigIntegerField(), help_text="the questions that could be drawn, as the bank stood")
    same_for_all = models.BooleanField(_("the same questions for everybody"), default=False)
    minutes = models.PositiveSmallIntegerField(_("minutes"))
    pass_mark = models.DecimalField(_("pass mark"), max_digits=5, decimal_places=2)
    opens_at = models.DateTimeField(_("opens at"))
    closes_at = models.DateTimeField(_("closes at"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=1)
    closed_book = models.BooleanField(_("closed book"), default=False)
    session = models.ForeignKey(Session, on_delete=models.PROTECT, null=True, related_name="papers")
    drawn_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-opens_at"]
        verbose_name = _("paper")
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="paper_closes_after_opening"),
            models.CheckConstraint(condition=Q(minutes__gte=1), name="paper_has_minutes"),
            models.CheckConstraint(condition=Q(pass_mark__gte=0, pass_mark__lte=100), name="paper_pass_mark"),
            models.CheckConstraint(
                condition=Q(closed_book=False) | Q(session__isnull=False), name="closed_book_session"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Sitting(models.Model):
    """One person's attempt at a paper: the questions drawn, the phone it runs on, its end by the server's clock."""

    region_code = RegionCodeField()
    paper = models.ForeignKey(Paper, on_delete=models.PROTECT, related_name="sittings")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="sittings")
    attempt = models.PositiveSmallIntegerField(_("attempt"), default=1)
    state = models.CharField(_("state"), max_length=10, choices=SittingState.choices)
    questions = models.JSONField(default=list, help_text="[question, points] in the order shown")
    device = models.UUIDField(null=True)
    started_at = models.DateTimeField(_("started at"))
    deadline = models.DateTimeField(_("time is up at"))
    handed_in_at = models.DateTimeField(_("handed in at"), null=True)
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    entered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    void_why = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-started_at"]
        verbose_name = _("test")
        constraints = [
            models.UniqueConstraint(fields=["paper", "person", "attempt"], name="attempt_once"),
            models.UniqueConstraint(fields=["paper", "person"], condition=Q(state="running"), name="one_test_runs"),
            models.CheckConstraint(
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100), name="score_within_100"
            ),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="sitting_region"),
            models.Index(fields=["person"], name="sitting_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person} {self.paper}"


class Answer(models.Model):
    """What was chosen, when. The last one in time counts; one after the end is kept, marked late and does not count."""

    region_code = RegionCodeField()
    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.PROTECT, related_name="+")
    chosen = ArrayField(models.CharField(max_length=1))
    at = models.DateTimeField(_("answered at"))
    received_at = models.DateTimeField(_("arrived at"))
    late = models.BooleanField(_("after the end"))
    record = models.UUIDField(unique=True, null=True)

    class Meta:
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="answer_region")]

    def __str__(self) -> str:
        return f"{self.sitting} {''.join(self.chosen)}"


class Contest(models.Model):
    """A paper whose results are ranked: higher score first, of equal scores the shorter time, of equal times one rank."""

    region_code = RegionCodeField()
    paper = models.OneToOneField(Paper, on_delete=models.PROTECT, related_name="contest")
    title = models.CharField(_("title"), max_length=120)
    team_size = models.PositiveSmallIntegerField(_("best results that count for a town"), default=3)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-made_at"]
        verbose_name = _("contest")
        constraints = [models.CheckConstraint(condition=Q(team_size__gte=1), name="contest_team_size")]

    def __str__(self) -> str:
        return self.title
