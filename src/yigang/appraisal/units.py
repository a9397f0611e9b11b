"""Verbs about units: who is judged by which card, who is bound to a unit, the points of a period."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from yigang.appraisal.access import GIVE_UNIT_POINTS, KEEP_UNITS
from yigang.appraisal.models import BoundMember, OwnTask, Ranking, Unit, UnitPoints
from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Problem, Refusal, Text
from yigang.foundation.locks import hold
from yigang.foundation.models import Region, User
from yigang.people.models import Person
from yigang.policy import scorecards
from yigang.posts.models import Programme, ServiceStation
from yigang.posts.rules import policy_file, policy_from, text_on
from yigang.tenure.models import Appointment, SendingUnit, Team


@dataclass(frozen=True)
class Span:
    """One period of a ranking: `name` as the policy calls it, the first and the last day."""

    card: scorecards.Card
    name: str
    first: date
    last: date
    digest: str

    @property
    def rule(self) -> scorecards.Ranking:
        rule = self.card.ranking(self.name)
        assert rule is not None, "a span is made of a ranking of its card"
        return rule


@dataclass(frozen=True, slots=True)
class GivenPoints:
    """Points to give for one item. `row` is where it stood in what was handed in, from 1."""

    unit: Unit
    item: str
    points: Decimal
    reason: str
    row: int | None = None


class PointsRefused(Refusal):
    """Some of many points cannot be given; none was. `problems` names each with its row."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        template = _("%(count)d entries cannot be kept, so none was. The first: %(first)s")
        super().__init__(template, {"count": len(problems), "first": problems[0].message}, code="points_refused")
        self.problems = tuple(problems)


def cards_of(programme: Programme, day: date) -> tuple[scorecards.Card, ...]:
    """The cards of the text in force on a day."""
    return scorecards.cards(text_on(policy_from(policy_file(programme.policy_code)), day).text)


def span(programme: Programme, card: str, name: str, first: date) -> Span:
    """The period of a ranking that begins on a day; a day on which none begins is refused."""
    text = text_on(policy_from(policy_file(programme.policy_code)), first)
    found = next((one for one in scorecards.cards(text.text) if one.name == card), None)
    rule = found.ranking(name) if found else None
    if found is None or rule is None:
        raise Refusal(
            _("The policy has no ranking “%(name)s” of “%(card)s” on %(day)s."), {"name": name, "card": card, "day": first},
            code="no_ranking", field="ranking",
        )  # fmt: skip
    if first.day != 1 or (first.month - 1) % rule.months:
        raise Refusal(
            _("No period of “%(name)s” begins on %(day)s; periods of %(months)d months begin in January."),
            {"name": name, "day": first, "months": rule.months}, code="period", field="first",
        )  # fmt: skip
    return Span(found, name, first, _last(first, rule.months), text.digest)


def last_days(programmes: Collection[Programme]) -> dict[int, date]:
    """The last day of each programme that is over: its own, else that of its last post holder. One query for all.

    A programme in which somebody is still in post, or nobody was yet, has none unless it says its own.
    """
    rows = Appointment.objects.filter(programme__in=[one.pk for one in programmes]).order_by().values("programme")
    held = rows.annotate(last=Max("ends"), open=Count("pk", filter=Q(ends=None)))
    over = {one["programme"]: one["last"] for one in held if not one["open"]}
    return over | {one.pk: one.ends for one in programmes if one.ends}


