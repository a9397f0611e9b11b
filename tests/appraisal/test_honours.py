"""Honours: by the points of a period, by the vote of named officers; one holder per seat, none by lot, none by kin."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from tests.payment.world import COUNTY, TOWN, World

from yigang.appraisal import honours, years
from yigang.appraisal.models import Honour, HonourVote, YearResult
from yigang.appraisal.points import Given, give_many
from yigang.duty.models import Intake
from yigang.foundation import rls
from yigang.foundation.domain import store_file
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.people.models import Kinship
from yigang.policy import policies_folder

FLAG, BEST = "流动红旗岗", "最美护林员"
TENTH = date(2020, 7, 10)


@pytest.fixture
def world(town_officer) -> World:
    return World(town_officer)


@pytest.fixture
def rangers(world):
    return [world.hire(name) for name in ("王大山", "李小河", "赵三", "钱四", "孙五")]


def flag(world, day: date = TENTH) -> honours.Term:
    return honours.term(world.programme, FLAG, TOWN, day)


def praise(actor, *held, day: date = TENTH) -> None:
    give_many([Given(one, "praise", Decimal(2), "表扬", day) for one in held], actor=actor)


def refused(code: str, act) -> None:
    with pytest.raises(Refusal) as caught:
        act()
    assert caught.value.code == code


@pytest.mark.req("Z13")
def test_the_flag_goes_to_most_points_of_the_quarter_and_moves_with_the_next(world, rangers, town_officer):
    first, second, *_others = rangers
    asked = flag(world)
    assert (asked.first, asked.last, asked.unit_code) == (date(2020, 7, 1), date(2020, 9, 30), TOWN)
    refused("nobody", lambda: honours.give_by_ranking(asked, actor=town_officer))
    praise(town_officer, first, second)
    refused("equal", lambda: honours.give_by_ranking(asked, actor=town_officer))
    praise(town_officer, second, day=date(2020, 8, 1))
    [honour] = honours.give_by_ranking(asked, actor=town_officer)
    assert (honour.appointment, honour.value, honour.seat) == (second, 4, 1)
    refused("held", lambda: honours.give_by_ranking(asked, actor=town_officer))
    praise(town_officer, first, day=date(2020, 10, 1))
    [moved] = honours.give_by_ranking(flag(world, date(2020, 11, 5)), actor=town_officer)
    assert (moved.appointment, moved.first) == (first, date(2020, 10, 1))
    honours.take_back_honour(honour, "算错", actor=town_officer)
    assert Honour.objects.filter(withdrawn_at=None).count() == 1
    refused("withdrawn", lambda: honours.take_back_honour(honour, "算错", actor=town_officer))


def test_equals_are_told_apart_by_the_rule_before_anybody_gives_up(world, rangers, town_officer):
    """The policy looks at debits first: fewer are better."""
    first, second, *_others = rangers
    praise(town_officer, first, second)
    praise(town_officer, first, day=date(2020, 7, 11))
    give_many([Given(first, "complaint", Decimal(2), "查实", TENTH)], actor=town_officer)
    [honour] = honours.give_by_ranking(flag(world), actor=town_officer)
    assert honour.appointment == second


def test_the_database_knows_one_holder_per_seat_and_no_change(world, rangers, town_officer):
    praise(town_officer, rangers[0])
    [honour] = honours.give_by_ranking(flag(world), actor=town_officer)
    honour.pk, honour.appointment, honour.first = None, rangers[1], date(2020, 9, 1)
    with pytest.raises(IntegrityError, match="one_holder_per_seat"), transaction.atomic():
        honour.save(force_insert=True)
    with pytest.raises(DatabaseError), transaction.atomic():
        Honour.objects.update(value=9)


def test_before_its_end_and_by_kin_and_from_elsewhere_nothing_is_given(world, rangers, town_officer, make_user):
    praise(town_officer, rangers[0])
    with pytest.raises(Forbidden):
        honours.give_by_ranking(flag(world), actor=make_user(Role.TOWN_OFFICER, "520403101"))
    refused("no_honour", lambda: honours.term(world.programme, "红旗", TOWN, TENTH))
    refused("unit", lambda: honours.term(world.programme, FLAG, COUNTY, TENTH))
    refused("early", lambda: honours.give_by_ranking(flag(world, date(2998, 1, 1)), actor=town_officer))
    Kinship.objects.create(person=rangers[0].person, official=town_officer.name, office="镇长", relation="侄子")
    refused("kin", lambda: honours.give_by_ranking(flag(world), actor=town_officer))


@pytest.mark.req("Z13")
def test_named_officers_vote_once_and_the_first_three_are_honoured(world, rangers, county_manager, make_user):
    """Votes of other towns lie in their own region; equals for the last seat leave it empty."""
    voters = [make_user(Role.TOWN_OFFICER, "520403100"), make_user(Role.TOWN_OFFICER, "520403101"), county_manager]
    asked = honours.term(world.programme, BEST, COUNTY, TENTH)
    refused("by_vote", lambda: honours.give_by_ranking(asked, actor=county_manager))
    refused("candidates", lambda: honours.open_poll(asked, rangers[:3], voters, actor=county_manager))
    refused("voters", lambda: honours.open_poll(asked, rangers, voters[:1], actor=county_manager))
    poll = honours.open_poll(asked, rangers, voters, actor=county_manager)
    refused("open", lambda: honours.open_poll(asked, rangers, voters, actor=county_manager))
    keys = list(poll.candidates.values_list("pk", flat=True))
    refused("chosen", lambda: honours.cast(poll, keys[:4], actor=voters[0]))
    refused("not_named", lambda: honours.cast(poll, keys[:1], actor=make_user(Role.TOWN_OFFICER, "520403100")))
    with rls.scope(voters[1]):
        assert poll.candidates.count() == 5, "officers of other towns see for whom they vote"
        honours.cast(poll, [keys[0], keys[1], keys[3]], actor=voters[1])
    refused("voted", lambda: honours.cast(poll, keys[:1], actor=voters[1]))
    honours.cast(poll, keys[:3], actor=voters[0])
    with pytest.raises(DatabaseError, match="given once"), transaction.atomic():
        HonourVote.objects.filter(voter=voters[0]).update(chosen=[keys[4]])
    made = honours.close_poll(poll, actor=county_manager)
    assert {one.appointment for one in made} == {rangers[0], rangers[1]}
    poll.refresh_from_db()
    assert poll.outcome == "李小河、王大山"
    refused("closed", lambda: honours.close_poll(poll, actor=county_manager))


def test_below_the_quorum_nobody_is_chosen(world, rangers, county_manager, make_user):
    voters = [county_manager, *(make_user(Role.TOWN_OFFICER, "520403100") for _each in range(2))]
    poll = honours.open_poll(honours.term(world.programme, BEST, COUNTY, TENTH), rangers, voters, actor=county_manager)
    honours.cast(poll, [poll.candidates.first().pk], actor=county_manager)
    assert honours.close_poll(poll, actor=county_manager) == []
    poll.refresh_from_db()
    assert "1/3" in poll.outcome
    Kinship.objects.create(person=rangers[0].person, official=voters[1].name, office="镇长", relation="侄子")
    again = honours.term(world.programme, BEST, COUNTY, TENTH)
    refused("kin", lambda: honours.open_poll(again, rangers, voters, actor=county_manager))


@pytest.mark.req("Z13")
def test_who_changed_the_post_has_the_points_of_both_and_one_seat(world, rangers, town_officer):
    """Two and two points in two posts are more than three in one."""
    first, second, *_others = rangers
    for held in (first, second):
        type(held).objects.filter(pk=held.pk).update(ends=date(2020, 7, 31) if held == first else None)
    first.refresh_from_db()
    again = world.hire("王大山", starts=date(2020, 8, 1))
    type(again).objects.filter(pk=again.pk).update(person=first.person)
    again.refresh_from_db()
    paper = store_file(b"fire", name="a.jpg", region_code=TOWN, actor=None, content_type="image/jpeg")
    praise(town_officer, first)
    praise(town_officer, again, day=date(2020, 8, 3))
    give_many([Given(second, "fire", Decimal(3), "报火情", TENTH, file=paper)], actor=town_officer)
    [honour] = honours.give_by_ranking(flag(world), actor=town_officer)
    assert (honour.appointment, honour.value) == (again, 4)
    assert len(honours.standing(flag(world)).lines) == 5


@pytest.mark.req("H7", "Z13")
def test_who_was_found_absent_gets_no_honour_and_is_no_candidate(world, rangers, county_manager, town_officer):
    """Pingba: 查实一次旷工, no award; an absence of another year, or of an import taken back, forbids nothing."""
    first, second, *_others = rangers
    praise(town_officer, first, second)
    praise(town_officer, first, day=date(2020, 7, 11))
    world.find_absent(first, date(2019, 12, 30))
    assert honours.standing(flag(world)).lines[0].barred == ""
    found = world.find_absent(first, date(2020, 5, 6))
    stood = honours.standing(flag(world))
    assert [stood.marked(line) for line in stood.lines[:2]] == ["barred", "won"]
    assert stood.lines[0].barred.startswith("查实一次旷工〔")
    asked = honours.term(world.programme, BEST, COUNTY, TENTH)
    refused("barred", lambda: honours.open_poll(asked, rangers, [county_manager, town_officer], actor=county_manager))
    Intake.objects.filter(pk=found.intake_id).update(
        withdrawn_at=timezone.now(), withdrawn_by=county_manager, withdrawn_reason="错"
    )
    assert honours.barred(asked, [first.person_id]) == {}


@pytest.fixture
def by_score(tmp_path, monkeypatch) -> str:
    """The code of a policy that honours the three with the best score of the year."""
    text = (policies_folder() / "pingba-ranger.yaml").read_text("utf-8").replace("pingba-ranger", "by-score")
    said = "      - {name: 年度标兵, by: score, months: 12, unit: town, seats: 2, cites: 试验办法}\n"
    (tmp_path / "by-score.yaml").write_text(text.replace("    honours:\n", f"    honours:\n{said}", 1), "utf-8")
    monkeypatch.setenv("YIGANG_POLICIES", str(tmp_path))
    return "by-score"


@pytest.mark.req("Z13", "P8")
def test_by_the_year_s_score_the_best_are_honoured_and_who_has_none_is_not_there(by_score, town_officer):
    """Points do not count for it; a result that was taken back does not either; equals for the last seat leave it empty."""
    world = World(town_officer, policy=by_score)
    people = [world.hire(name) for name in ("王大山", "李小河", "赵三", "钱四")]
    praise(town_officer, people[3])
    rows = [
        YearResult(
            region_code=held.region_code, person=held.person, programme=world.programme, year=2020, grade="合格",
            score=Decimal(score), document="评定表", decided_on=date(2021, 1, 5), given_by=town_officer,
        )
        for held, score in zip(people, ("92.5", "88", "88"), strict=False)
    ]  # fmt: skip
    YearResult.objects.bulk_create(rows)
    asked = honours.term(world.programme, "年度标兵", TOWN, TENTH)
    assert (asked.first, asked.last) == (date(2020, 1, 1), date(2020, 12, 31))
    stood = honours.standing(asked)
    assert (stood.lines[0].appointment, stood.lines[0].value) == (people[0], Decimal("92.5"))
    assert people[3] not in [line.appointment for line in stood.lines]
    assert [stood.marked(line) for line in stood.lines] == ["won", "equal", "equal"]
    [honour] = honours.give_by_ranking(asked, actor=town_officer)
    assert (honour.appointment, honour.value) == (people[0], Decimal("92.5"))
    honours.take_back_honour(honour, "重算", actor=town_officer)
    years.take_back_year_results([YearResult.objects.get(person=people[2].person)], "算错", actor=town_officer)
    assert {one.appointment for one in honours.give_by_ranking(asked, actor=town_officer)} == {people[0], people[1]}
    refused(
        "early",
        lambda: honours.give_by_ranking(
            honours.term(world.programme, "年度标兵", TOWN, date(2998, 1, 1)), actor=town_officer
        ),
    )
