"""Where attendance is fetched from, each time it was, and what has come so far of a fetch that is not finished."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.exchange.enums import Datum, PullState, SourceKind
from yigang.exchange.models.files import FileImport
from yigang.foundation.models import RegionCodeField, User
from yigang.posts.models import Programme


class PullSource(models.Model):
    """One account at DingTalk or WeCom. Its secret is encrypted and never shown again; what it brings is taken in as `actor`."""

    region_code = RegionCodeField()
    kind = models.CharField(_("service"), max_length=10, choices=SourceKind.choices)
    name = models.CharField(_("account name"), max_length=60)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField(_("application key"), max_length=80, help_text="DingTalk AppKey, WeCom CorpID")
    secret_cipher = models.BinaryField(null=True)
    datum = models.CharField(_("coordinates"), max_length=8, choices=Datum.choices, default=Datum.GCJ02)
    departments = models.JSONField(default=list, help_text="numbers of departments; empty is all")
    groups = models.JSONField(default=list, help_text="numbers or names of attendance groups; empty is all")
    people = models.JSONField(default=dict, help_text="user id → name, where the list of people cannot be fetched")
    days_back = models.PositiveSmallIntegerField(_("days fetched each time"), default=3)
    hour = models.PositiveSmallIntegerField(_("hour of the day"), default=2)
    enabled = models.BooleanField(_("fetched daily"), default=False)
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    tested_at = models.DateTimeField(null=True)
    test_result = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["region_code", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["region_code", "kind", "key"], condition=Q(closed_at=None), name="pull_source_once"
            ),
            models.CheckConstraint(
                condition=Q(hour__lte=23, days_back__gte=1, days_back__lte=31), name="pull_source_when"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PullRun(models.Model):
    """One period fetched from one source. What has arrived waits in `PullPage`, so that a run goes on where it stopped."""

    region_code = RegionCodeField()
    source = models.ForeignKey(PullSource, on_delete=models.PROTECT, related_name="runs")
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    state = models.CharField(_("state"), max_length=10, choices=PullState.choices, default=PullState.RUNNING)
    people = models.JSONField(null=True, help_text="user id → name, number, department; null until it was fetched")
    steps_done = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    rows = models.PositiveIntegerField(default=0)
    rows_new = models.PositiveIntegerField(default=0)
    message = models.TextField(blank=True, help_text="why it stopped, or what the clerk should look at")
    file_import = models.ForeignKey(FileImport, on_delete=models.SET_NULL, null=True, related_name="+")
    actor = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-started_at", "-pk"]
        constraints = [models.CheckConstraint(condition=Q(last__gte=F("first")), name="pull_run_ends_after_start")]
        indexes = [models.Index(fields=["source", "-started_at"], name="pull_runs")]

    def __str__(self) -> str:
        return f"{self.source} {self.first}–{self.last}"


class PullPage(models.Model):
    """One answer of an unfinished run, encrypted; gone when the run has been handed in."""

    region_code = RegionCodeField()
    run = models.ForeignKey(PullRun, on_delete=models.CASCADE, related_name="pages")
    step = models.PositiveIntegerField()
    offset = models.PositiveIntegerField()
    last = models.BooleanField(help_text="whether the step ends with this answer")
    rows = models.PositiveIntegerField()
    content = models.BinaryField(help_text="the rows as they came, encrypted")

    class Meta:
        ordering = ["step", "offset"]
        constraints = [models.UniqueConstraint(fields=["run", "step", "offset"], name="pull_page_once")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.step}/{self.offset}"


class PulledRow(models.Model):
    """That a row of a source was handed in before. Each fetch asks for some days again, and brings what it brought."""

    region_code = RegionCodeField()
    source = models.ForeignKey(PullSource, on_delete=models.CASCADE, related_name="pulled")
    digest = models.BinaryField()
    day = models.DateField()
    file_import = models.ForeignKey(FileImport, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "digest"], name="pulled_once")]
        indexes = [models.Index(fields=["source", "day"], name="pulled_by_day")]

    def __str__(self) -> str:
        return f"{self.day}"
