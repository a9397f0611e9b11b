"""Programmes and their posts: what is paid for, by which policy, and where."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField
from yigang.posts.enums import ProgrammeKind


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


class Post(models.Model):
    """A post of a programme in a place, with as many places as its head-count."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="posts")
    number = models.CharField(_("post number"), max_length=40)
    kind = models.CharField(_("post kind"), max_length=40)
    duties = ArrayField(models.CharField(max_length=60), verbose_name=_("duties"), default=list)
    head_count = models.PositiveSmallIntegerField(_("head-count"), default=1)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "number"], name="post_number_once"),
            models.CheckConstraint(condition=Q(head_count__gte=1), name="post_has_places"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.kind}"
