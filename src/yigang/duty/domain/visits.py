"""Helpers paired with households, visits made, and the deadline of the next one by the policy of the programme."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.duty.access import ENTER_VISIT, PAIR
from yigang.duty.models import Pairing, Visit
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.people.models import Household, Person
from yigang.policy.visits import VisitRule, next_due, visit_rule
from yigang.posts import rules
from yigang.posts.models import Programme

MOST_FEN = 10_000_000
"""Given at one visit; more is a slip of the pen."""


@dataclass(frozen=True)
class Helper:
    """A post holder, or an official by name and office."""

    person: Person | None = None
    official: str = ""
    office: str = ""

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.official


@dataclass(frozen=True)
class VisitMade:
    """What is said of one visit. `place` is latitude and longitude, WGS-84."""

    day: date
    text: str
    given_fen: int = 0
    place: tuple[float, float] | None = None
    media: Sequence[str] = ()
    record: UUID | None = None


def rule_on(programme: Programme, day: date) -> VisitRule | None:
    """What the programme's policy asks for on a day."""
    section = rules.section(programme, day, "visits")
    return visit_rule({"visits": section}) if section else None


@transaction.atomic
def pair(programme: Programme, household: Household, helper: Helper, *, since: date, actor: User) -> Pairing:
    """From a day on the helper answers for the household."""
    require(actor, PAIR, household.region_code)
    rule = _rule(programme, since)
    _refuse_helper(programme, helper, rule)
    try:
        with transaction.atomic():
            made = Pairing.objects.create(
                region_code=household.region_code, programme=programme, household=household, helper=helper.person,
                official="" if helper.person else helper.official.strip()[:60], office=helper.office.strip()[:120],
                starts=since, due_on=next_due(rule, since, ()), created_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        if violated(error) != "one_helper_per_household":
            raise
        raise Refusal(
            _("Household %(number)s has a helper already."), {"number": household.number}, code="paired",
            field="household", remedy=_("End that pairing first."),
        ) from error  # fmt: skip
    audit.record("duty.pair", made, actor=actor, after={"name": made.helper_name, "household_id": household.pk})
    return made


def _rule(programme: Programme, day: date) -> VisitRule:
    rule = rule_on(programme, day)
    if rule is None:
        raise Refusal(
            _("The policy of %(programme)s does not speak of visits."), {"programme": programme}, code="no_rule",
            field="programme", remedy=_("Add a section visits to the policy."),
        )  # fmt: skip
    return rule


def _refuse_helper(programme: Programme, helper: Helper, rule: VisitRule) -> None:
    if not helper.person and not helper.official.strip():
        raise Refusal(_("Say who helps: a post holder or an official."), code="no_helper", field="official")
    mine = Pairing.objects.filter(programme=programme, ends=None)
    if helper.person:
        hold(Person.objects.filter(pk=helper.person.pk)).get()
        mine = mine.filter(helper=helper.person)
    else:
        mine = mine.filter(official=helper.official.strip(), office=helper.office.strip())
    if rule.households and mine.count() >= rule.households:
        raise Refusal(
            _("%(name)s is paired with %(count)d households; the policy allows no more."),
            {"name": helper.name, "count": rule.households}, code="too_many", field="official",
        )  # fmt: skip


@transaction.atomic
def end_pairing(pairing: Pairing, *, on: date, reason: str, actor: User) -> Pairing:
    """The helper no longer answers for the household; what was done stays."""
    require(actor, PAIR, pairing.region_code)
    pairing = hold(Pairing.objects.filter(pk=pairing.pk)).get()
    if pairing.ends:
        raise Refusal(_("This pairing ended on %(day)s."), {"day": pairing.ends}, code="ended")
    if not reason.strip():
        raise Refusal(_("Say why the pairing ends."), code="reason", field="reason")
    if on < pairing.starts:
        raise Refusal(_("The last day lies before the first."), code="period", field="on")
    pairing.ends, pairing.end_reason, pairing.due_on = on, reason.strip()[:200], None
    pairing.save()
    audit.record("duty.end_pairing", pairing, actor=actor, after={"ends": on, "reason": reason})
    return pairing


@transaction.atomic
def take_back_pairings(made: Sequence[Pairing], *, reason: str, actor: User) -> None:
    """Pairings of a table that was imported by mistake; refused when a visit has built on one of them."""
    for region in {one.region_code for one in made}:
        require(actor, PAIR, region)
    keys = [one.pk for one in made]
    built = Visit.objects.filter(pairing__in=keys).select_related("pairing__household").first()
    if built and built.pairing:
        raise Refusal(
            _("Household %(number)s was visited since then."), {"number": built.pairing.household.number}, code="visited",
            remedy=_("End the single pairings instead."),
        )  # fmt: skip
    Pairing.objects.filter(pk__in=keys).delete()
    if made:
        after = {"count": len(made), "reason": reason}
        target = ("duty.pairing", str(min(keys)))
        audit.record("duty.take_back_pairings", target, actor=actor, region_code=made[0].region_code, after=after)


@transaction.atomic
def enter_visit(pairing: Pairing, made: VisitMade, *, actor: User) -> Visit:
    """A visit that the helper tells of or that stands on paper."""
    require(actor, ENTER_VISIT, pairing.region_code)
    fault = fault_of(made, pairing)
    if fault:
        raise fault
    visit = keep_visits([(pairing, made)], entered_by=actor)[0]
    audit.record("duty.enter_visit", visit, actor=actor, after=audit.snapshot(visit, ("day", "text", "given_fen")))
    return visit


def fault_of(made: VisitMade, pairing: Pairing | None) -> Refusal | None:
    """What stands against a visit."""
    if made.day > timezone.localdate():
        return Refusal(_("%(day)s is still to come."), {"day": made.day}, code="future", field="day")
    if pairing and (made.day < pairing.starts or (pairing.ends and made.day > pairing.ends)):
        return Refusal(
            _("The helper was not paired with this household on %(day)s."), {"day": made.day}, code="not_paired",
            field="day",
        )  # fmt: skip
    if not made.text.strip():
        return Refusal(_("Say what was talked about or done."), code="empty", field="text")
    if not 0 <= made.given_fen <= MOST_FEN:
        return Refusal(_("The amount given is not plausible."), code="given", field="given_fen")
    return None


def keep_visits(
    made: Sequence[tuple[Pairing | Household, VisitMade]], *, entered_by: User | None = None,
    person: Person | None = None,
) -> list[Visit]:  # fmt: skip
    """Write sound visits and move the deadlines of their pairings; a household alone is a visit that nobody owed."""
    visits = Visit.objects.bulk_create(_visit(to, one, entered_by, person) for to, one in made)
    renew_dues([to.pk for to, _one in made if isinstance(to, Pairing)])
    return visits


def _visit(to: Pairing | Household, made: VisitMade, entered_by: User | None, person: Person | None) -> Visit:
    pairing = to if isinstance(to, Pairing) else None
    latitude, longitude = made.place or (None, None)
    return Visit(
        region_code=to.region_code, household_id=pairing.household_id if pairing else to.pk, pairing=pairing,
        person_id=person.pk if person else pairing.helper_id if pairing else None, day=made.day,
        text=made.text.strip(), given_fen=made.given_fen, latitude=latitude, longitude=longitude,
        media=list(made.media), record=made.record, entered_by=entered_by,
    )  # fmt: skip


@transaction.atomic
def withdraw_visit(visit: Visit, *, reason: str, actor: User) -> Visit:
    """The visit was not made, or stands twice. It stays on file and no longer counts."""
    require(actor, ENTER_VISIT, visit.region_code)
    visit = hold(Visit.objects.filter(pk=visit.pk)).get()
    if visit.withdrawn_at:
        raise Refusal(_("This visit was taken back already."), code="withdrawn")
    if not reason.strip():
        raise Refusal(_("Say why the visit is taken back."), code="reason", field="reason")
    visit.withdrawn_at, visit.withdrawn_by, visit.withdrawn_reason = timezone.now(), actor, reason.strip()[:200]
    visit.save()
    if visit.pairing_id:
        renew_dues([visit.pairing_id])
    audit.record("duty.withdraw_visit", visit, actor=actor, after={"reason": visit.withdrawn_reason})
    return visit


def renew_dues(pairings: Collection[int]) -> None:
    """Compute when these pairings' next visits are due, from all their visits, by the text in force today."""
    open_ones = list(hold(Pairing.objects.filter(pk__in=pairings, ends=None).select_related("programme")))
    days = _days_of([one.pk for one in open_ones])
    known: dict[int, VisitRule | None] = {}
    for one in open_ones:
        if one.programme_id not in known:
            known[one.programme_id] = rule_on(one.programme, timezone.localdate())
        rule = known[one.programme_id]
        one.due_on = next_due(rule, one.starts, days.get(one.pk, ())) if rule else None
    Pairing.objects.bulk_update(open_ones, ["due_on"], batch_size=500)


def _days_of(pairings: Iterable[int]) -> Mapping[int, list[date]]:
    found: dict[int, list[date]] = {}
    live = Visit.objects.filter(pairing__in=list(pairings), withdrawn_at=None)
    for pairing, day in live.values_list("pairing", "day"):
        found.setdefault(pairing, []).append(day)
    return found
