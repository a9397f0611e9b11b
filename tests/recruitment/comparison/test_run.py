"""A round compared with registers and with what the program knows: planted cases are found, decisions are kept."""

from datetime import date

import pytest
from django.utils import translation
from tests.people.factories import card_number, identity_number, make_account, make_household, make_person
from tests.recruitment.comparison.world import apply_all, hand_in, line
from tests.recruitment.world import JUNE, World, make_world

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.people.domain import add_kinship
from yigang.people.enums import Relation
from yigang.people.models import Person
from yigang.recruitment.comparison.decide import decide_hit
from yigang.recruitment.comparison.enums import HitState
from yigang.recruitment.comparison.queries import blocking, why
from yigang.recruitment.comparison.registers import forget_rows
from yigang.recruitment.comparison.run import compare_round
from yigang.recruitment.models import Comparison, ComparisonHit
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis

SEPTEMBER = date(2020, 9, 1)


@pytest.fixture
def world(make_user) -> World:
    """An open round that takes applications."""
    made = make_world(make_user)
    made.open()
    made.next()
    made.next()
    return made


def hits(kind: str = "") -> list[ComparisonHit]:
    found = ComparisonHit.objects.select_related("application__person").order_by("application", "kind", "pk")
    return list(found.filter(kind=kind) if kind else found)


def compare(world: World, on: date = JUNE) -> Comparison:
    return compare_round(world.round, on=on, actor=world.county)


@pytest.mark.req("P4")
def test_the_dead_and_those_on_the_payroll_are_found_by_number(world):
    dead, paid, honest = apply_all(world, 3)
    hand_in(world, "deaths", line(1, "周大勇", detail="死亡日期：2019-08-02"), line(77, "别人"))
    hand_in(world, "payroll", line(2, "吴桂香", detail="单位：县林业局"))
    done = compare(world)
    assert [(hit.application, hit.kind, hit.exact, hit.likeness) for hit in hits()] == [
        (dead, "deaths", True, 1), (paid, "payroll", True, 1)
    ]  # fmt: skip
    assert (done.applicants, done.found, done.fresh) == (3, 2, 2)
    assert hits("payroll")[0].seen["detail"] == "单位：县林业局"
    assert "死亡人员" in blocking(dead.pk)[0]
    assert blocking(honest.pk) == []


@pytest.mark.req("P4")
def test_somebody_alike_is_shown_and_nobody_is_out_by_it(world):
    """No number in the list, the name written otherwise: a question with its likeness, for a person to decide."""
    (one,) = apply_all(world, 1)
    hand_in(world, "deaths", line(900, "周小勇", number="", birth=one.person.birth, born="520403"))
    compare(world)
    (hit,) = hits()
    assert (hit.exact, float(hit.likeness), hit.state) == (False, 0.85, HitState.OPEN)
    with translation.override("en"):
        assert why(hit) == ["names that differ in one sign", "the same birth date", "the same county"]
    assert hit.seen["name"] == "周**"
    one.refresh_from_db()
    assert one.state == "running"


def test_a_faulty_number_is_kept_for_likeness_and_its_slip_is_recognised(world):
    apply_all(world, 1)
    right = identity_number(1)
    slip = right[:15] + right[16] + right[15] + right[17:]
    hand_in(world, "payroll", line(5, "周大勇", number=slip))
    compare(world)
    (hit,) = hits()
    assert hit.parts["near"] is True
    assert float(hit.likeness) == 0.99
    assert hit.seen["number"] == slip[:6] + "********" + slip[-4:]
    with translation.override("en"):
        assert "a faulty number that differs in one digit or one exchange" in why(hit)


@pytest.mark.req("Z8")
def test_kin_of_officials_are_found_by_register_by_household_and_by_declaration(world):
    """The spouse is on the list of officials; another declared an uncle; a third stands on the list of kin by name."""
    home = make_household("H-officials")
    wife = world.apply(world.person("周秀芳", household=home))
    make_person("周书记", 501, household=home, relation=Relation.SPOUSE)
    hand_in(world, "officials", line(501, "周书记", detail="职务：村支书"))
    nephew = world.apply(world.person("何平"))
    add_kinship(nephew.person, official="何镇长", office="齐伯镇", relation="叔侄", actor=world.county)
    niece = world.apply(world.person("陆燕"))
    hand_in(world, "officials_kin", line(9, "陆燕", number="", lives="520403100201", birth=None, born=None))
    compare(world)
    assert [(hit.application, hit.kind, hit.via) for hit in hits()] == [
        (wife, "officials", "配偶 周**"), (nephew, "declared_kin", ""), (niece, "officials_kin", "")
    ]  # fmt: skip
    assert float(hits("officials_kin")[0].likeness) == 0.79


@pytest.mark.req("Z8")
def test_a_second_post_in_the_household_and_two_applicants_of_one_household(world):
    home = make_household("H-post")
    husband = make_person("秦建军", 601, household=home, relation=Relation.HEAD)
    appoint(
        husband, world.posts[0], Terms(starts=date(2020, 1, 1), training=TrainingBasis.TAKEN_OVER), actor=world.county
    )
    wife = world.apply(world.person("秦嫂", household=home))
    shared = make_household("H-two")
    first = world.apply(world.person("吴一", household=shared))
    second = world.apply(world.person("吴二", household=shared))
    compare(world)
    found = [(hit.application, hit.kind) for hit in hits()]
    assert found == [(wife, "household_post"), (first, "household_post"), (second, "household_post")]
    assert "秦**" in blocking(wife.pk)[0]


