"""Areas, key points and routes: what is refused says where and what to do; an ended place stays."""

from datetime import date

import pytest
from tests.duty.ground import SOUTH, WEST, area_of, spot, square

from yigang.duty import domain
from yigang.duty.domain import Terms
from yigang.duty.models import DutyArea, KeyPoint, PointReached
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.posts.models import Post

BOW = [spot(0, 0), spot(1000, 1000), spot(1000, 0), spot(0, 1000), spot(0, 0)]


@pytest.fixture
def terms(programme):
    return Terms("520403100000", programme, "北山林区", date(2020, 1, 1))


@pytest.mark.parametrize(
    ("rings", "code", "said"),
    [
        ([BOW], "area_crosses", f"{spot(500, 500)[0]:.4f}"),
        ([square(), square(5000, 5000, 100)], "hole_outside", ""),
        ([square(side=0)], "ring_short", str(WEST)),
        ([[(north, east) for east, north in square()]], "swapped", str(SOUTH)),
        ([[(10.0, 50.0), (11.0, 50.0), (11.0, 51.0)]], "not_in_china", "10"),
        ([[("东", 26.4), ("西", 26.4)]], "no_position", "东"),
        ([square(side=90_000)], "area_large", "8"),
        ([], "area_empty", ""),
    ],
    ids=["crosses itself", "hole outside", "a point", "swapped", "abroad", "text", "too large", "nothing"],
)
def test_a_shape_that_cannot_be_is_refused_with_its_place(terms, town_officer, rings, code, said):
    assert domain.set_area(
        terms, [[square(), square(400, 400, 100)]], actor=town_officer
    ).square_metres == pytest.approx(990_000, rel=0.003)
    with pytest.raises(Refusal) as refused:
        domain.set_area(terms, [rings], actor=town_officer)
    assert refused.value.code == code
    assert said in str(refused.value)
    assert DutyArea.objects.count() == 1


def test_points_and_routes_are_set_changed_ended_and_taken_back(terms, town_officer, make_user, programme, hold):
    clerk = make_user(Role.VILLAGE_CLERK, "520403100201")
    with pytest.raises(Forbidden):
        domain.set_point(terms, spot(10, 10), actor=clerk)
    with pytest.raises(Refusal, match="3"):
        domain.set_point(terms, spot(10, 10), 3, actor=town_officer)
    point = domain.set_point(terms, spot(10, 10), 80, actor=town_officer)
    domain.set_point(terms, spot(20, 10), 120, actor=town_officer, known=point)
    assert [one.radius for one in KeyPoint.objects.all()] == [120]
    route = domain.set_route(terms, [spot(0, 0), spot(0, 1000)], actor=town_officer)
    assert route.metres == pytest.approx(1000, rel=0.001)
    with pytest.raises(Refusal):
        domain.set_route(terms, [spot(0, 0), spot(0, 0)], actor=town_officer)
    domain.end_place(route, last=date(2020, 8, 31), reason="改道", actor=town_officer)
    assert route.valid_to == date(2020, 8, 31)
    patrol = _patrol(hold("张大山"), programme)
    PointReached.objects.create(
        patrol=patrol, point=point, region_code=patrol.region_code, day=patrol.day, at=patrol.started_at
    )
    with pytest.raises(Refusal) as built_on:
        domain.forget_place(point, reason="重画", actor=town_officer)
    assert built_on.value.code == "reached"
    domain.forget_place(route, reason="重画", actor=town_officer)
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["duty.set_place"] * 3 + ["duty.end_place", "duty.forget_place"]


def _patrol(person, programme):
    from tests.duty.test_patrols import MORNING, NOW, ONE, ROUND, way

    from yigang.duty.domain.patrols import Walked
    from yigang.duty.models import Patrol

    assert domain.take([Walked(ONE, person.pk, way(MORNING, *ROUND))], now=NOW) == [None]
    return Patrol.objects.get()


@pytest.mark.req("P5")
def test_a_county_area_is_seen_in_its_villages_and_not_next_door(programme, county_manager, make_user):
    from yigang.foundation import rls

    area_of(programme, county_manager)
    with rls.scope(make_user(Role.VILLAGE_CLERK, "520403100201")):
        assert DutyArea.objects.count() == 1
    with rls.scope(make_user(Role.VILLAGE_CLERK, "520403101201")):
        assert DutyArea.objects.count() == 0


def test_terms_that_do_not_fit_are_refused_by_their_field(terms, town_officer, hold):
    from dataclasses import replace

    other = Post(programme_id=0)
    for change, field in (
        ({"name": " "}, "name"), ({"valid_to": date(2019, 1, 1)}, "valid_to"), ({"months": (13,)}, "months"),
        ({"post": other}, "post"),
    ):  # fmt: skip
        with pytest.raises(Refusal) as refused:
            domain.set_area(replace(terms, **change), [[square()]], actor=town_officer)
        assert refused.value.field == field
    assert domain.set_area(terms, [[square()]], actor=town_officer).pk
