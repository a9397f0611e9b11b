"""Quotas: what each fund allows, what is approved, what waits, what is left."""

from dataclasses import replace
from typing import Any

from django.db.models import Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import ChoiceFilter, Column, Empty, List, Total, show
from yigang.console.lists.spec import yuan
from yigang.console.pages import actor_of, form_page, found, page
from yigang.console.posts.posts import programmes
from yigang.console.posts.request_forms import QuotaForm
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.posts import domain, queries
from yigang.posts.access import READ_POSTS, SET_QUOTAS
from yigang.posts.domain import QuotaRecord
from yigang.posts.models import Quota


def prepare(rows: list[Any]) -> None:
    """Names of regions, and what stands under each quota, in three queries for all."""
    regions.name_places(rows)
    for row, standing in zip(rows, queries.standings(rows), strict=True):
        row.standing = standing


def years(_reader: Any) -> list[tuple[int, int]]:
    return [(year, year) for year in Quota.objects.order_by("-year").values_list("year", flat=True).distinct()]


QUOTAS = List(
    name="quotas",
    title=_("Quotas and what is left"),
    unit=_("quotas"),
    rows=lambda _reader: Quota.objects.select_related("programme"),
    region_field="",
    columns=(
        Column("fund", _("Fund"), lambda row: row.fund, sort=("fund",), always=True),
        Column("year", _("Year"), lambda row: str(row.year), sort=("year",)),
        Column("programme", _("Programme"), lambda row: row.programme.name),
        Column("place", _("Region"), lambda row: row.place, sort=("region_code",)),
        Column("head_count", _("Places"), lambda row: row.head_count, sort=("head_count",), kind="integer"),
        Column("approved", _("Approved"), lambda row: row.standing.places, kind="integer"),
        Column("share", _("Done"), lambda row: f"{row.standing.share}%"),
        Column("left", _("Left"), lambda row: row.standing.left, kind="integer"),
        Column("waiting", _("Waiting"), lambda row: row.standing.waiting, kind="integer"),
        Column("budget", _("Budget"), lambda row: row.budget_fen, sort=("budget_fen",), kind="money", unit=_("yuan")),
        Column("spent", _("Approved cost"), lambda row: row.standing.fen, kind="money", unit=_("yuan")),
        Column("left_fen", _("Money left"), lambda row: row.standing.left_fen, kind="money", unit=_("yuan")),
    ),
    order=("-year", "programme_id", "region_code", "fund"),
    filters=(
        ChoiceFilter("year", _("Year"), "year", years),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
    ),
    totals=(Total(_("Places"), Sum("head_count")), Total(_("Budget"), Sum("budget_fen"), yuan, _("yuan"))),
    link=lambda row: reverse("console:quota", args=[row.pk]),
    prepare=prepare,
    empty=Empty(_("No quota is set yet."), _("Set a quota"), "console:quota-add", SET_QUOTAS),
)
QUOTAS_TO_READ = replace(QUOTAS, name="quotas-to-read", link=None)


@page(READ_POSTS)
def quotas(request: HttpRequest) -> HttpResponseBase:
    may_set = may(actor_of(request), SET_QUOTAS)
    context = {"may_set": may_set}
    return show(request, QUOTAS if may_set else QUOTAS_TO_READ, template="console/posts/quotas.html", context=context)


def _save(data: dict[str, Any], actor: User) -> str:
    programme = data.pop("programme")
    domain.save_quota(programme, QuotaRecord(**data), actor=actor)
    return reverse("console:quotas")


@page(SET_QUOTAS)
def add_quota(request: HttpRequest) -> HttpResponseBase:
    form = QuotaForm(regions.reader(request), request.POST or None)
    return form_page(request, form, _now("Set a quota"), _save, back_to=reverse("console:quotas"))


@page(SET_QUOTAS)
def quota(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(Quota.objects.all(), pk=pk)
    initial = {name: getattr(row, name) for name in ("region_code", "year", "fund", "head_count")}
    initial |= {"programme": row.programme_id, "budget_fen": yuan(row.budget_fen)}
    form = QuotaForm(regions.reader(request), request.POST or None, initial=initial)
    for name in ("programme", "region_code", "year", "fund"):
        form.fields[name].disabled = True
    title = _now("Change the quota “%(fund)s”") % {"fund": row.fund}
    return form_page(request, form, title, _save, back_to=reverse("console:quotas"))
