"""What follows from a year is the policy's word, a person's decision, and told to whom it is about."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.oversight.conftest import days_ago
from tests.tenure.conftest import refused

from yigang.appraisal.enums import FindingKind
from yigang.appraisal.findings import record_finding
from yigang.appraisal.models import Finding
from yigang.appraisal.years import YearGiven, record_year_results
from yigang.duty.domain.intake import withdraw
from yigang.duty.models import Intake
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.oversight import domain
from yigang.oversight.models import Proposal
from yigang.policy.inspection import inspection_rule, year_clauses
from yigang.tenure import domain as tenure
from yigang.tenure.enums import Delivery, ExitReason

YEAR = 2020
"""A year that is over, so that its days do not depend on the day of the test."""


@pytest.fixture
def someone(hold):
    return hold(1, "王缺岗", starts=date(YEAR, 1, 1))


@pytest.fixture
def absent(someone, inspectors):
    def times(count: int) -> None:
        for day in range(1, count + 1):
            record_finding(someone, FindingKind.ABSENT, date(YEAR, 3, day), "不在岗", actor=inspectors[1])

    return times


def proposed(programme) -> dict[str, list[str]]:
    domain.propose(programme, YEAR)
    return {row.clause: row.do for row in Proposal.objects.order_by("pk")}


@pytest.mark.req("H7")
@pytest.mark.parametrize(
    ("count", "expected"),
    [
        (0, {}),
        (1, {}),
        (2, {"两次旷工": ["no_award"]}),
        (3, {"两次旷工": ["no_award"]}),
        (4, {"两次旷工": ["no_award"], "超过三次旷工": ["not_above:基本称职"]}),
    ],
)
def test_so_many_absences_so_much_follows(programme, absent, count, expected):
    absent(count)
    assert proposed(programme) == expected


@pytest.mark.req("H7", "M3")
@pytest.mark.parametrize(("grade", "expected"), [("称职", 0), ("基本称职", 1), ("不称职", 1)])
def test_a_poor_year_costs_the_unit_its_own_appraisal(programme, someone, county_manager, grade, expected):
    result = YearGiven(someone, YEAR, grade, "考核文件1号", date(YEAR, 12, 31))
    record_year_results(programme, [result], actor=county_manager)
    assert [do for do in proposed(programme).values() if do == ["unit_appraisal_lost"]] == [
        ["unit_appraisal_lost"]
    ] * expected


@pytest.mark.req("H8", "H9")
def test_a_recall_makes_the_unit_answer(programme, someone, county_manager, make_user):
    recall = domain.order_recall(
        someone, date(YEAR, 6, 30), ExitReason.ABSENT, reason="责令召回", clause="办法", actor=county_manager
    )
    assert proposed(programme) == {}
    tenure.confirm_exit(recall.exit, actor=make_user(Role.COUNTY_MANAGER, "520403"))
    domain.propose(programme, YEAR)
    row = Proposal.objects.get()
    assert (row.do, row.facts, row.evidence) == (["interview"], {"被召回": True}, [f"x:{recall.exit_id}"])
    assert row.authors == [county_manager.pk]


@pytest.mark.req("H7")
def test_each_names_its_clause_its_source_and_the_evidence(programme, absent):
    absent(2)
    domain.propose(programme, YEAR)
    row = Proposal.objects.get()
    assert (row.clause, row.cites, row.facts) == ("两次旷工", "两次旷工的取消评先资格", {"查实旷工次数": 2})
    assert row.evidence == [f"f:{pk}" for pk in Finding.objects.order_by("day").values_list("pk", flat=True)]
    assert domain.propose(programme, YEAR) == []


@pytest.mark.req("H7")
def test_an_open_proposal_follows_the_evidence_and_falls_with_it(programme, absent, county_manager):
    absent(2)
    domain.propose(programme, YEAR)
    absent(3)
    domain.propose(programme, YEAR)
    assert Proposal.objects.get().facts == {"查实旷工次数": 3}
    for intake in Intake.objects.order_by("pk")[1:]:
        withdraw(intake, reason="查错了人", actor=county_manager)
    domain.propose(programme, YEAR)
    assert Proposal.objects.count() == 0


@pytest.mark.req("H7")
def test_an_open_proposal_says_what_the_text_in_force_says(programme, absent, county_manager):
    absent(3)
    domain.propose(programme, YEAR)
    now = Proposal.objects.values_list("do", "cites", "policy_digest")[0]
    Proposal.objects.update(do=["警告"], cites="旧办法 第一条", policy_digest="before")
    domain.propose(programme, YEAR)
    assert Proposal.objects.values_list("do", "cites", "policy_digest")[0] == now
    domain.confirm(Proposal.objects.get(), reason="属实", actor=county_manager)
    Proposal.objects.update(do=["警告"])
    domain.propose(programme, YEAR)
    assert Proposal.objects.get().do == ["警告"], "what was decided stays as it was decided"


def test_confirmed_told_and_answered(programme, absent, county_manager, town_officer, today):
    absent(2)
    domain.propose(programme, YEAR)
    row = Proposal.objects.get()
    assert refused(domain.tell, row, Delivery.IN_PERSON, today, actor=town_officer).code == "not_confirmed"
    row = domain.confirm(row, actor=county_manager)
    assert refused(domain.note_answer, row, "当天在镇上", today, actor=town_officer).code == "dates"
    assert refused(domain.tell, row, Delivery.IN_PERSON, days_ago(1), actor=town_officer).code == "dates"
    row = domain.tell(row, Delivery.IN_PERSON, today, actor=town_officer)
    row = domain.note_answer(row, "当天去镇上开会，没有报备", today, actor=town_officer)
    assert (row.state, row.told_how, row.answer) == ("confirmed", "in_person", "当天去镇上开会，没有报备")
    assert refused(domain.dismiss, row, reason="误会", actor=county_manager).code == "decided_already"


@pytest.mark.req("H7")
def test_a_decision_needs_the_right_a_reason_and_another_than_the_author(
    programme, someone, county_manager, inspectors, make_user
):
    for day in (1, 2):
        record_finding(someone, FindingKind.ABSENT, date(YEAR, 3, day), "不在岗", actor=county_manager)
    domain.propose(programme, YEAR)
    row = Proposal.objects.get()
    assert refused(domain.confirm, row, actor=county_manager).code == "own_evidence"
    with pytest.raises(Forbidden):
        domain.confirm(row, actor=inspectors[0])
    deputy = make_user(Role.COUNTY_MANAGER, "520403")
    assert refused(domain.dismiss, row, reason=" ", actor=deputy).code == "reason_missing"
    with pytest.raises(IntegrityError, match="decided_by_another"), transaction.atomic():
        Proposal.objects.update(state="confirmed", decided_by=county_manager)
    assert domain.dismiss(row, reason="当天已请假，批条后补", actor=deputy).state == "dismissed"
    domain.propose(programme, YEAR)
    assert Proposal.objects.get().state == "dismissed"


@pytest.mark.req("H6")
def test_weights_come_from_the_policy_and_have_presets():
    rule = inspection_rule(
        {"inspection": {"weights": {"usual": 1, "most": 5}, "groups": {"fewest": 1, "most": 2}, "cites": "x"}}
    )
    assert (rule.groups, rule.weight(flags=0, findings=0, days_since=3)) == ((1, 2), 1)
    assert (rule.weight(flags=2, findings=0, days_since=None), rule.weight(flags=9, findings=9, days_since=0)) == (5, 5)
    assert inspection_rule({}).weight(flags=1, findings=1, days_since=90) == 8


def test_a_clause_that_asks_for_something_else_is_left_to_the_month():
    text = {"month": {"then": [{"when": "出勤天数 < 3", "do": ["warning"], "cites": "x"}]}}
    assert list(year_clauses(text)) == []
