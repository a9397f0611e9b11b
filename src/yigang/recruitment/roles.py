"""Who acts in a step: the role and level that the policy names, and nobody else."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.policy.recruitment import LEVELS, ROLES, Step

SCOPE_OF_LEVEL = {"province": 2, "city": 4, "county": 6, "town": 9, "village": 12}
"""How long the prefix of a scope may be for somebody who acts at a level."""


def refuse_other_roles(rule: Step, region_code: str, actor: User) -> None:
    """Refuse whoever is not the role and level that the policy names for a step."""
    if why := why_not_acting(rule.role, rule.level, region_code, actor):
        raise Refusal(
            _("“%(step)s” is done by: %(who)s. %(why)s"),
            {"step": rule.name, "who": f"{LEVELS[rule.level]}{ROLES[rule.role]}", "why": why},
            code="not_your_step",
        )  # fmt: skip


def why_not_acting(role: str, level: str, region_code: str, actor: User) -> str:
    """Why an account may not act in a role at a level for a place; empty when it may."""
    if actor.role != role:
        return str(_("Your role is %(role)s.") % {"role": actor.get_role_display()})
    longest = SCOPE_OF_LEVEL[level]
    if not any(region_code.startswith(prefix) and len(prefix) <= longest for prefix in actor.prefixes):
        return str(_("Your region is not at that level."))
    return ""
