"""Verbs of village-stationed teams and sending units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.posts.models import Programme
from yigang.posts.rules import section
from yigang.tenure.access import KEEP_TEAMS
from yigang.tenure.models import Appointment, SendingUnit, Team, TeamMember


@dataclass(frozen=True)
class Muster:
    """A member as a team is set up: whose appointment, and whether he leads."""

    appointment: Appointment
    leader: bool = False


@transaction.atomic
def save_unit(region_code: str, name: str, *, kind: str = "", contact: str = "", actor: User) -> SendingUnit:
    """A unit that sends people; written anew when the region has one of that name."""
    require(actor, KEEP_TEAMS, region_code)
    if not name.strip():
        raise Refusal(_("Give the unit's name."), code="name_missing", field="name")
    unit, _made = SendingUnit.objects.update_or_create(
        region_code=region_code, name=name.strip(), defaults={"kind": kind.strip(), "contact": contact.strip()}
    )
    audit.record("tenure.save_unit", unit, actor=actor, after={"name": unit.name, "kind": unit.kind})
    return unit


@transaction.atomic
def form_team(
    programme: Programme, region_code: str, name: str, unit: SendingUnit, members: list[Muster], *, starts: date, actor: User
) -> Team:  # fmt: skip
    """Send a team into a village: at least as many members as the policy says, one of them its leader."""
    require(actor, KEEP_TEAMS, region_code)
    least = members_wanted(programme, starts)
    if len(members) < least:
        raise Refusal(
            _("A team has at least %(least)d members; this one has %(count)d."),
            {"least": least, "count": len(members)}, code="too_few", field="members",
            remedy=_("Appoint more people, or take them from another team."),
        )  # fmt: skip
    if sum(member.leader for member in members) != 1:
        raise Refusal(_("A team has one leader."), code="leader", field="leader")
    try:
        with transaction.atomic():
            team = Team.objects.create(
                region_code=region_code, programme=programme, name=name.strip(), unit=unit, starts=starts
            )
    except IntegrityError as error:
        if violated(error) != "team_once":
            raise
        raise Refusal(_("The village has a team of this name."), code="team_known", field="name") from error
    for member in members:
        _add(team, member, starts)
    audit.record("tenure.form_team", team, actor=actor, after={"name": team.name, "count": len(members)})
    return team


@transaction.atomic
def join_team(team: Team, member: Muster, *, on: date, actor: User) -> TeamMember:
    """Add a member; a new leader follows the old one, who stays as a member."""
    require(actor, KEEP_TEAMS, team.region_code)
    team = Team.objects.select_for_update().get(pk=team.pk)
    _refuse_ended(team, on)
    if member.leader:
        _step_down(team, on)
    made = _add(team, member, on)
    audit.record("tenure.join_team", team, actor=actor, after={"name": made.person.name, "leader": member.leader})
    return made


@transaction.atomic
def leave_team(member: TeamMember, *, on: date, actor: User) -> TeamMember:
    """The member's last day in the team. The team may fall below its number, which the list of teams shows."""
    require(actor, KEEP_TEAMS, member.region_code)
    member = hold(TeamMember.objects.select_related("person", "team").filter(pk=member.pk)).get()
    if member.ends is not None and member.ends <= on:
        raise Refusal(
            _("%(name)s left the team on %(day)s already."), {"name": member.person.name, "day": member.ends},
            code="left_already",
        )  # fmt: skip
    if on < member.starts:
        raise Refusal(_("The last day lies before the first."), code="dates", field="on")
    member.ends = on
    member.save()
    audit.record("tenure.leave_team", member.team, actor=actor, after={"name": member.person.name, "on": on})
    return member


@transaction.atomic
def end_team(team: Team, *, on: date, reason: str, actor: User) -> Team:
    """Withdraw a team; its members leave it on the same day and keep their posts."""
    require(actor, KEEP_TEAMS, team.region_code)
    team = Team.objects.select_for_update().get(pk=team.pk)
    _refuse_ended(team, on)
    if not reason.strip():
        raise Refusal(_("Say why the team is withdrawn."), code="reason_missing", field="reason")
    members = TeamMember.objects.filter(team=team)
    members.filter(starts__gt=on).delete()
    members.filter(Q(ends=None) | Q(ends__gt=on)).update(ends=on)
    team.ends, team.ended_why = on, reason.strip()
    team.save()
    audit.record("tenure.end_team", team, actor=actor, after={"on": on, "reason": team.ended_why})
    return team


def members_wanted(programme: Programme, day: date) -> int:
    """How many members a team has at least; 1 when the policy does not say."""
    return int(section(programme, day, "teams").get("members", 1))


def _step_down(team: Team, on: date) -> None:
    for leader in TeamMember.objects.filter(Q(ends=None) | Q(ends__gte=on), team=team, leader=True):
        if leader.starts >= on:
            leader.leader = False
            leader.save()
            continue
        last, leader.ends = leader.ends, date.fromordinal(on.toordinal() - 1)
        leader.save()
        TeamMember.objects.create(
            region_code=leader.region_code,
            team=team,
            appointment=leader.appointment,
            person=leader.person,
            starts=on,
            ends=last,
        )


def _add(team: Team, member: Muster, on: date) -> TeamMember:
    held = member.appointment
    if held.programme_id != team.programme_id or held.starts > on or (held.ends is not None and held.ends < on):
        raise Refusal(
            _("%(name)s holds no post of this programme on %(day)s."), {"name": held.person.name, "day": on},
            code="not_in_post", field="members",
        )  # fmt: skip
    try:
        with transaction.atomic():
            return TeamMember.objects.create(
                region_code=team.region_code, team=team, appointment=held, person=held.person, leader=member.leader,
                starts=on, ends=held.ends,
            )  # fmt: skip
    except IntegrityError as error:
        raise _refusal_of(error, held, on) from error


def _refusal_of(error: IntegrityError, held: Appointment, on: date) -> Exception:
    if violated(error) == "one_leader_at_a_time":
        return Refusal(_("The team has a leader on these days."), code="leader", field="leader")
    if violated(error) != "one_team_at_a_time":
        return error
    other = TeamMember.objects.filter(Q(ends=None) | Q(ends__gte=on), person=held.person).select_related("team").first()
    return Refusal(
        _("%(name)s is in the team %(team)s on these days; one posting at a time."),
        {"name": held.person.name, "team": other.team.name if other else "—"}, code="in_a_team", field="members",
        remedy=_("Take the person out of that team first."),
    )  # fmt: skip


def _refuse_ended(team: Team, on: date) -> None:
    if team.ends is not None and team.ends < on:
        raise Refusal(_("The team was withdrawn on %(day)s."), {"day": team.ends}, code="team_ended")
    if on < team.starts:
        raise Refusal(_("The team begins on %(day)s."), {"day": team.starts}, code="dates", field="on")
