"""Rankings of units over a period: worked out from the points on file, closed by somebody who gave none of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import units
from yigang.appraisal.access import CLOSE_RANKING
from yigang.appraisal.models import BoundMember, OwnTask, Ranking, RankingLine, RankingShare, Unit, UnitPoints
from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.policy import scorecards
from yigang.posts.models import Programme

DEPARTMENT = "department"
"""Why of a share that follows the whole plan's schedule instead of a unit's place."""


@dataclass(frozen=True)
class Judged:
    """A unit with its points of the period and its score, or what is missing for one."""

    unit: Unit
    points: Mapping[str, UnitPoints]
    own: scorecards.Scored
    score: scorecards.Scored


@dataclass(frozen=True)
class Standing:
    """How a ranking would be closed now. `lacking` have no score yet; `shares` stand beside the bound people."""

    judged: Sequence[Judged]
    placed: Sequence[scorecards.Placed]
    members: Mapping[str, BoundMember]
    shares: Sequence[scorecards.Shared]

    @property
    def lacking(self) -> list[Judged]:
        return [one for one in self.judged if one.score.score is None]


def standing(programme: Programme, asked: units.Span, region: str, without: Sequence[int] = ()) -> Standing:
    """Work a ranking out from what is on file; the units `without` are left out. Six queries, whatever the number of units."""
    prefix = regioncode.prefix_of(region)
    rows = Unit.objects.filter(programme=programme, card=asked.card.name, active=True, region_code__startswith=prefix)
    listed = [unit for unit in rows if unit.pk not in set(without)]
    points = units.newest_points(asked, [unit.pk for unit in listed])
    earlier = _earlier(programme, asked, prefix)
    judged = [_judged(asked, unit, points.get(unit.pk, {}), earlier.get(unit.pk, {})) for unit in listed]
    entrants = [
        scorecards.Entrant(
            key_of(one.unit), one.score.score, scorecards.tie_points(asked.card, _values(one.points))
        )
        for one in judged if one.score.score is not None
    ]  # fmt: skip
    placed = scorecards.rank(asked.rule, entrants)
    members = {
        str(one.pk): one
        for one in units.on(BoundMember.objects.filter(unit__in=listed), asked.last).select_related("unit")
    }
    told = _told(asked, members)
    bound = [scorecards.Bound(key, key_of(one.unit), one.role, told.get(one.pk)) for key, one in members.items()]
    return Standing(judged, placed, members, scorecards.shares(asked.card, placed, bound))


def key_of(unit: Unit) -> str:
    """Units in the order of their region codes, then of their names."""
    return f"{unit.region_code} {unit.pk:012}"


def _values(points: Mapping[str, UnitPoints]) -> dict[str, Decimal]:
    return {item: entry.points for item, entry in points.items()}


def _judged(
    asked: units.Span, unit: Unit, points: Mapping[str, UnitPoints], earlier: Mapping[str, Sequence[Decimal]]
) -> Judged:
    own = scorecards.score(asked.card, _values(points))
    score = own if own.score is None else scorecards.combined(asked.rule, own.score, earlier)
    return Judged(unit, points, own, score)


def _earlier(programme: Programme, asked: units.Span, prefix: str) -> dict[int, dict[str, list[Decimal]]]:
    """Unit → ranking → scores in its closed rankings within the period."""
    lines = RankingLine.objects.filter(
        ranking__programme=programme, ranking__card=asked.card.name, ranking__name__in=list(asked.rule.others),
        ranking__first__gte=asked.first, ranking__last__lte=asked.last, ranking__withdrawn_at=None, score__isnull=False,
        region_code__startswith=prefix,
    )  # fmt: skip
    found: dict[int, dict[str, list[Decimal]]] = {}
    for line in lines.select_related("ranking"):
        assert line.score is not None, "the filter asks for it"
        found.setdefault(line.unit_id, {}).setdefault(line.ranking.name, []).append(line.score)
    return found


def _told(asked: units.Span, members: Mapping[str, BoundMember]) -> dict[int, bool]:
    """Member → whether the own task was done, by the newest word."""
    rows = OwnTask.objects.filter(
        member__in=[one.pk for one in members.values()], ranking=asked.name, first=asked.first
    )
    return dict(rows.order_by("pk").values_list("member", "done"))


@dataclass(frozen=True)
class Closing:
    """What the closer adds: units left out with their reason, departments and whether the plan is on schedule."""

    left_out: Mapping[int, str]
    departments: Mapping[str, str]
    """Role → name of who heads it."""
    on_schedule: bool | None = None


@transaction.atomic
def close(programme: Programme, asked: units.Span, region: str, closing: Closing, *, actor: User) -> Ranking:
    """Close a ranking: places, amounts, flags and shares are kept as they are worked out now.

    Refused before the period is over, while a unit has no score, to who gave points in it, and a second time.
    """
    require(actor, CLOSE_RANKING, region)
    with connection.cursor() as cursor:  # a town's and its county's closing of one period take turns
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('close ranking'), %s)", [programme.pk])
    _refuse_closing(programme, asked, region, closing)
    found = standing(programme, asked, region, tuple(closing.left_out))
    _refuse_lacking(found)
    own = [one.unit.name for one in found.judged for entry in one.points.values() if entry.given_by_id == actor.pk]
    if own:
        raise Refusal(
            _("You gave points in this period, to %(unit)s for one; somebody else must close the ranking."),
            {"unit": own[0]}, code="own_points",
        )  # fmt: skip
    ranking = Ranking.objects.create(
        region_code=region, programme=programme, card=asked.card.name, name=asked.name, first=asked.first,
        last=asked.last, policy_digest=asked.digest, closed_by=actor,
    )  # fmt: skip
    _keep(ranking, asked, found, closing)
    after = {"name": asked.name, "first": asked.first, "units": len(found.placed), "left_out": len(closing.left_out)}
    audit.record("appraisal.close_ranking", ranking, actor=actor, after=after)
    return ranking


def _refuse_closing(programme: Programme, asked: units.Span, region: str, closing: Closing) -> None:
    if asked.last >= timezone.localdate():
        raise Refusal(
            _("The period ends on %(last)s; a ranking is closed afterwards."), {"last": asked.last}, code="open_period"
        )
    closed = Ranking.objects.filter(
        programme=programme, card=asked.card.name, name=asked.name, first=asked.first, withdrawn_at=None
    )
    for other in closed:
        if regioncode.on_one_line(other.region_code, region):
            raise Refusal(_("%(ranking)s is closed already."), {"ranking": other}, code="closed")
    if not all(reason.strip() for reason in closing.left_out.values()):
        raise Refusal(_("Say of each unit that is left out why."), code="reason_missing", field="left_out")
    lacks = [one.name for one in asked.rule.departments if not closing.departments.get(one.name, "").strip()]
    if asked.rule.departments and closing.on_schedule is not None and lacks:
        raise Refusal(_("Write who is %(role)s."), {"role": lacks[0]}, code="department", field="departments")


def _refuse_lacking(found: Standing) -> None:
    for one in found.lacking:
        raise Refusal(
            _("%(count)d units have no score yet. %(unit)s lacks: %(missing)s."),
            {"count": len(found.lacking), "unit": one.unit, "missing": "、".join(one.score.missing)}, code="lacking",
            remedy=_("Give the points, or leave the unit out with a reason."),
        )  # fmt: skip
    if not found.placed:
        raise Refusal(_("No unit of this card lies in this region."), code="empty")


def _keep(ranking: Ranking, asked: units.Span, found: Standing, closing: Closing) -> None:
    unit_of = {key_of(one.unit): one.unit for one in found.judged}
    lines = [
        RankingLine(
            region_code=unit_of[each.unit].region_code, ranking=ranking, unit=unit_of[each.unit], score=each.score,
            place=each.place, together=each.together, fen=each.fen, flag=each.flag,
        )
        for each in found.placed
    ]  # fmt: skip
    out = Unit.objects.filter(pk__in=list(closing.left_out), programme=ranking.programme, card=ranking.card)
    lines += [
        RankingLine(
            region_code=unit.region_code, ranking=ranking, unit=unit, left_out=closing.left_out[unit.pk].strip()[:200]
        )
        for unit in out
    ]  # fmt: skip
    line_of = {line.unit_id: line for line in RankingLine.objects.bulk_create(lines)}
    shares = [
        RankingShare(
            region_code=member.region_code, ranking=ranking, line=line_of[member.unit_id], member=member, name=member.name,
            role=member.role, fen=share.fen, why=share.why,
        )
        for share in found.shares for member in (found.members[share.key],)
    ]  # fmt: skip
    if closing.on_schedule is not None:
        shares += [
            RankingShare(
                region_code=ranking.region_code, ranking=ranking, name=closing.departments[one.name].strip()[:60],
                role=one.name, why=DEPARTMENT,
                fen=scorecards.department_fen(asked.rule, one, on_schedule=closing.on_schedule),
            )
            for one in asked.rule.departments
        ]  # fmt: skip
    RankingShare.objects.bulk_create(shares)


@transaction.atomic
def take_back(ranking: Ranking, reason: str, *, actor: User) -> None:
    """A closed ranking no longer counts; its lines stay on file. Refused while a later ranking rests on it."""
    ranking = hold(Ranking.objects.filter(pk=ranking.pk)).get()
    require(actor, CLOSE_RANKING, ranking.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the ranking is taken back."), code="reason_missing", field="reason")
    if ranking.withdrawn_at is not None:
        raise Refusal(_("The ranking was taken back before."), code="withdrawn")
    for later in _resting_on(ranking):
        raise Refusal(
            _("%(later)s rests on it and is closed."), {"later": later}, code="rests_on",
            remedy=_("Take that one back first."),
        )  # fmt: skip
    ranking.withdrawn_by, ranking.withdrawn_at, ranking.withdrawn_why = actor, timezone.now(), reason.strip()[:200]
    ranking.save(update_fields=["withdrawn_by", "withdrawn_at", "withdrawn_why"])
    audit.record("appraisal.take_back_ranking", ranking, actor=actor, after={"reason": ranking.withdrawn_why})


def _resting_on(ranking: Ranking) -> list[Ranking]:
    longer = Ranking.objects.filter(
        programme=ranking.programme,
        card=ranking.card,
        first__lte=ranking.first,
        last__gte=ranking.last,
        withdrawn_at=None,
    ).exclude(pk=ranking.pk)
    return [
        one for one in longer
        if regioncode.on_one_line(one.region_code, ranking.region_code)
        and ranking.name in units.span(one.programme, one.card, one.name, one.first).rule.others
    ]  # fmt: skip


def flags_held(region: str) -> list[RankingLine]:
    """Who holds a flag now: of each ranking's newest closing in a place, the lines that brought one."""
    newest = (
        Ranking.objects.filter(withdrawn_at=None, region_code__startswith=regioncode.prefix_of(region))
        .order_by("programme_id", "card", "name", "region_code", "-first")
        .distinct("programme_id", "card", "name", "region_code")
    )
    lines = RankingLine.objects.filter(ranking__in=newest.values("pk")).exclude(flag="")
    return list(lines.select_related("ranking", "unit").order_by("ranking__name", "place"))


def why_words(why: str) -> str:
    """Why a share is what it is, for people."""
    return {
        "same": _now("the same as the unit"), "own_task_done": _now("own task done, no penalty"),
        "own_task_open": _now("nobody said whether the own task was done; nothing is taken"),
        DEPARTMENT: _now("by the whole plan's schedule"),
    }.get(why, why)  # fmt: skip
