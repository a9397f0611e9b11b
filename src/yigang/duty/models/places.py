"""Where duty is done: areas, key points and routes, each valid from a day to a day. Degrees are WGS-84."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation.models import RegionCodeField, User
from yigang.posts.models import Post, Programme


class Place(models.Model):
    """What areas, key points and routes share: whose they are, and when they count."""

    region_code = RegionCodeField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, verbose_name=_("Programme"), related_name="+")
    post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        verbose_name=_("post"), help_text="of this post alone; empty: of everybody of the programme in the region",
    )  # fmt: skip
    name = models.CharField(_("name"), max_length=80)
    months = ArrayField(
        models.PositiveSmallIntegerField(), verbose_name=_("season"), default=list, blank=True,
        help_text="1 to 12; empty: the whole year",
    )  # fmt: skip
    valid_from = models.DateField(_("first day"))
    valid_to = models.DateField(_("last day"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=120, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True
        ordering = ["region_code", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="%(class)s_ends_after_start"
            ),
        ]
        indexes = [models.Index(fields=["programme", "region_code"], name="%(class)s_programme")]

    def __str__(self) -> str:
        return self.name


class DutyArea(Place):
    """Ground that somebody looks after: one polygon or several, with holes."""

    polygons = models.JSONField(help_text="as GeoJSON's MultiPolygon coordinates")
    square_metres = models.FloatField(_("area"))


class KeyPoint(Place):
    """A place to be reached: a look-out, a spring, a crossing of paths."""

    longitude = models.FloatField(_("longitude"))
    latitude = models.FloatField(_("latitude"))
    radius = models.PositiveSmallIntegerField(_("radius"), default=100, help_text="metres within which it is reached")

    class Meta(Place.Meta):
        constraints = [
            *Place.Meta.constraints,
            models.CheckConstraint(condition=Q(radius__range=(5, 2000)), name="key_point_radius"),
        ]


class Route(Place):
    """A way that is meant to be walked; shown beside the track, never a measure by itself."""

    line = models.JSONField(help_text="as GeoJSON's LineString coordinates")
    metres = models.FloatField(_("length"))
