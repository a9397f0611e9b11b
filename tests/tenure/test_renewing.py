"""Renewal rounds: the policy's order, facts that are missing are named, officers decide one by one or many."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.posts.factories import make_post, make_programme
from tests.tenure.conftest import JUNE, refused

from yigang.people.enums import PoorKind
from yigang.people.models import Household
from yigang.policy.tenure import rank, renewal_rule
from yigang.tenure import domain, known
from yigang.tenure.domain import Period
from yigang.tenure.enums import RenewalAnswer
from yigang.tenure.models import Appointment, LedgerEntry, RenewalProposal

PERIOD = Period(JUNE, JUNE, date(2022, 6, 30))
TEXT = {
    "renewal": {
        "refuse": [{"when": "年度等次 = '不合格'", "else": "年度考核不合格", "cites": "第九条"}],
        "priority": [
            {"name": "合格", "when": "年度等次 = '合格'", "cites": "第九条"},
            {"name": "困难", "when": "有困难类别 = true", "cites": "预设"},
        ],
        "cites": "第九条",
    }
}  # fmt: skip
RULE = renewal_rule(TEXT)
assert RULE is not None


@pytest.fixture
def three(programme, hold, db):
    """Three rangers whose terms end on one day: passed, failed, not appraised."""
    household = Household.objects.create(region_code="520403100201", number="1", poor_kind=PoorKind.LIFTED)
    post = make_post(programme, head_count=3)
    return [
        hold(post, order, name, household=household) for order, name in enumerate(("张三", "李四", "王五"), start=1)
    ]


@pytest.fixture
def opened(programme, three, town_officer):
    told = {three[0].pk: {"年度等次": "合格"}, three[1].pk: {"年度等次": "不合格"}}
    return domain.open_renewal(programme, "520403100000", "2021 年续聘", PERIOD, told=told, actor=town_officer)


def proposal(opened, name: str) -> RenewalProposal:
    return opened.proposals.get(appointment__person__name=name)


def test_the_policy_proposes_and_names_what_is_missing(opened):
    assert [(row.appointment.person.name, row.proposal) for row in opened.proposals.all()] == [
        ("张三", RenewalAnswer.RENEW), ("王五", RenewalAnswer.UNDETERMINED), ("李四", RenewalAnswer.NOT_RENEW),
    ]  # fmt: skip
    assert proposal(opened, "王五").missing == ["年度等次"]
    assert "年度考核不合格" in proposal(opened, "李四").why[0]


def test_an_officer_renews_and_the_new_term_follows_on(opened, town_officer):
    (row,) = domain.decide_renewals([proposal(opened, "张三")], RenewalAnswer.RENEW, "", actor=town_officer)
    assert (row.new_appointment.starts, row.new_appointment.ends) == (date(2021, 7, 1), date(2022, 6, 30))
    again = refused(domain.decide_renewals, [row], RenewalAnswer.NOT_RENEW, "改", actor=town_officer)
    assert again.code == "decided_already"


def test_to_differ_takes_a_reason_and_many_are_decided_whole_or_not_at_all(opened, town_officer):
    both = [proposal(opened, "张三"), proposal(opened, "王五")]
    assert refused(domain.decide_renewals, both, RenewalAnswer.RENEW, "", actor=town_officer).code == "reason_missing"
    assert not Appointment.objects.filter(starts__gt=JUNE).exists()
    domain.decide_renewals(both, RenewalAnswer.RENEW, "考核补录中，先续", actor=town_officer)
    assert Appointment.objects.filter(starts=date(2021, 7, 1)).count() == 2
    assert "考核补录中" in LedgerEntry.objects.latest("pk").reason


def test_who_was_renewed_by_hand_is_not_asked_about_again(programme, opened, three, town_officer):
    domain.renew(three[0], date(2022, 6, 30), actor=town_officer)
    again = domain.open_renewal(programme, "520403100000", "再议", PERIOD, actor=town_officer)
    assert again.proposals.count() == 2


@pytest.mark.parametrize(
    ("period", "code"),
    [
        (Period(JUNE, date(2021, 6, 1), date(2022, 6, 30)), "dates"),
        (Period(JUNE, JUNE, JUNE), "dates"),
        (Period(date(2020, 8, 1), date(2020, 8, 31), date(2022, 6, 30)), "nobody"),
    ],
)
def test_an_impossible_round_is_refused(programme, three, town_officer, period, code):
    named = {"actor": town_officer}
    assert refused(domain.open_renewal, programme, "520403100000", "轮", period, **named).code == code


def test_a_policy_without_an_order_opens_no_round(hold, town_officer):
    programme = make_programme("teams", policy_code="huaihua-team")
    hold(make_post(programme))
    assert refused(domain.open_renewal, programme, "520403100000", "轮", PERIOD, actor=town_officer).code == "no_rule"


def test_places_run_out_in_the_policys_order():
    people = {1: {"年度等次": "合格", "有困难类别": False}, 2: {"年度等次": "合格", "有困难类别": True}}
    assert [(one.key, one.answer) for one in rank(people, RULE, 1)] == [(2, "renew"), (1, "not_renew")]


def test_a_missing_fact_matters_only_where_it_could_move_somebody_over_the_limit():
    people = {
        1: {"年度等次": "合格", "有困难类别": True},
        2: {"年度等次": "合格"},
        3: {"年度等次": "合格", "有困难类别": False},
    }
    assert [one.answer for one in rank(people, RULE, 2)] == ["renew", "renew", "not_renew"]
    both = rank({**people, 3: {"年度等次": "合格", "有困难类别": True}}, RULE, 2)
    assert [(one.key, one.answer) for one in both] == [(1, "renew"), (3, "undetermined"), (2, "undetermined")]
    unsure = rank({2: {"年度等次": "合格"}, 3: {"年度等次": "合格"}}, RULE, 1)
    assert [one.answer for one in unsure] == ["undetermined", "undetermined"]
    assert unsure[0].missing == ("有困难类别",)


FACTS = st.fixed_dictionaries(
    {}, optional={"年度等次": st.sampled_from(["合格", "不合格", "基本合格"]), "有困难类别": st.booleans()}
)


@given(st.dictionaries(st.integers(1, 8), FACTS, min_size=1, max_size=6), st.integers(1, 4))
def test_whatever_the_missing_facts_turn_out_to_be_a_sure_answer_stays(people, places):
    """Fill the gaps in the two extreme ways for each person: nobody who was told “renew” or “not” changes sides."""
    sure = {one.key: one.answer for one in rank(people, RULE, places) if one.answer != "undetermined"}
    for lucky in people:
        filled = {
            key: {"年度等次": "合格" if key == lucky else "基本合格", "有困难类别": key == lucky, **facts}
            for key, facts in people.items()
        }
        after = {one.key: one.answer for one in rank(filled, RULE, places)}
        assert {key: after[key] for key in sure} == sure


def test_ages_and_years_are_exact(programme, three):
    facts = known.of_appointments(three, JUNE)[three[0].pk]
    assert (facts["年龄"], facts["建档立卡"]) == (41, True)
    assert facts["累计在岗年数"] == Fraction(365 * 4, 1461)


@pytest.mark.req("P6")
def test_who_lacks_training_is_not_renewed_where_the_policy_asks_for_it_and_nobody_is_guessed_at():
    rule = renewal_rule(TEXT | {"training": {"before_renewal": True, "cites": "学训办法"}})
    assert rule is not None
    good = {"年度等次": "合格", "有困难类别": False}
    people = {1: good | {"学训达标": True}, 2: good | {"学训达标": False}, 3: good}
    answers = {one.key: (one.answer, one.missing) for one in rank(people, rule)}
    assert answers == {1: ("renew", ()), 2: ("not_renew", ()), 3: ("undetermined", ("学训达标",))}
    assert {one.answer for one in rank(people, RULE)} == {"renew"}, "without the rule training is not asked"
