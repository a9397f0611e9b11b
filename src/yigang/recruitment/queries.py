"""Questions about rounds: by which rules they run, where they stand, what is missing, how many are left and why."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from django.utils.translation import gettext as _

from yigang.foundation import calendar, regioncode
from yigang.foundation.models import CalendarOverride
from yigang.policy.load import policy_of_text
from yigang.policy.model import PolicyVersion
from yigang.policy.recruitment import Recruitment, Step
from yigang.recruitment.comparison import queries as comparison
from yigang.recruitment.enums import StepState
from yigang.recruitment.models import Application, Round, StepRecord

LONGEST_TERM = 400
"""Days; county overrides are looked up this far when a last day is computed."""


@lru_cache(maxsize=64)
def _version(text: str, effective: date) -> PolicyVersion:
    return policy_of_text(text).version_on(effective)


def policy_of(one: Round) -> PolicyVersion:
    """The text that the round runs by, as it was kept when the round was opened."""
    return _version(one.policy_text, one.policy_effective)


def rules_of(one: Round) -> Recruitment:
    rules = policy_of(one).recruitment
    assert rules is not None  # a round is not opened without
    return rules


def rule_of(step: StepRecord) -> Step:
    """What the policy says of a step."""
    return rules_of(step.round).steps[step.position - 1]


def steps_of(one: Round) -> list[StepRecord]:
    """The steps as they stand, in order; undone ones left out."""
    return list(one.steps.exclude(state=StepState.UNDONE).select_related("opened_by", "closed_by").order_by("position"))


def open_step_of(one: Round) -> StepRecord | None:
    """The step that is open; there is at most one."""
    return one.steps.filter(state=StepState.OPEN).first()


def last_working_day(region_code: str, start: date, count: int) -> date:
    """The `count`th working day after `start`, by the county's calendar; `start` itself when nothing is asked."""
    county = regioncode.pad(regioncode.county_of(region_code))
    overrides = {
        one.date: (one.working, one.name)
        for one in CalendarOverride.objects.filter(region_code=county, date__gte=start)[:LONGEST_TERM]
    }
    return calendar.add_working_days(start, count, overrides)


def blocking_reasons(application: Application) -> list[str]:
    """Why an application must not go on yet: hits in registers that are confirmed, or that nobody has decided about."""
    return comparison.blocking(application.pk)


def standing(application: Application) -> str:
    """Where an application stands, in one sentence."""
    if application.reasons:
        return "；".join(application.reasons)
    return _("In the running") if application.state == "running" else application.get_state_display()
