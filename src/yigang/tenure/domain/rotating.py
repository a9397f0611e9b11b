"""Verbs of rotation rounds: wishes and needs are collected, moves proposed, accepted ring by ring, changed or rejected."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regions
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.posts.models import Post, Programme
from yigang.posts.rules import policy_file, policy_from, text_on
from yigang.tenure.access import EMPLOY, ROTATE
from yigang.tenure.domain.moving import Move, transfer_many
from yigang.tenure.enums import MoveState, RotationState, Wish
from yigang.tenure.models import Appointment, RotationMove, RotationNeed, RotationRound, RotationWish
from yigang.tenure.rotation import plan as planning
from yigang.tenure.rotation.people import companions, holders, posts_of

KNOW_YEARS = 1.0
"""When the policy does not say after which time somebody knows a village."""


@dataclass(frozen=True)
class Asked:
    """What somebody asks of a rotation."""

    wish: Wish
    village: str = ""
    text: str = ""


@transaction.atomic
def open_rotation(
    programme: Programme, region_code: str, title: str, *, on: date, most: int | None = None, actor: User
) -> RotationRound:  # fmt: skip
    """Begin a round: from now on wishes and needs are recorded. The policy must say who may be moved."""
    require(actor, ROTATE, region_code)
    _rules(programme, on, most)
    if not title.strip():
        raise Refusal(_("Give the round a title."), code="title_missing", field="title")
    made = RotationRound.objects.create(
        region_code=region_code, programme=programme, title=title.strip(), on=on, moves_wanted=most, created_by=actor
    )
    audit.record("tenure.open_rotation", made, actor=actor, after={"title": made.title, "on": on})
    return made


@transaction.atomic
def record_wish(rotation: RotationRound, appointment: Appointment, asked: Asked, *, actor: User) -> RotationWish:
    """What a person asks; written anew until moves are proposed."""
    require(actor, EMPLOY, appointment.region_code)
    _refuse_state(rotation, RotationState.COLLECTING)
    row, _made = RotationWish.objects.update_or_create(
        round=rotation, appointment=appointment,
        defaults={
            "region_code": appointment.region_code, "wish": asked.wish, "village": asked.village, "text": asked.text.strip(),
            "recorded_by": actor,
        },
    )  # fmt: skip
    audit.record("tenure.record_wish", row, actor=actor, after={"kind": asked.wish, "until": asked.village})
    return row


@transaction.atomic
def record_need(rotation: RotationRound, village: str, urgency: int, text: str, *, actor: User) -> RotationNeed:
    """How urgently (0 to 5) a village needs somebody new, and why."""
    require(actor, EMPLOY, village)
    _refuse_state(rotation, RotationState.COLLECTING)
    if not 0 <= urgency <= 5:
        raise Refusal(_("The urgency is a number from 0 to 5."), code="urgency", field="urgency")
    row, _made = RotationNeed.objects.update_or_create(
        round=rotation, region_code=village, defaults={"urgency": urgency, "text": text.strip(), "recorded_by": actor}
    )
    audit.record("tenure.record_need", row, actor=actor, after={"value": urgency, "reason": row.text})
    return row


@transaction.atomic
def propose_moves(rotation: RotationRound, *, actor: User) -> RotationRound:
    """Plan the round: one optimal proposal for all, with its proof. Proposed anew as long as nothing is decided.

    Refused when nobody can move, with the reasons.
    """
    require(actor, ROTATE, rotation.region_code)
    rotation = hold(RotationRound.objects.select_related("programme").filter(pk=rotation.pk)).get()
    if rotation.moves.exclude(state=MoveState.PROPOSED).exists() or rotation.state == RotationState.CLOSED:
        raise Refusal(_("Moves of this round are decided already."), code="decided_already")
    rules = _rules(rotation.programme, rotation.on, rotation.moves_wanted)
    held = list(holders(rotation).select_related("post", "person"))
    posts = posts_of(rotation, held)
    made = planning.plan(posts, dict(rotation.needs.values_list("region_code", "urgency")), rules)
    if not made.moves:
        raise Refusal(
            _("Nobody can be moved: %(why)s."), {"why": "；".join(made.why_not)}, code="no_rotation",
            remedy=_("Collect more wishes, wait until people have served longer, or change the rule."),
        )  # fmt: skip
    by_key = {one.pk: one for one in held}
    stays = companions(rotation, held, posts, rules, {move.key for move in made.moves})
    rotation.moves.all().delete()
    RotationMove.objects.bulk_create(
        RotationMove(
            region_code=by_key[move.key].region_code, round=rotation, appointment=by_key[move.key],
            post=by_key[move.takes].post, to_region=move.to, cycle=move.ring, score=move.score,
            why=[*move.why, stays[move.to]],
        )
        for move in made.moves
    )  # fmt: skip
    rotation.state, rotation.policy_digest = RotationState.PROPOSED, _digest(rotation)
    rotation.result = {
        "people": len(held), "may_move": made.may_move, "moves": len(made.moves), "total": made.total, "bound": made.bound,
        "optimal": made.optimal,
    }  # fmt: skip
    rotation.save()
    audit.record("tenure.propose_moves", rotation, actor=actor, after=rotation.result)
    return rotation


@transaction.atomic
def accept_moves(moves: Collection[RotationMove], *, actor: User) -> list[RotationMove]:
    """Carry out moves on the round's day. People who exchange places move together: rings are accepted whole."""
    rows = _locked(moves)
    if not rows:
        raise Refusal(_("Choose moves."), code="nothing_chosen")
    rotation = rows[0].round
    require(actor, ROTATE, rotation.region_code)
    _refuse_decided(rows)
    _refuse_part_of_a_ring(rotation, rows)
    _refuse_strangers_alone(rotation, rows)
    made = transfer_many(
        [Move(row.appointment, row.post) for row in rows], on=rotation.on, reason=rotation.title, actor=actor
    )
    for row, appointment in zip(rows, made, strict=True):
        _decide(row, MoveState.ACCEPTED, "", actor)
        row.new_appointment = appointment
        row.save()
    _close_if_done(rotation)
    return rows


