"""On what land villages lie, said for many at once: courses that are for one kind of land look it up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import (
    BelowFilter,
    BulkAction,
    ChoiceFilter,
    Column,
    FlagFilter,
    List,
    bulk_view,
    show,
)
from yigang.console.pages import actor_of, page
from yigang.console.training.tabs import frame
from yigang.foundation.enums import RegionLevel
from yigang.foundation.models import Region, User
from yigang.training import domain
from yigang.training.access import PLAN, READ_TRAINING
from yigang.training.enums import Terrain
from yigang.training.models import VillageTerrain


def rows(_reader: Any) -> Any:
    """Villages of today with their land."""
    said = VillageTerrain.objects.filter(region_code=OuterRef("code")).values("terrain")
    return Region.objects.filter(level=RegionLevel.VILLAGE, valid_to=None).annotate(terrain=Subquery(said))


def words(row: Any) -> str:
    return str(Terrain(row.terrain).label) if row.terrain else ""


def name_towns(rows: list[Any]) -> None:
    known = regions.names({f"{row.code[:9]}000" for row in rows})
    for row in rows:
        row.town = known.get(f"{row.code[:9]}000", "")


VILLAGES = List(
    name="training-terrain",
    title=_("Land of the villages"),
    unit=_("villages"),
    rows=rows,
    columns=(
        Column("town", _("Town"), lambda row: row.town, sort=("code",)),
        Column("village", _("Village"), lambda row: row.name, sort=("name",), always=True),
        Column("terrain", _("Land"), words, sort=("terrain",), always=True),
    ),
    order=("code",),
    filters=(
        BelowFilter(region_field="code"), ChoiceFilter("terrain", _("Land"), "terrain", Terrain.choices),
        FlagFilter("unsaid", _("Nobody has said yet"), lambda: Q(terrain=None)),
    ),
    search=lambda found, said: found.filter(name__contains=said),
    search_hint=_("Village"),
    prepare=name_towns,
    actions=(BulkAction(_("Say what land it is"), "console:training-terrain-set", PLAN, "map-pin"),),
    region_field="code",
)  # fmt: skip


class TerrainForm(forms.Form):
    terrain = forms.ChoiceField(label=_("Land"), choices=[("", "—"), *Terrain.choices])


@page(READ_TRAINING)
def villages(request: HttpRequest) -> HttpResponseBase:
    context = frame(actor_of(request), "training-courses")
    return show(request, VILLAGES, template="console/tenure/list.html", context=context)


def said_of(rows: list[Any], given: dict[str, Any], actor: User) -> list[str]:
    """The same land for many villages."""
    terrain = Terrain(given["terrain"])
    domain.set_terrain([row.code for row in rows], terrain, actor=actor)
    return [str(terrain.label)] * len(rows)


set_chosen = bulk_view(
    VILLAGES, "console:training-terrain", PLAN, said_of, title=_("Say what land it is"),
    done=_("Said of %(count)d villages."), name=lambda row: str(row.name), before=words, form=TerrainForm,
)  # fmt: skip
