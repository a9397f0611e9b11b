"""A test on the phone: one phone at a time, answers by the running clock, late ones kept and not counted."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from tests.training.conftest import OTHER_PHONE, PHONE, at, refused

from yigang.training import domain, wallcode
from yigang.training.enums import QuestionKind, SittingState, Subject, Terrain
from yigang.training.models import Answer, Question, Sitting
from yigang.training.queries import ranking, team_ranking

pytestmark = pytest.mark.req("P6")
MINUTE = timedelta(minutes=1)


def give(sitting: Sitting, right: int, *, after: int = 5, arrives: int | None = None, device=PHONE) -> list[Answer]:
    """Answer the first questions rightly, so many minutes after the start; the rest stays open."""
    moment = sitting.started_at + after * MINUTE
    received = sitting.started_at + (after if arrives is None else arrives) * MINUTE
    keys = [key for key, _points in sitting.questions][:right]
    answers = Question.objects.in_bulk(keys)
    return [
        domain.answer(sitting, domain.Chosen(key, answers[key].right, moment, received, uuid4()), device=device)
        for key in keys
    ]


def test_a_test_without_signal_counts_what_was_answered_in_time_whenever_it_arrives(set_paper, holder):
    sitting = domain.begin(set_paper(), holder(1), PHONE, now=at())
    give(sitting, 4)
    domain.hand_in(sitting, at=at("09:20"), device=PHONE)
    sitting.refresh_from_db()
    assert (sitting.score, sitting.state) == (Decimal(60), SittingState.HANDED_IN)
    give(sitting, 6, after=19, arrives=600)
    sitting.refresh_from_db()
    assert sitting.score == Decimal(100)


def test_an_answer_after_the_end_is_kept_marked_late_and_not_counted(set_paper, holder):
    sitting = domain.begin(set_paper(), holder(1), PHONE, now=at())
    give(sitting, 4, after=30)
    late = give(sitting, 6, after=31)
    assert [one.late for one in late] == [True] * 6
    assert domain.finish_due(at("09:30")) == 0
    assert domain.finish_due(at("09:31")) == 1
    sitting.refresh_from_db()
    assert (sitting.score, sitting.state, Answer.objects.count()) == (Decimal(60), SittingState.OVER, 10)


def test_answers_after_handing_in_or_before_the_start_do_not_count(set_paper, holder):
    sitting = domain.begin(set_paper(), holder(1), PHONE, now=at())
    give(sitting, 2, after=-1)
    give(sitting, 4, after=25)
    domain.hand_in(sitting, at=at("09:20"), device=PHONE)
    sitting.refresh_from_db()
    assert (sitting.score, Answer.objects.filter(late=True).count()) == (Decimal(0), 6)


def test_a_test_runs_on_one_phone_until_the_office_releases_it(set_paper, holder, town_officer):
    paper, person = set_paper(), holder(1)
    sitting = domain.begin(paper, person, PHONE, now=at())
    assert domain.begin(paper, person, PHONE, now=at("09:05")) == sitting
    assert refused(domain.begin, paper, person, OTHER_PHONE, now=at("09:05")).code == "other_phone"
    assert refused(give, sitting, 1, device=OTHER_PHONE).code == "other_phone"
    domain.release(sitting, "手机摔坏", actor=town_officer)
    moved = domain.begin(paper, person, OTHER_PHONE, now=at("09:10"))
    assert (moved.pk, moved.deadline) == (sitting.pk, at("09:30")), "the end stays where it was"
    assert refused(domain.begin, paper, person, PHONE, now=at("09:11")).code == "other_phone"


def test_attempts_are_counted_and_a_void_one_is_not(set_paper, holder, town_officer):
    paper, person = set_paper(), holder(1)
    first = domain.begin(paper, person, PHONE, now=at())
    domain.hand_in(first, at=at("09:10"), device=PHONE)
    assert refused(domain.begin, paper, person, PHONE, now=at("09:20")).code == "no_attempt_left"
    domain.void(first, "他人代答", actor=town_officer)
    assert domain.begin(paper, person, PHONE, now=at("09:20")).attempt == 2


@pytest.mark.parametrize("moment", [at("07:59"), at("20:00", 11)])
def test_a_paper_is_sat_while_it_is_open(set_paper, holder, moment):
    assert refused(domain.begin, set_paper(), holder(1), PHONE, now=moment).code == "paper_closed"


def test_the_end_is_never_after_the_paper_closes(set_paper, holder):
    assert domain.begin(set_paper(), holder(1), PHONE, now=at("19:50", 11)).deadline == at("20:00", 11)


def test_with_closed_books_a_test_begins_with_the_code_on_the_wall(set_paper, course, meet, holder):
    session = meet(course)
    paper, person = set_paper(session=session), holder(1)
    assert refused(domain.begin, paper, person, PHONE, now=at(), code="").code == "closed_book"
    code = wallcode.code_at(bytes(session.secret), at())
    assert domain.begin(paper, person, PHONE, now=at(), code=code).state == SittingState.RUNNING


@pytest.mark.parametrize(("change", "code"), [("question", "other_question"), ("letters", "other_option")])
def test_an_answer_to_something_else_is_refused(set_paper, holder, change, code):
    sitting = domain.begin(set_paper(), holder(1), PHONE, now=at())
    key = 0 if change == "question" else sitting.questions[0][0]
    chosen = domain.Chosen(key, ["Z"], at("09:01"), at("09:01"))
    assert refused(domain.answer, sitting, chosen, device=PHONE).code == code


def test_everybody_gets_a_draw_of_his_own_that_can_be_drawn_again(set_paper, holder):
    paper, same = set_paper(), set_paper(same_for_all=True)
    people = [holder(order) for order in range(1, 6)]
    draws = [domain.begin(paper, person, PHONE, now=at()).questions for person in people]
    assert len({str(one) for one in draws}) > 1
    assert draws[0] == [[key, str(points)] for key, points in domain.drawn_for(paper, people[0])]
    assert len({str(domain.begin(same, person, PHONE, now=at()).questions) for person in people}) == 1
    assert Question.objects.get(pk=draws[0][-1][0]).kind == QuestionKind.MULTIPLE


@pytest.mark.parametrize(("value", "when", "code"), [("100.5", at(), "score_range"), ("-1", at(), "score_range"),
    ("60.555", at(), "score_range"), ("60", at("07:00"), "dates"), ("60", at().replace(year=2090), "dates")])  # fmt: skip
def test_a_score_from_paper_is_one_that_can_be(set_paper, holder, town_officer, value, when, code):
    paper, person = set_paper(), holder(1)
    assert refused(domain.enter_score, paper, person, Decimal(value), at=when, actor=town_officer).code == code
    made = domain.enter_score(paper, person, Decimal("60.5"), at=at(), actor=town_officer)
    assert (made.state, made.score) == (SittingState.PAPER, Decimal("60.5"))
    assert (
        refused(domain.enter_score, paper, person, Decimal(60), at=at(), actor=town_officer).code == "no_attempt_left"
    )


@pytest.mark.req("M4")
def test_a_contest_ranks_by_score_then_time_and_equals_share_a_rank(set_paper, holder, county_manager, town_officer):
    paper = set_paper(same_for_all=True, closes_at=at("20:00", 20))
    contest = domain.hold_contest(paper, "业务大比武", team_size=2, actor=county_manager)
    villages = ["520403100201", "520403100201", "520403101201", "520403101201"]
    people = [holder(order, village) for order, village in enumerate(villages, start=1)]
    for person, right, minutes in zip(people, (6, 6, 6, 4), (10, 10, 8, 5), strict=True):
        sitting = domain.begin(paper, person, PHONE, now=at())
        give(sitting, right, after=minutes - 1)
        domain.hand_in(sitting, at=at() + minutes * MINUTE, device=PHONE)
    written = holder(5)
    domain.enter_score(paper, written, Decimal(100), at=at(), actor=town_officer)
    placed = ranking(contest)
    assert [(one.rank, one.sitting.person) for one in placed] == [
        (1, people[2]), (2, people[0]), (2, people[1]), (4, written), (5, people[3])
    ]  # fmt: skip
    towns = [(one.rank, one.code, one.mean) for one in team_ranking(contest, placed)]
    assert towns == [(1, "520403100000", Decimal(100)), (2, "520403101000", Decimal(80))]


@pytest.mark.req("P6")
def test_a_test_is_for_who_holds_a_post_of_its_plan_and_belongs_to_its_course_s_group(
    set_paper, holder, plan, meet, county_manager
):
    inside, gone = holder(1), holder(2, ends=date(2020, 3, 1))
    assert refused(domain.begin, set_paper(), gone, PHONE, now=at()).code == "other_programme"
    group = domain.Group(terrains=[Terrain.MOUNTAIN])
    course = domain.add_course(plan, "山区扑火", Subject.FIRE, Decimal(4), group=group, actor=county_manager)
    session = meet(course, "4")
    closed, code = set_paper(session=session), wallcode.code_at(bytes(session.secret), at())
    assert refused(domain.begin, closed, inside, PHONE, now=at(), code=code).code == "other_group"
    domain.set_terrain([inside.region_code], Terrain.MOUNTAIN, actor=county_manager)
    assert domain.begin(closed, inside, PHONE, now=at(), code=code).state == SittingState.RUNNING
