"""Who came: by the code on the wall, later by a phone that had no signal, by the list on paper."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from tests.people.factories import make_person
from tests.training.conftest import COUNTY, TOWN, VILLAGE, at, refused

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.training import domain, wallcode
from yigang.training.domain.sessions import MOST_GUESSES
from yigang.training.enums import SessionKind, SignedBy, Subject, Terrain
from yigang.training.models import Attendance, Guess
from yigang.training.queries import group_of

pytestmark = pytest.mark.req("P6")


def seen(session, clock: str = "09:05", *, code: str = "", after: int = 0) -> domain.Seen:
    moment = at(clock)
    shown = code or wallcode.code_at(bytes(session.secret), moment)
    return domain.Seen(shown, moment, moment + timedelta(minutes=after), uuid4())


def test_the_code_signs_in_once_whether_it_comes_at_once_or_in_the_evening(course, meet, holder):
    session, one, other = meet(course), holder(1), holder(2)
    first = domain.sign_in(session, one, seen(session))
    assert domain.sign_in(session, one, seen(session, "09:20")) == first
    later = domain.sign_in(session, other, seen(session, after=600))
    assert [(row.how, row.hours) for row in (first, later)] == [(SignedBy.CODE, 8), (SignedBy.OFFLINE, 8)]
    assert Attendance.objects.count() == 2


def test_a_wrong_code_is_kept_and_after_a_few_even_the_right_one_is_not_taken(course, meet, holder):
    session, person = meet(course), holder(1)
    answers = [domain.sign_in(session, person, seen(session, code="00000x")) for _try in range(MOST_GUESSES)]
    assert {answer.code for answer in answers} == {"code_wrong"}
    assert domain.sign_in(session, person, seen(session)).code == "too_many_guesses"
    assert (Guess.objects.count(), Attendance.objects.count()) == (MOST_GUESSES, 0)
    assert isinstance(domain.sign_in(session, holder(2), seen(session)), Attendance)


@pytest.mark.parametrize("clock", ["08:29", "18:31"])
def test_a_code_of_another_hour_is_refused(course, meet, holder, clock):
    session = meet(course)
    assert domain.sign_in(session, holder(1), seen(session, clock)).code == "outside_session"


def test_the_list_on_paper_leaves_out_whoever_was_there_and_a_mistake_is_withdrawn(
    course, meet, holder, town_officer, plan
):
    session, one, other = meet(course), holder(1), holder(2)
    domain.sign_in(session, one, seen(session))
    made = domain.enter_list(session, [one, other, other], actor=town_officer, hours=Decimal("3.5"))
    assert [(row.person, row.hours, row.how) for row in made] == [(other, Decimal("3.5"), SignedBy.LIST)]
    assert refused(domain.withdraw_attendance, made[0], " ", actor=town_officer).code == "reason_missing"
    domain.withdraw_attendance(made[0], "代签", actor=town_officer)
    assert refused(domain.withdraw_attendance, made[0], "代签", actor=town_officer).code == "withdrawn"
    assert refused(domain.enter_list, session, [other], actor=town_officer, hours=Decimal(9)).code == "hours"
    assert len(domain.enter_list(session, [other], actor=town_officer)) == 1
    with pytest.raises(DatabaseError), transaction.atomic():
        Attendance.objects.update(hours=Decimal(99))


def test_a_session_is_cancelled_only_while_nobody_has_come(course, meet, holder, town_officer):
    held, empty = meet(course), meet(course)
    domain.enter_list(held, [holder(1)], actor=town_officer)
    assert refused(domain.cancel_session, held, "下雨", actor=town_officer).code == "session_held"
    domain.cancel_session(empty, "下雨", actor=town_officer)
    empty.refresh_from_db()
    assert domain.sign_in(empty, holder(2), seen(empty)).code == "session_cancelled"
    assert refused(domain.enter_list, empty, [], actor=town_officer).code == "session_cancelled"
    assert domain.close_session(held, actor=town_officer).state == "closed"
    assert isinstance(domain.sign_in(held, holder(3), seen(held)), Attendance), "read in time, sent later"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"ends_at": at("08:00")}, "dates"), ({"hours": Decimal(10)}, "hours"), ({"hours": Decimal(0)}, "hours"),
        ({"place": " "}, "place"),
        ({"starts_at": at().replace(year=2021), "ends_at": at("18:00").replace(year=2021)}, "outside_plan"),
    ],
)  # fmt: skip
def test_a_session_that_cannot_be_is_refused(course, town_officer, changes, code):
    usual = {
        "kind": SessionKind.SITE, "starts_at": at(), "ends_at": at("18:00"), "hours": Decimal(8), "place": "林场",
        "teacher": "王工",
    }  # fmt: skip
    meeting = domain.Meeting(**{**usual, **changes})
    assert refused(domain.plan_session, course, TOWN, meeting, actor=town_officer).code == code


def test_a_foreign_town_holds_no_session_here_and_sees_nobody(course, meet, holder, make_user):
    session, stranger = meet(course), make_user(Role.TOWN_OFFICER, "520403101")
    domain.sign_in(session, holder(1), seen(session))
    with pytest.raises(Forbidden):
        domain.enter_list(session, [], actor=stranger)
    with rls.scope(stranger):
        assert not Attendance.objects.exists()
        assert course.plan.courses.count() == 1, "the county's plan is read by all its towns"


@pytest.mark.req("P6")
def test_a_course_is_for_those_on_its_land_in_its_season(plan, holder, county_manager):
    village = "520403100202"
    mountain, flat, rests = holder(1), holder(2, village), holder(3, months=[5, 6])
    group = domain.Group(terrains=[Terrain.MOUNTAIN], months=[1, 2, 12])
    course = domain.add_course(plan, "山区扑火安全", Subject.FIRE, Decimal(4), group=group, actor=county_manager)
    everybody = domain.add_course(plan, "护林员职责", Subject.FOREST, Decimal(4), actor=county_manager)
    assert group_of(course, date(2020, 8, 1)) == [], "nobody has said yet what land it is"
    domain.set_terrain([VILLAGE], Terrain.MOUNTAIN, actor=county_manager)
    assert [one.person for one in group_of(course, date(2020, 8, 1))] == [mountain]
    assert {one.person for one in group_of(everybody, date(2020, 8, 1))} == {mountain, flat, rests}
    assert refused(domain.set_terrain, [TOWN], Terrain.FLAT, actor=county_manager).code == "no_village"


@pytest.mark.req("P6")
def test_the_code_on_the_wall_is_for_the_course_s_own_group(plan, meet, holder, programme, county_manager):
    """On other land, gone, of another programme: refused with the reason. Before the first day in post a newcomer signs in."""
    village = "520403100202"
    mountain, flat, gone = holder(1), holder(2, village), holder(3, ends=date(2020, 3, 1))
    newcomer = make_person("新来", 9, region_code=VILLAGE)
    domain.set_terrain([VILLAGE], Terrain.MOUNTAIN, actor=county_manager)
    group = domain.Group(terrains=[Terrain.MOUNTAIN])
    steep = meet(domain.add_course(plan, "山区扑火", Subject.FIRE, Decimal(4), group=group, actor=county_manager), "4")
    first = meet(
        domain.add_course(plan, "岗前培训", Subject.FOREST, Decimal(4), before_start=True, actor=county_manager), "4"
    )
    assert isinstance(domain.sign_in(steep, mountain, seen(steep)), Attendance)
    assert [domain.sign_in(steep, one, seen(steep)).code for one in (flat, gone, newcomer)] == ["other_group"] * 3
    assert isinstance(domain.sign_in(first, newcomer, seen(first)), Attendance)
    assert not Guess.objects.exists(), "somebody of another group has not guessed"


def test_plans_and_materials_that_cannot_be_are_refused(plan, course, programme, county_manager, town_officer):
    again = refused(domain.make_plan, programme, COUNTY, 2020, "又一个", actor=county_manager)
    assert again.code == "plan_known"
    assert (
        refused(domain.add_course, plan, course.title, Subject.FIRE, Decimal(1), actor=county_manager).code
        == "course_known"
    )
    assert refused(domain.add_material, course, "", b"<script>", "x.html", actor=county_manager).code == "material_type"
    assert refused(domain.add_material, course, "", b"", "x.pdf", actor=county_manager).code == "material_size"
    material = domain.add_material(course, "防火手册", b"%PDF-1.4", "手册.pdf", actor=county_manager)
    assert (material.size, material.file.content_type) == (8, "application/pdf")
    with pytest.raises(Forbidden):
        domain.add_material(course, "防火手册", b"%PDF-1.4", "手册.pdf", actor=town_officer)
    assert isinstance(refused(domain.add_course, plan, "x", Subject.FIRE, Decimal(0), actor=county_manager), Refusal)