@pytest.mark.req("Z8")
def test_one_card_for_several_people_and_one_phone_for_many(world):
    one, other, clean = apply_all(world, 3)
    earlier = make_person("冯二", 701)
    make_account(earlier, 5)
    earlier.accounts.update(active=False)
    make_account(one.person, 5)
    for order in (1, 2):
        make_person(f"邻居{order}", 710 + order, phone="13900001111", household=make_household(f"N{order}"))
    Person.objects.filter(pk=other.person_id).update(phone="13900001111")
    compare(world)
    assert [(hit.application, hit.kind) for hit in hits()] == [(one, "shared_card"), (other, "shared_phone")]
    assert hits("shared_phone")[0].seen == {
        "people": 2, "name": "邻**、邻**", "phone": "139****1111", "as_of": "2020-06-01"
    }  # fmt: skip
    assert blocking(clean.pk) == []


def test_a_phone_of_one_household_is_nothing(world):
    home = make_household("H-phone")
    one = world.apply(world.person("郝一", household=home, phone="13900002222"))
    for order in (1, 2):
        make_person(f"郝家{order}", 730 + order, phone="13900002222", household=home)
    compare(world)
    assert not one.hits.filter(kind="shared_phone").exists()


@pytest.mark.req("Z8")
def test_of_kept_accounts_only_cards_that_several_people_share_are_hits(world):
    one, own = apply_all(world, 2)
    hand_in(
        world, "kept_accounts", line(1, "周大勇", card=card_number(9)), line(800, "已故某", card=card_number(9)),
        line(2, "吴桂香", card=card_number(10)),
    )  # fmt: skip
    compare(world)
    assert [(hit.application, hit.kind, hit.seen["people"]) for hit in hits()] == [(one, "kept_accounts", 2)]
    assert own.hits.count() == 0


def test_comparing_again_finds_the_same_and_keeps_what_was_decided(world):
    dead, _other = apply_all(world, 2)
    hand_in(world, "deaths", line(1, "周大勇"))
    first = compare(world)
    decide_hit(hits()[0], HitState.CONFIRMED, reason="派出所证明", actor=world.county)
    again = compare(world)
    assert (again.digest, again.found, again.fresh) == (first.digest, 1, 0)
    (hit,) = hits()
    assert (hit.state, hit.reason, hit.first_in, hit.last_in) == (HitState.CONFIRMED, "派出所证明", first, again)
    with translation.override("en"):
        assert blocking(dead.pk) == ["死亡人员, confirmed: 派出所证明"]


def test_a_newer_register_adds_hits_and_marks_those_that_are_gone(world):
    one, two = apply_all(world, 2)
    hand_in(world, "vehicles", line(1, "周大勇"))
    compare(world)
    hand_in(world, "vehicles", line(2, "吴桂香"), as_of=date(2020, 8, 31))
    compare(world, SEPTEMBER)
    assert [(hit.application, hit.gone) for hit in hits()] == [(one, True), (two, False)]
    assert blocking(one.pk) == []
    assert len(blocking(two.pk)) == 1


def test_what_was_dismissed_is_asked_again_when_a_newer_register_repeats_it(world):
    apply_all(world, 1)
    hand_in(world, "payroll", line(1, "周大勇"), line(70, "别人"))
    compare(world)
    decide_hit(hits()[0], HitState.DISMISSED, reason="五月已辞职", actor=world.county)
    compare(world)
    assert hits()[0].state == HitState.DISMISSED
    hand_in(world, "payroll", line(1, "周大勇"), as_of=date(2020, 8, 31))
    compare(world, SEPTEMBER)
    assert [(hit.state, hit.reason) for hit in hits()] == [(HitState.OPEN, "")]


def test_a_register_of_a_later_day_than_the_comparison_is_not_used(world):
    apply_all(world, 1)
    hand_in(world, "deaths", line(1, "周大勇"), as_of=SEPTEMBER)
    assert compare(world).found == 0


def test_an_old_register_is_called_out_of_date_and_a_missing_one_is_told(world):
    apply_all(world, 1)
    hand_in(world, "deaths", line(50, "别人"), as_of=date(2019, 12, 31))
    told = {one["kind"]: one for one in compare(world).registers}
    assert (told["deaths"]["stale"], told["deaths"]["days"]) == (True, 153)
    assert told["payroll"]["register"] is None


def test_the_minimum_living_allowance_is_for_information(world):
    (one,) = apply_all(world, 1)
    hand_in(world, "low_income", line(1, "周大勇"))
    compare(world)
    assert one.hits.count() == 1
    assert blocking(one.pk) == []


def test_hits_outlive_the_rows_that_they_were_found_in(world):
    (one,) = apply_all(world, 1)
    register = hand_in(world, "deaths", line(1, "周大勇"))
    compare(world)
    forget_rows(register, reason="用完即删", actor=world.county)
    assert len(blocking(one.pk)) == 1
    assert register.lines.count() == 0


def test_nobody_to_compare_is_refused_and_keeps_nothing(world):
    with pytest.raises(Refusal) as refused:
        compare(world)
    assert refused.value.code == "nobody"
    assert Comparison.objects.count() == 0
    apply_all(world, 1)
    assert compare(world).found == 0


def test_only_those_who_steer_rounds_compare(world, make_user):
    apply_all(world, 1)
    with pytest.raises(Forbidden):
        compare_round(world.round, on=JUNE, actor=world.clerk)
    assert compare_round(world.round, on=JUNE, actor=world.county).applicants == 1


def test_a_town_sees_its_own_applicants_hits_alone(world, make_user):
    apply_all(world, 1)
    hand_in(world, "deaths", line(1, "周大勇"))
    compare(world)
    elsewhere = make_user(Role.TOWN_OFFICER, "520403101")
    with rls.scope(elsewhere):
        assert hits() == []
    with rls.scope(world.town):
        assert len(hits()) == 1
