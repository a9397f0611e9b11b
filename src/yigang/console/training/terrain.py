"""On what land villages lie, said for many at once: courses that are for one kind of land look it up."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import OuterRef, Q, Subquery
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.console import regions
from yigang.console.lists import (
    BelowFilter,
    Bulk,
    BulkAction,
    ChoiceFilter,
    Column,
    FlagFilter,
    List,
    Outcome,
    bound,
    bulk_page,
    chosen,
    list_address,
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


@require_POST
@page(PLAN)
def set_chosen(request: HttpRequest) -> HttpResponseBase:
    """Many villages at once."""

    def do(found: list[Any], given: dict[str, Any], actor: User) -> list[Outcome]:
        terrain = Terrain(given["terrain"])
        domain.set_terrain([row.code for row in found], terrain, actor=actor)
        return [Outcome(row.name, words(row), str(terrain.label)) for row in found]

    bulk = Bulk(
        title=_now("Say what land it is"), button=_now("Say what land it is"), done=_now("Said of %(count)d villages."),
        do=do, name=lambda row: str(row.name), back_to=list_address(request, VILLAGES, "console:training-terrain"),
        form=bound(request, TerrainForm), list_id="list-training-terrain",
    )  # fmt: skip
    return bulk_page(request, bulk, chosen(request, VILLAGES))