@transaction.atomic
def change_move(move: RotationMove, post: Post, reason: str, *, actor: User) -> RotationMove:
    """Send a person elsewhere than proposed, to a post that is free on the day; the rest of the ring has to be decided too."""
    (row,) = _locked([move])
    require(actor, ROTATE, row.round.region_code)
    _refuse_decided([row])
    if not reason.strip():
        raise Refusal(_("Say why you send the person elsewhere."), code="reason_missing", field="reason")
    _refuse_strangers_alone(row.round, [row])
    (row.new_appointment,) = transfer_many(
        [Move(row.appointment, post)], on=row.round.on, reason=f"{row.round.title} {reason.strip()}", actor=actor
    )
    row.post, row.to_region = post, post.region_code
    _decide(row, MoveState.CHANGED, reason.strip(), actor)
    row.save()
    _close_if_done(row.round)
    return row


@transaction.atomic
def reject_moves(moves: Collection[RotationMove], reason: str, *, actor: User) -> list[RotationMove]:
    """These people stay where they are."""
    rows = _locked(moves)
    if not reason.strip():
        raise Refusal(_("Say why the move is rejected."), code="reason_missing", field="reason")
    for row in rows:
        require(actor, ROTATE, row.round.region_code)
    _refuse_decided(rows)
    for row in rows:
        _decide(row, MoveState.REJECTED, reason.strip(), actor)
        row.save()
    if rows:
        _close_if_done(rows[0].round)
    return rows


def _rules(programme: Programme, day: date, most: int | None) -> planning.Rules:
    data = text_on(policy_from(policy_file(programme.policy_code)), day).text.get("rotation")
    if not data:
        raise Refusal(
            _("The policy of “%(programme)s” does not say who may be moved."), {"programme": programme.name},
            code="no_rule", remedy=_("Add the section `rotation` to the policy."),
        )  # fmt: skip
    return planning.Rules(
        after_years=float(data["after_years"]), know_years=float(data.get("know_years", KNOW_YEARS)), most=most,
        overlap_days=int(data.get("overlap_days", 0)), weights=planning.Weights(**data.get("weights", {})),
    )  # fmt: skip


def _digest(rotation: RotationRound) -> str:
    return text_on(policy_from(policy_file(rotation.programme.policy_code)), rotation.on).digest


def _locked(moves: Collection[RotationMove]) -> list[RotationMove]:
    rows = RotationMove.objects.select_related("round", "appointment__person", "post")
    return list(hold(rows.filter(pk__in=[one.pk for one in moves])).order_by("pk"))


def _refuse_state(rotation: RotationRound, state: RotationState) -> None:
    if rotation.state != state:
        raise Refusal(
            _("This round is at “%(state)s”; wishes and needs are not taken any more."),
            {"state": rotation.get_state_display()}, code="state",
        )  # fmt: skip


def _refuse_decided(rows: list[RotationMove]) -> None:
    for row in rows:
        if row.state != MoveState.PROPOSED:
            raise Refusal(
                _("The move of %(name)s was decided already: %(state)s."),
                {"name": row.appointment.person.name, "state": row.get_state_display()}, code="decided_already",
            )  # fmt: skip


def _refuse_part_of_a_ring(rotation: RotationRound, rows: list[RotationMove]) -> None:
    rings, chosen = {row.cycle for row in rows}, {row.pk for row in rows}
    missing = rotation.moves.filter(cycle__in=rings, state=MoveState.PROPOSED).exclude(pk__in=chosen)
    other = missing.select_related("appointment__person").first()
    if other is not None:
        raise Refusal(
            _("%(name)s exchanges places with these people; accept or reject the whole ring %(ring)d."),
            {"name": other.appointment.person.name, "ring": other.cycle}, code="ring",
        )  # fmt: skip


def _refuse_strangers_alone(rotation: RotationRound, rows: list[RotationMove]) -> None:
    """As people stand today: in each village that is left stays somebody who knows it, long enough to show the newcomers."""
    rules = _rules(rotation.programme, rotation.on, rotation.moves_wanted)
    leaving = {row.appointment_id for row in rows}
    villages = {row.region_code for row in rows}
    held = list(holders(rotation).filter(region_code__in=villages).select_related("post"))
    staying = [one for one in posts_of(rotation, held) if one.key not in leaving and planning.knows(one, rules)]
    for village in sorted(villages - {one.village for one in staying}):
        raise Refusal(
            _("Nobody would stay in %(village)s who has been there for %(years)s years and stays for %(days)d days after "
              "the move."),
            {"village": regions.name_of(village), "years": f"{rules.know_years:g}", "days": rules.overlap_days},
            code="strangers_alone", remedy=_("Reject this move, or renew the term of somebody who knows the village first."),
        )  # fmt: skip


def _decide(row: RotationMove, state: MoveState, reason: str, actor: User) -> None:
    row.state, row.decided_by, row.decided_at, row.reason = state, actor, timezone.now(), reason[:200]
    audit.record("tenure.decide_move", row, actor=actor, after={"state": state, "reason": row.reason})


def _close_if_done(rotation: RotationRound) -> None:
    if not rotation.moves.filter(state=MoveState.PROPOSED).exists():
        rotation.state = RotationState.CLOSED
        rotation.save(update_fields=["state"])
