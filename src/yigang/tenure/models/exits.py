"""Leaving a post: the exit with its papers, and the vacancy it leaves."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, StoredFile, User
from yigang.posts.models import Post
from yigang.tenure.enums import AGAINST_WILL, Delivery, ExitKind, ExitReason, ExitState
from yigang.tenure.models.appointment import Appointment


class Exit(models.Model):
    """One person's leaving of one post. Against his will it is proposed by one official and confirmed by another."""

    region_code = RegionCodeField()
    appointment = models.ForeignKey(Appointment, on_delete=models.PROTECT, related_name="exits")
    kind = models.CharField(_("kind of exit"), max_length=10, choices=ExitKind.choices)
    reason = models.CharField(_("reason of exit"), max_length=16, choices=ExitReason.choices)
    on = models.DateField(_("last day"))
    last_pay_day = models.DateField(_("paid up to"))
    text = models.CharField(_("explanation"), max_length=200)
    clause = models.CharField(_("clause"), max_length=200, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=ExitState.choices)
    planned_end = models.DateField(_("last day as agreed before"), null=True)
    proposed_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("decided at"), null=True)
    decision = models.CharField(_("decision"), max_length=200, blank=True)
    notice = models.TextField(_("written notice"), blank=True)
    appeal_until = models.DateField(_("appeal until"), null=True)
    delivered_on = models.DateField(_("delivered on"), null=True)
    delivered_how = models.CharField(_("delivered how"), max_length=10, choices=Delivery.choices, blank=True)
    delivered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-on"]
        verbose_name = _("exit")
        constraints = [
            models.UniqueConstraint(
                fields=["appointment"], condition=Q(state__in=["proposed", "done"]), name="one_exit_in_force"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[str(kind) for kind in AGAINST_WILL]) | Q(decided_by=None)
                | ~Q(decided_by=F("proposed_by")),
                name="exit_confirmed_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[str(kind) for kind in AGAINST_WILL]) | ~Q(clause=""), name="removal_has_clause"
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="exit_region"),
            models.Index(fields=["state", "-on"], name="exit_state"),
        ]

    def __str__(self) -> str:
        return f"{self.appointment} {self.on}"


class ExitFile(models.Model):
    """A document of an exit: application, death certificate, resolution, signed receipt of the notice."""

    region_code = RegionCodeField()
    exit = models.ForeignKey(Exit, on_delete=models.PROTECT, related_name="files")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    what = models.CharField(_("what it is"), max_length=60)

    def __str__(self) -> str:
        return self.what


class Vacancy(models.Model):
    """A place of a post that somebody left, with the days by which it is to be reported and filled.

    `since` is the first day without a holder, `place` the place's number on that day (holders may change places later).
    The database fills it (`filled_by`): whoever starts in the post from then on, without having held it the day before,
    fills the vacancy that has been open longest. It is closed without one when the exit is taken back or the place given
    up.
    """

    region_code = RegionCodeField()
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="vacancies")
    place = models.PositiveSmallIntegerField(_("place of the post"))
    since = models.DateField(_("vacant since"))
    exit = models.ForeignKey(Exit, on_delete=models.PROTECT, null=True, related_name="vacancies")
    cause = models.CharField(_("cause"), max_length=16, choices=ExitReason.choices)
    report_by = models.DateField(_("report by"), null=True)
    fill_by = models.DateField(_("fill by"), null=True)
    reported_on = models.DateField(_("reported on"), null=True)
    reported_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    report = models.CharField(_("report"), max_length=200, blank=True)
    filled_by = models.ForeignKey(
        Appointment, on_delete=models.PROTECT, null=True, related_name="vacancies_filled", verbose_name=_("filled by")
    )
    filled_on = models.DateField(_("filled on"), null=True)
    closed_on = models.DateField(_("closed on"), null=True)
    closed_why = models.CharField(_("closed because"), max_length=200, blank=True)

    class Meta:
        ordering = ["since"]
        verbose_name = _("vacancy")
        constraints = [
            models.UniqueConstraint(fields=["exit"], condition=Q(closed_on=None), name="one_vacancy_per_exit"),
            models.CheckConstraint(condition=Q(filled_by=None) | Q(closed_on=None), name="vacancy_filled_or_closed"),
        ]
        indexes = [
            models.Index(fields=["region_code"], opclasses=["text_pattern_ops"], name="vacancy_region"),
            models.Index(fields=["post", "since"], condition=Q(filled_by=None, closed_on=None), name="vacancy_open"),
        ]

    def __str__(self) -> str:
        return f"{self.post} {self.since}"
