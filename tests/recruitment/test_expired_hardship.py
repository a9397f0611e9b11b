"""A hardship category counts on the round's day: one that ended before it is as if it were not on file."""

import shutil
from datetime import date, timedelta

import pytest
from tests.recruitment.world import make_world

from yigang.people.domain import add_hardship
from yigang.people.enums import HardshipKind
from yigang.policy import policies_folder
from yigang.recruitment import domain
from yigang.recruitment.enums import Verdict
from yigang.recruitment.models import EligibilityRun

CLAUSE = "      - {name: 六类人员, when: 六类人员 = true, else: 须属于六类人员且在有效期内, cites: 试验条款}\n"
SINCE = date(2018, 1, 1)


@pytest.fixture
def world(make_user, tmp_path, monkeypatch):
    """Pingba's round with a further clause: applicants must be in one of the six categories."""
    folder = tmp_path / "policies"
    shutil.copytree(policies_folder(), folder)
    file = folder / "pingba-ranger.yaml"
    file.write_text(file.read_text("utf-8").replace("    eligibility:\n", f"    eligibility:\n{CLAUSE}"), "utf-8")
    monkeypatch.setenv("YIGANG_POLICIES", str(folder))
    return make_world(make_user)


def verdicts(run: EligibilityRun) -> list[str]:
    return [result.verdict for result in run.results.order_by("application")]


@pytest.mark.req("Z8")
def test_what_ended_before_the_rounds_day_is_as_if_it_were_not_there(world):
    world.open()
    world.next()
    world.next()
    valid, expired, never = (one.person for one in world.applicants(3))
    world.next()
    day = world.step.opens_on
    add_hardship(valid, HardshipKind.POOR, evidence="手册", since=SINCE, until=day, actor=world.county)
    add_hardship(
        expired, HardshipKind.POOR, evidence="手册", since=SINCE, until=day - timedelta(days=1), actor=world.county
    )
    run = world.judge()
    assert verdicts(run) == [Verdict.HOLDS, Verdict.FAILS, Verdict.FAILS]
    why = [
        next(one for one in result.clauses if one["clause"] == "六类人员")
        for result in run.results.order_by("application")
    ]
    assert why[1]["why"] == why[2]["why"]
    assert "须属于六类人员且在有效期内" in why[1]["why"]
    assert domain.recompute(run) == []
    assert not never.hardships.exists()


@pytest.mark.req("Z8")
def test_a_category_that_ends_the_next_day_is_out_the_next_day(world):
    world.open()
    world.next()
    world.next()
    [one] = world.applicants(1)
    world.next()
    day = world.step.opens_on
    add_hardship(one.person, HardshipKind.OLD, evidence="户口簿", since=SINCE, until=day, actor=world.county)
    first = domain.run_eligibility(world.step, actor=world.town, on=day)
    second = domain.run_eligibility(world.step, actor=world.town, on=day + timedelta(days=1))
    assert (verdicts(first), verdicts(second)) == ([Verdict.HOLDS], [Verdict.FAILS])
