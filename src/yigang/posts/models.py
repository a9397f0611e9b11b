"""Programmes and their posts: what is paid for, by which policy, and where; who asked for them, and within what limits."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.geo import DegreeField, on_the_map
from yigang.foundation.models import RegionCodeField, User
from yigang.posts.enums import Asker, ProgrammeKind, RequestState


class Programme(models.Model):
    """A run of posts under one policy, such as the rangers of one district."""

    region_code = RegionCodeField()
    code = models.SlugField(_("code"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    kind = models.CharField(_("kind"), max_length=16, choices=ProgrammeKind.choices)
    policy_code = models.CharField(_("policy"), max_length=60)
    capabilities = models.JSONField(
        default=dict, help_text="capability → its legal basis, from the policy; absent is off"
    )
    starts = models.DateField(_("starts"))
    ends = models.DateField(_("ends"), null=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="programme_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PostKind(models.Model):
    """A kind of post: what it is called, the role name its holders carry, and what they usually do.

    Public data without a region: the kinds that the sources name are loaded, an office adds its own.
    """

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=40, unique=True)
    role = models.CharField(_("role name"), max_length=20, blank=True)
    duties = ArrayField(models.CharField(max_length=60), verbose_name=_("duties"), default=list)
    aliases = ArrayField(models.CharField(max_length=40), verbose_name=_("also called"), default=list, blank=True)
    cites = models.CharField(_("source"), max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class ServiceStation(models.Model):
    """A station where post holders gather, rest and are led from (服务驿站)."""

    region_code = RegionCodeField()
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=200)
    longitude = DegreeField(_("longitude"))
    latitude = DegreeField(_("latitude"))
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    hours = models.CharField(_("opening hours"), max_length=60, blank=True)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["region_code", "name"], name="station_once"), *on_the_map("station"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name


class Quota(models.Model):
    """How many places, and how much money a year, a fund allows a programme in a region."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="quotas")
    year = models.PositiveSmallIntegerField(_("year"))
    fund = models.CharField(_("fund"), max_length=80)
    head_count = models.PositiveIntegerField(_("places"))
    budget_fen = models.BigIntegerField(_("budget"))

    class Meta:
        ordering = ["-year", "programme", "region_code", "fund"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "region_code", "year", "fund"], name="quota_once"),
            models.CheckConstraint(condition=Q(budget_fen__gte=0), name="quota_budget_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.fund} {self.year}"


class PostRequest(models.Model):
    """A village, station or department asks for posts. Town checks, county approves within a quota; three people."""

    region_code = RegionCodeField(help_text="where the posts would be")
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="requests")
    asker = models.CharField(_("asked by"), max_length=12, choices=Asker.choices)
    asker_name = models.CharField(_("asking office"), max_length=80)
    category = models.ForeignKey(PostKind, on_delete=models.PROTECT, verbose_name=_("post kind"), related_name="+")
    duties = ArrayField(models.CharField(max_length=60), verbose_name=_("duties"))
    place = models.CharField(_("place of work"), max_length=200)
    longitude = DegreeField(_("longitude"))
    latitude = DegreeField(_("latitude"))
    station = models.ForeignKey(ServiceStation, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    head_count = models.PositiveSmallIntegerField(_("head-count"))
    minutes_per_day = models.PositiveSmallIntegerField(_("minutes a day"))
    months = ArrayField(models.PositiveSmallIntegerField(), verbose_name=_("season"), help_text="1 to 12")
    abilities = ArrayField(models.CharField(max_length=40), verbose_name=_("needed abilities"), default=list)
    reason = models.TextField(_("reason"), max_length=1000)
    year = models.PositiveSmallIntegerField(_("year"))
    state = models.CharField(_("state"), max_length=10, choices=RequestState.choices, default=RequestState.DRAFT)
    quota = models.ForeignKey(Quota, on_delete=models.PROTECT, null=True, related_name="requests")
    cost_fen = models.BigIntegerField(_("cost of a year"), null=True, help_text="of all its places, when approved")
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    decided_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["-changed_at"]
        indexes = [models.Index(fields=["state", "-changed_at"])]
        constraints = [
            *on_the_map("request"),
            models.CheckConstraint(condition=Q(head_count__gte=1), name="request_has_places"),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("written_by")), name="checker_is_not_author"
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(checked_by__isnull=False, decided_by__isnull=False, quota__isnull=False, cost_fen__isnull=False),
                name="approval_is_complete",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("written_by")) & (Q(checked_by__isnull=True) | ~Q(decided_by=F("checked_by")))),
                name="approver_is_a_third",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.asker_name} {self.place}"


class RequestStep(models.Model):
    """One step of a request's way, with who took it and why. Only ever added."""

    region_code = RegionCodeField()
    request = models.ForeignKey(PostRequest, on_delete=models.PROTECT, related_name="steps")
    state = models.CharField(max_length=10, choices=RequestState.choices, help_text="after the step")
    sent_back = models.BooleanField(default=False)
    text = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.state


class Post(models.Model):
    """A post of a programme in a place, with as many places as its head-count.

    `kind` is what the office's papers call it; `category` the kind it belongs to, once somebody or its name has said so.
    """

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="posts")
    number = models.CharField(_("post number"), max_length=40)
    kind = models.CharField(_("post kind"), max_length=40)
    category = models.ForeignKey(PostKind, on_delete=models.PROTECT, null=True, related_name="posts")
    duties = ArrayField(models.CharField(max_length=60), verbose_name=_("duties"), default=list)
    head_count = models.PositiveSmallIntegerField(_("head-count"), default=1)
    request = models.ForeignKey(PostRequest, on_delete=models.PROTECT, null=True, related_name="posts")
    station = models.ForeignKey(ServiceStation, on_delete=models.PROTECT, null=True, related_name="posts")
    place = models.CharField(_("place of work"), max_length=200, blank=True, default="", db_default="")
    longitude = DegreeField(_("longitude"))
    latitude = DegreeField(_("latitude"))
    minutes_per_day = models.PositiveSmallIntegerField(_("minutes a day"), null=True)
    months = ArrayField(
        models.PositiveSmallIntegerField(),
        verbose_name=_("season"),
        default=list,
        db_default=[],
        help_text="empty: the whole year",
    )
    abilities = ArrayField(
        models.CharField(max_length=40), verbose_name=_("needed abilities"), default=list, db_default=[]
    )

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="post_number_once"),
            models.CheckConstraint(condition=Q(head_count__gte=1), name="post_has_places"),
            *on_the_map("post"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
