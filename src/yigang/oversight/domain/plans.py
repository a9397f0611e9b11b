"""Verbs of the week's plan: drawn by a seed that is fixed beforehand, laid open when the week is over."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import may, require
from yigang.foundation.errors import Forbidden, Refusal, Text
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.foundation.secrets import DRAW_SEED, vault
from yigang.oversight import queries, ties
from yigang.oversight.access import DRAW, INSPECT, READ_OVERSIGHT
from yigang.oversight.draw import SEED_BYTES, Candidate, Drawn, Impossible, Terms, commitment, draw, read, text_of
from yigang.oversight.enums import InspectionKind, InspectionState
from yigang.oversight.models import Group, Inspection, Plan, PlanList
from yigang.posts.models import Programme

AHEAD = timedelta(minutes=5)
"""As far a clock may be ahead of ours."""
IMPOSSIBLE: dict[str, Text] = {
    "visits": _("Between 1 and %(detail)s villages can be drawn."),
    "groups": _("There are more groups (%(detail)s) than visits."),
    "kinds": _("Say which kinds of inspection there are."),
}


@dataclass(frozen=True)
class Week:
    """What the office decides before the draw: the week's Monday, who goes together, how many visits, of which kinds."""

    monday: date
    groups: Sequence[Sequence[User]]
    visits: int
    kinds: Sequence[InspectionKind]


@dataclass(frozen=True)
class Redrawn:
    """A draw made again: whether seed and list are those of the digest, what comes out, which visits are not on file so."""

    holds: bool
    drawn: Sequence[Drawn]
    differing: Sequence[int]

    @property
    def sound(self) -> bool:
        return self.holds and not self.differing


@transaction.atomic
def draw_week(
    programme: Programme, region_code: str, week: Week, *, actor: User, today: date | None = None
) -> Plan:  # fmt: skip
    """Freeze the list, fix the seed by its digest, draw. The digest is for everybody, the rest for the groups and the actor.

    A week that was over before `today` is not drawn any more; only what tells of earlier weeks says another day than this.
    """
    require(actor, DRAW, region_code)
    _refuse_week(programme, region_code, week, today or timezone.localdate())
    weights = queries.weights(programme, region_code, week.monday)
    closed = ties.barred(week.groups, weights)
    terms = Terms(week.visits, len(week.groups), tuple(kind.value for kind in week.kinds))
    open_to = {village: weight for village, weight in weights.items() if len(closed.get(village, ())) < terms.groups}
    candidates = [Candidate(village, weight, closed.get(village, ())) for village, weight in open_to.items()]
    seed = secrets.token_hex(SEED_BYTES)
    try:
        drawn = draw(candidates, terms, seed)
    except Impossible as impossible:
        raise Refusal(IMPOSSIBLE[impossible.reason], {"detail": impossible.detail}, code=impossible.reason) from None
    text = text_of(candidates, terms)
    plan = Plan.objects.create(
        region_code=region_code, programme=programme, week=week.monday, commitment=commitment(seed, text),
        seed_cipher=vault().encrypt(seed, DRAW_SEED), made_by=actor,
    )  # fmt: skip
    _keep(plan, week, text, drawn, actor)
    audit.record("oversight.draw_week", plan, actor=actor, after={"week": week.monday, "commitment": plan.commitment})
    return plan


def _keep(plan: Plan, week: Week, text: str, drawn: Sequence[Drawn], actor: User) -> None:
    PlanList.objects.create(region_code=plan.region_code, plan=plan, text=text, known_to=[actor.pk])
    groups = Group.objects.bulk_create(
        Group(
            region_code=plan.region_code, plan=plan, number=number, members=[user.pk for user in group],
            known_to=sorted({actor.pk, *(user.pk for user in group)}),
        )
        for number, group in enumerate(week.groups, start=1)
    )  # fmt: skip
    Inspection.objects.bulk_create(
        Inspection(
            region_code=one.code, plan=plan, group=groups[one.group - 1], number=one.number, kind=one.kind,
            known_to=groups[one.group - 1].known_to,
        )
        for one in drawn
    )  # fmt: skip