def _last(first: date, months: int) -> date:
    month = first.month - 1 + months
    return date(first.year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


@transaction.atomic
def draw_up(programme: Programme, card: str, region: str, day: date, *, actor: User) -> int:
    """Put every village, station, team or sending unit of a region on the list that a card judges; returns how many are
    new. What is on the list stays as it is."""
    require(actor, KEEP_UNITS, region)
    found = next((one for one in cards_of(programme, day) if one.name == card), None)
    if found is None:
        raise Refusal(
            _("The policy has no card “%(card)s” on %(day)s."), {"card": card, "day": day}, code="no_card", field="card"
        )  # fmt: skip
    units = [
        Unit(programme=programme, card=card, **each)
        for each in _there(found.units, programme, regioncode.prefix_of(region))
    ]
    before = Unit.objects.filter(programme=programme, card=card).count()
    Unit.objects.bulk_create(units, ignore_conflicts=True, batch_size=1_000)
    new = Unit.objects.filter(programme=programme, card=card).count() - before
    audit.record(
        "appraisal.draw_up_units", programme, actor=actor, region_code=region, after={"card": card, "added": new}
    )
    return new


def _there(kind: scorecards.UnitKind, programme: Programme, prefix: str) -> Iterable[dict[str, object]]:
    """What there is of a kind below a region, as fields of a unit."""
    if kind == "village":
        rows = Region.objects.filter(code__startswith=prefix, level=RegionLevel.VILLAGE, valid_to=None)
        return [{"region_code": one.code, "name": one.name} for one in rows]
    if kind == "station":
        stations = ServiceStation.objects.filter(region_code__startswith=prefix, active=True)
        return [{"region_code": one.region_code, "name": one.name, "station": one} for one in stations]
    if kind == "team":
        teams = Team.objects.filter(region_code__startswith=prefix, programme=programme, ends=None)
        return [{"region_code": one.region_code, "name": one.name, "team": one} for one in teams]
    senders = SendingUnit.objects.filter(region_code__startswith=prefix)
    return [{"region_code": one.region_code, "name": one.name, "sending_unit": one} for one in senders]


@transaction.atomic
def leave_off(unit: Unit, *, judged: bool, reason: str, actor: User) -> None:
    """Take a unit off the list of those that are judged, or put it back."""
    require(actor, KEEP_UNITS, unit.region_code)
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")
    unit.active = judged
    unit.save(update_fields=["active"])
    audit.record("appraisal.leave_off_unit", unit, actor=actor, after={"active": judged, "reason": reason.strip()})


@transaction.atomic
def bind(
    unit: Unit, name: str, role: str, *, starts: date, actor: User, person: Person | None = None
) -> BoundMember:  # fmt: skip
    """Bind somebody to a unit in a role that its card names."""
    require(actor, KEEP_UNITS, unit.region_code)
    roles = [one.name for card in cards_of(unit.programme, starts) if card.name == unit.card for one in card.bound]
    if role not in roles:
        raise Refusal(
            _("The card binds nobody as “%(role)s”; it names: %(roles)s."), {"role": role, "roles": "、".join(roles) or "—"},
            code="role", field="role",
        )  # fmt: skip
    if not name.strip():
        raise Refusal(_("Write the name."), code="name", field="name")
    if on(unit.bound.all(), starts).filter(name=name.strip(), role=role).exists():
        raise Refusal(
            _("%(name)s is bound to %(unit)s as %(role)s already."), {"name": name, "unit": unit, "role": role},
            code="bound", field="name",
        )  # fmt: skip
    made = BoundMember.objects.create(
        region_code=unit.region_code, unit=unit, name=name.strip()[:60], role=role, person=person, starts=starts
    )
    audit.record("appraisal.bind", made, actor=actor, after={"unit": unit.pk, "role": role, "starts": starts})
    return made


@transaction.atomic
def unbind(member: BoundMember, *, ends: date, actor: User) -> None:
    """The last day of being bound; a period that ends later no longer concerns this person."""
    member = hold(BoundMember.objects.filter(pk=member.pk)).get()
    require(actor, KEEP_UNITS, member.region_code)
    if member.ends is not None or ends < member.starts:
        raise Refusal(
            _("%(name)s is bound from %(starts)s; the last day cannot be %(ends)s."),
            {"name": member.name, "starts": member.starts, "ends": ends}, code="dates", field="ends",
        )  # fmt: skip
    member.ends = ends
    member.save(update_fields=["ends"])
    audit.record("appraisal.unbind", member, actor=actor, after={"ends": ends})


def on(members: QuerySet[BoundMember], day: date) -> QuerySet[BoundMember]:
    """Those who are bound on a day."""
    return members.filter(Q(ends=None) | Q(ends__gte=day), starts__lte=day)


@transaction.atomic
def give_points(asked: Span, programme: Programme, given: Sequence[GivenPoints], *, actor: User) -> list[UnitPoints]:
    """Give many points at once, all or none. Newer points of an item replace older ones; a closed period takes none.

    Raises `PointsRefused` with a problem for each row that cannot be kept.
    """
    for region in {one.unit.region_code for one in given}:
        require(actor, GIVE_UNIT_POINTS, region)
    closed = closed_above(asked, programme, {one.unit.region_code for one in given})
    problems = [problem for one in given if (problem := _problem(asked, programme, closed, one))]
    if problems:
        raise PointsRefused(problems)
    made = UnitPoints.objects.bulk_create(
        UnitPoints(
            region_code=one.unit.region_code, unit=one.unit, ranking=asked.name, first=asked.first, item=one.item,
            points=one.points, reason=one.reason.strip()[:200], given_by=actor,
        )
        for one in given
    )  # fmt: skip
    for entry in made[:1]:
        after = {"ranking": asked.name, "first": asked.first,
                 "points": [[one.unit_id, one.item, str(one.points), one.reason] for one in made]}  # fmt: skip
        audit.record("appraisal.give_unit_points", entry, actor=actor, after=after)
    return made


def closed_above(asked: Span, programme: Programme, regions: Iterable[str]) -> dict[str, Ranking]:
    """Region of a unit → the closed ranking of this period that covers it."""
    rankings = list(Ranking.objects.filter(
        programme=programme, card=asked.card.name, name=asked.name, first=asked.first, withdrawn_at=None))  # fmt: skip
    prefixes = [(regioncode.prefix_of(one.region_code), one) for one in rankings]
    return {region: one for region in regions for prefix, one in prefixes if region.startswith(prefix)}


def _problem(asked: Span, programme: Programme, closed: dict[str, Ranking], one: GivenPoints) -> Problem | None:
    item = asked.card.item(one.item)
    if one.unit.programme_id != programme.pk or one.unit.card != asked.card.name:
        return _wrong(one, "unit", "unit", _("%(unit)s is not judged by this card."), unit=one.unit)
    if item is None:
        return _wrong(one, "item", "item", _("The card has no item “%(item)s”."), item=one.item)
    if not 0 <= one.points <= item.most or one.points != round(one.points, 2):
        return _wrong(
            one, "out_of_range", "points",
            _("“%(item)s” lies between 0 and %(most)s with at most two decimals, not at %(points)s."),
            item=one.item, most=item.most, points=one.points,
        )  # fmt: skip
    if not one.reason.strip():
        return _wrong(one, "no_reason", "reason", _("Points need their reason."))
    if one.unit.region_code in closed:
        ranking = closed[one.unit.region_code]
        return _wrong(one, "closed", "first", _("%(ranking)s is closed for %(unit)s; take the ranking back first."),
                      ranking=ranking, unit=one.unit)  # fmt: skip
    return None


def _wrong(one: GivenPoints, code: str, field: str, template: Text, **params: object) -> Problem:
    return Problem(code, template, params, row=one.row, field=field)


@transaction.atomic
def say_own_task(
    member: BoundMember, asked: Span, *, done: bool, reason: str, actor: User
) -> OwnTask:  # fmt: skip
    """Whether a bound person did the task of their own in a period."""
    require(actor, GIVE_UNIT_POINTS, member.region_code)
    if not reason.strip():
        raise Refusal(_("Say what shows it."), code="reason_missing", field="reason")
    closed = closed_above(asked, member.unit.programme, {member.region_code})
    if closed:
        raise Refusal(
            _("%(ranking)s is closed for %(unit)s; take the ranking back first."),
            {"ranking": closed[member.region_code], "unit": member.unit}, code="closed",
        )  # fmt: skip
    made = OwnTask.objects.create(
        region_code=member.region_code, member=member, ranking=asked.name, first=asked.first, done=done,
        reason=reason.strip()[:200], given_by=actor,
    )  # fmt: skip
    audit.record("appraisal.say_own_task", made, actor=actor, after={"done": done, "reason": made.reason})
    return made


def newest_points(asked: Span, units: Iterable[int]) -> dict[int, dict[str, UnitPoints]]:
    """Unit → item → the entry that counts."""
    rows = UnitPoints.objects.filter(unit__in=list(units), ranking=asked.name, first=asked.first).order_by("pk")
    found: dict[int, dict[str, UnitPoints]] = {}
    for row in rows:
        found.setdefault(row.unit_id, {})[row.item] = row
    return found
