"""The list of what comparisons have found: what waits for a decision first, the most alike first."""

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, BulkAction, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import page
from yigang.console.recruitment.comparison.words import effect_tag, percent, state_tag
from yigang.console.regions import Reader
from yigang.foundation import names
from yigang.policy.comparison import presets
from yigang.recruitment.comparison import kinds
from yigang.recruitment.comparison.access import DECIDE_HITS, READ_HITS
from yigang.recruitment.comparison.enums import HitEffect, HitState
from yigang.recruitment.models import ComparisonHit, Round


def rows(_reader: Reader) -> QuerySet[ComparisonHit]:
    found = ComparisonHit.objects.select_related("application__person", "application__round", "decided_by")
    return found.defer("application__round__policy_text")


def _kinds(_reader: Reader) -> list[tuple[str, str]]:
    return [(code, kinds.name_of(kind)) for code, kind in {**presets(), **kinds.of_files()}.items()]


def _rounds(_reader: Reader) -> list[tuple[int, str]]:
    return list(Round.objects.order_by("-opened_on", "-pk").values_list("pk", "title")[:50])


def _search(found: QuerySet[Any], words: str) -> QuerySet[Any]:
    name = names.normalise(words)
    return found.filter(
        Q(application__person__name__contains=name) | Q(application__person__initials__startswith=name.lower())
    )


def seen(hit: ComparisonHit) -> str:
    """What the register says, in one line, masked."""
    said = [str(hit.seen.get(key)) for key in ("name", "number", "phone", "detail") if hit.seen.get(key)]
    return "；".join([*([hit.via] if hit.via else []), *said])


HITS = List(
    name="comparison-hits",
    title=_("What comparison has found"),
    unit=_("hits"),
    rows=rows,
    columns=(
        Column("person", _("Applicant"), lambda hit: hit.application.person.name, always=True),
        Column("place", _("Village"), lambda hit: hit.place),
        Column("round", _("Round"), lambda hit: hit.application.round.title, shown=False),
        Column("kind", _("Register"), lambda hit: hit.kind_name, sort=("kind",), always=True),
        Column("exact", _("Found by"), lambda hit: _("number") if hit.exact else _("likeness"), sort=("exact",)),
        Column("likeness", _("Likeness"), percent, sort=("likeness",)),
        Column("seen", _("What stands there"), seen, wrap=True),
        Column("effect", _("Effect"), lambda hit: hit.get_effect_display(), show=effect_tag),
        Column("state", _("State"), lambda hit: hit.get_state_display(), show=state_tag, sort=("state",)),
        Column("gone", _("No longer found"), lambda hit: hit.gone, shown=False),
        Column("reason", _("Reason"), lambda hit: hit.reason, wrap=True, shown=False),
        Column("by", _("Decided by"), lambda hit: hit.decided_by and hit.decided_by.name, shown=False),
    ),
    order=("-state", "-likeness"),
    filters=(
        ChoiceFilter("state", _("State"), "state", HitState.choices),
        ChoiceFilter("kind", _("Register"), "kind", _kinds),
        FlagFilter("exact", _("By number"), lambda: Q(exact=True)),
        ChoiceFilter(
            "alike", _("Likeness from"), lambda found, value: found.filter(likeness__gte=int(value) / 100),
            [("75", "75 %"), ("80", "80 %"), ("85", "85 %"), ("90", "90 %"), ("95", "95 %")],
        ),
        ChoiceFilter("effect", _("Effect"), "effect", HitEffect.choices),
        ChoiceFilter("round", _("Round"), "application__round", _rounds),
        BelowFilter(),
    ),
    search=_search,
    search_hint=_("Name or pinyin initials"),
    actions=(
        BulkAction(_("Rule out"), "console:comparison-dismiss", DECIDE_HITS, "check"),
        BulkAction(_("Prove true"), "console:comparison-confirm", DECIDE_HITS, "alert-triangle"),
    ),
    prepare=regions.name_places,
    link=lambda hit: reverse("console:comparison-hit", args=[hit.pk]),
    empty=Empty(
        _("Nothing has been found, or no round was compared yet."), _("Compare a round"), "console:comparison-rounds",
        READ_HITS,
    ),
)  # fmt: skip


@page(READ_HITS)
def hits(request: HttpRequest) -> HttpResponseBase:
    return show(request, HITS, template="console/recruitment/comparison/hits.html", context={"tab": "hits"})
