"""Whose part of a round somebody compares and ranks: all of it, or his town's where the policy lets towns do the step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from yigang.foundation import regioncode
from yigang.foundation.access import Capability, require
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import User
from yigang.policy.recruitment import Step
from yigang.recruitment import queries
from yigang.recruitment.models import Round
from yigang.recruitment.roles import refuse_other_roles


@dataclass(frozen=True)
class Within:
    """A scope of its own: everybody who works on a round reads what its whole region holds, and writes his part of it."""

    prefixes: tuple[str, ...]

    @classmethod
    def of(cls, one: Round) -> Within:
        return cls((regioncode.prefix_of(one.region_code),))


def part_for(one: Round, capability: Capability, asks: Callable[[Step], bool], *, actor: User) -> str:
    """The region code of the actor's part. `asks` says whether a step is one in which this is done.

    Whoever's region covers the round's has all of it, in any step. A town has its own part, while a step is open that asks
    for this and that the policy gives to the town; a step that names the county stays the county's.
    """
    if regioncode.covers(actor.prefixes, one.region_code):
        require(actor, capability, one.region_code)
        return str(one.region_code)
    home = regioncode.prefix_of(one.region_code)
    part = next((regioncode.pad(prefix) for prefix in actor.prefixes if prefix.startswith(home)), one.region_code)
    require(actor, capability, part)
    step = queries.open_step_of(one)
    if step is None:
        raise Refusal(_("No step of this round is open."), code="step_not_open")
    step.round = one
    rule = queries.rule_of(step)
    if not asks(rule):
        raise Refusal(
            _("“%(step)s” does not ask for this; the county may do it for the whole round."), {"step": step.name},
            code="wrong_step",
        )  # fmt: skip
    refuse_other_roles(rule, part, actor)
    return part


def why_not(one: Round, capability: Capability, asks: Callable[[Step], bool], actor: User) -> str:
    """Why an actor has no part to do this for; empty when he has."""
    try:
        part_for(one, capability, asks, actor=actor)
    except (Refusal, Forbidden) as refusal:
        return str(refusal)
    return ""


def compares(rule: Step) -> bool:
    return rule.comparison


def ranks(rule: Step) -> bool:
    return rule.ranks