def _refuse_week(programme: Programme, region_code: str, week: Week, today: date) -> None:
    rule = queries.rule_of(programme, week.monday)
    fewest, most = rule.groups
    members = [user.pk for group in week.groups for user in group]
    if week.monday.weekday() or queries.last_day(week.monday) < today:
        raise Refusal(
            _("A week begins on a Monday and is not over yet."), code="week", field="week",
            remedy=_("Choose the Monday of this week or of a later one."),
        )  # fmt: skip
    if Plan.objects.filter(programme=programme, region_code=region_code, week=week.monday).exists():
        raise Refusal(
            _("The week from %(week)s was drawn already."), {"week": week.monday}, code="drawn_already", field="week"
        )  # fmt: skip
    if not fewest <= len(week.groups) <= most or not all(week.groups):
        raise Refusal(
            _("The policy asks for %(fewest)d to %(most)d groups, each with somebody in it."),
            {"fewest": fewest, "most": most}, code="groups", field="groups",
        )  # fmt: skip
    if len(members) != len(set(members)):
        raise Refusal(_("Somebody is in two groups."), code="member_twice", field="groups")
    for group in week.groups:
        for user in group:
            if why := may(user, INSPECT, region_code).why:
                raise Refusal(
                    _("%(name)s cannot be in a group: %(why)s"), {"name": user.name, "why": why}, code="member",
                    field="groups",
                )  # fmt: skip


def hold_visit(inspection: Inspection, actor: User) -> Inspection:
    """The visit as it stands, for a member of its group."""
    inspection = hold(Inspection.objects.select_related("plan__programme", "group").filter(pk=inspection.pk)).get()
    if actor.pk not in inspection.group.members:
        raise Forbidden(_("Only the group that was drawn for a visit makes it."))
    return inspection


def refuse_moment(inspection: Inspection, made_at: datetime) -> None:
    """A visit is made in the week it was drawn for, and not in the future."""
    if made_at > timezone.now() + AHEAD:
        raise Refusal(_("The time of the visit lies in the future."), code="future", field="made_at")
    week, day = inspection.plan.week, timezone.localdate(made_at)
    if not week <= day <= queries.last_day(week):
        raise Refusal(
            _("This visit was drawn for the week from %(week)s."), {"week": week}, code="not_this_week", field="made_at"
        )  # fmt: skip


def open_visit(inspection: Inspection, state: InspectionState) -> None:
    inspection.state, inspection.open_at = state, inspection.open_at or timezone.now()
    inspection.save(update_fields=["state", "open_at"])


@transaction.atomic
def reveal(plan: Plan) -> Plan:
    """Lay the seed, the list and the groups open; visits that nobody began did not take place. Done by the daily job."""
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.revealed_at or queries.last_day(plan.week) >= timezone.localdate():
        return plan
    now = timezone.now()
    plan.seed, plan.revealed_at = vault().decrypt(bytes(plan.seed_cipher), DRAW_SEED), now
    plan.save(update_fields=["seed", "revealed_at"])
    plan.inspections.filter(state=InspectionState.PLANNED).update(state=InspectionState.MISSED, open_at=now)
    for rows in (PlanList.objects.filter(plan=plan), plan.groups.all()):
        rows.update(open_at=now)
    audit.record("oversight.reveal", plan, actor=None, after={"seed": plan.seed})
    return plan


def redraw(plan: Plan, *, actor: User) -> Redrawn:
    """Draw again from what was laid open, and compare with what is on file."""
    require(actor, READ_OVERSIGHT, plan.region_code)
    return redrawn(plan)


def redrawn(plan: Plan) -> Redrawn:
    if not plan.revealed_at:
        raise Refusal(
            _("The seed is laid open when the week is over, on %(day)s."), {"day": queries.last_day(plan.week)},
            code="not_revealed",
        )  # fmt: skip
    text = PlanList.objects.get(plan=plan).text
    candidates, terms = read(text)
    drawn = draw(candidates, terms, plan.seed)
    rows = plan.inspections.order_by("number").values_list("number", "region_code", "group__number", "kind")
    filed = {row[0]: row for row in rows}
    made = {one.number: (one.number, one.code, one.group, one.kind) for one in drawn}
    differing = sorted(number for number in filed.keys() | made.keys() if filed.get(number) != made.get(number))
    return Redrawn(commitment(plan.seed, text) == plan.commitment, drawn, differing)
