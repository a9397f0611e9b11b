"""Comparing a round: which registers are used and how old they are, the run as a job, what the last one found."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import Column, Empty, List, show
from yigang.console.pages import action, actor_of, found, page
from yigang.console.regions import Reader
from yigang.policy.comparison import how, registers_of
from yigang.recruitment import parts, tasks
from yigang.recruitment.comparison import kinds, queries
from yigang.recruitment.comparison import run as comparing
from yigang.recruitment.comparison.access import COMPARE, READ_HITS
from yigang.recruitment.comparison.enums import HitEffect, HitState
from yigang.recruitment.comparison.reading import applications
from yigang.recruitment.enums import RoundState
from yigang.recruitment.models import ComparisonHit, Round
from yigang.recruitment.queries import policy_of


def rows(_reader: Reader) -> QuerySet[Round]:
    return Round.objects.select_related("programme").defer("policy_text")


def _last(found_rounds: list[Any]) -> None:
    """The newest comparison of every round and how much of it waits, in one query each."""
    ids = [one.pk for one in found_rounds]
    last = {one.pk: None for one in found_rounds} | {each.round_id: each for each in queries.comparisons(ids)}
    waits = dict(
        ComparisonHit.objects.filter(application__round__in=ids, state=HitState.OPEN, gone=False)
        .exclude(effect=HitEffect.INFORM).values_list("application__round").annotate(Count("pk"))
    )  # fmt: skip
    for one in found_rounds:
        one.compared, one.waits = last[one.pk], waits.get(one.pk, 0)
    regions.name_places(found_rounds)


ROUNDS = List(
    name="comparison-rounds",
    title=_("Compare rounds"),
    unit=_("rounds"),
    rows=rows,
    columns=(
        Column("title", _("Round"), lambda one: one.title, sort=("title",), always=True),
        Column("programme", _("Programme"), lambda one: one.programme.name),
        Column("place", _("Region"), lambda one: one.place),
        Column("state", _("State"), lambda one: one.get_state_display()),
        Column("day", _("Compared on"), lambda one: one.compared and one.compared.day, kind="date"),
        Column("applicants", _("Applicants compared"), lambda one: one.compared and one.compared.applicants, kind="integer"),
        Column("found", _("Found"), lambda one: one.compared and one.compared.found, kind="integer"),
        Column("waits", _("To be decided"), lambda one: one.waits, kind="integer"),
    ),
    order=("-opened_on",),
    search=lambda found_rounds, words: found_rounds.filter(title__icontains=words.strip()),
    search_hint=_("Title"),
    prepare=_last,
    link=lambda one: reverse("console:comparison-round", args=[one.pk]),
    empty=Empty(_("No round has been opened yet.")),
)  # fmt: skip


@page(READ_HITS)
def rounds(request: HttpRequest) -> HttpResponseBase:
    return show(request, ROUNDS, template="console/recruitment/comparison/hits.html", context={"tab": "rounds"})


@page(READ_HITS)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    round_ = found(Round.objects.select_related("programme"), pk=pk)
    no_part = parts.why_not(round_, COMPARE, parts.compares, actor_of(request))
    why_not = no_part or ("" if round_.state == RoundState.RUNNING else _now("This round is over."))
    hits = ComparisonHit.objects.filter(application__round=round_)
    last = queries.last_of(pk)
    context = {
        "one": round_, "last": last, "why_not": why_not, "tab": "rounds", "planned": _planned(round_),
        "waiting": applications(round_).count(), "job": queries.running_job(pk),
        "by_kind": hits.values("kind", "kind_name", "effect").annotate(
            all=Count("pk"), exact=Count("pk", filter=Q(exact=True)),
            open=Count("pk", filter=Q(state=HitState.OPEN, gone=False)),
            confirmed=Count("pk", filter=Q(state=HitState.CONFIRMED)),
        ).order_by("-all"),
        "effects": dict(HitEffect.choices),
    }  # fmt: skip
    return render(request, "console/recruitment/comparison/round.html", context)


def _planned(round_: Round) -> list[dict[str, Any]]:
    """What would be compared today: every kind of the policy with its newest registers."""
    today = timezone.localdate()
    planned: list[dict[str, Any]] = []
    for code, kind in registers_of(policy_of(round_).text).items():
        row = {
            "name": kinds.name_of(kind), "means": kinds.said(kind.means), "effect": HitEffect(kind.effect).label,
            "how": kinds.said(how(kind)), "cites": kind.cites, "own": kind.source == "own",
        }  # fmt: skip
        if kind.source == "own":
            planned.append(row)
            continue
        planned += [
            row | {"register": each, "stale": (today - each.as_of).days > kind.stale_days}
            for each in comparing.registers_for(round_, code, today)
        ] or [row | {"missing": True}]
    return planned


@action(COMPARE)
def run(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Start the job; its page shows the progress and may be closed."""
    round_ = found(Round.objects.all(), pk=pk)
    tasks.start_comparison(round_, on=timezone.localdate(), actor=actor_of(request))
    return redirect("console:comparison-round", pk=pk)
