"""Pay that is held back, on the person's own phone: told with the reason, answered, and nobody else's."""

from datetime import date

import pytest
from tests.field.test_reading import as_app
from tests.payment.world import JULY, World

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.payment.bank import holds

pytestmark = [pytest.mark.django_db, pytest.mark.req("Z10", "H10")]


@pytest.fixture
def two(make_user, phone_of):
    """A finance officer, a held ranger's phone with the hold, and a neighbour's phone."""
    with rls.everywhere("set-up"):
        world = World(make_user(Role.VILLAGE_CLERK, "520403"))
        held, other = world.hire("王大山"), world.hire("李小河")
        order = holds.HoldOrder(world.programme, held.person, JULY, "手机定位与岗位不符，待查清", "异常：顶替")
        row = holds.set_hold(order, actor=make_user(Role.FINANCE, "520403"))
        return (
            row,
            as_app(phone_of(held.person)),
            as_app(phone_of(other.person)),
            make_user(Role.COUNTY_MANAGER, "520403"),
        )


def test_it_is_told_and_answered_and_ends(two):
    row, app, neighbour, manager = two
    assert "held_pay" in {due["code"] for due in app.get("home").json()["due"]}
    (told,) = app.get("consequences").json()["holds"]
    assert (told["from_month"], told["reason"], told["told_on"]) == ("2020-07", "手机定位与岗位不符，待查清", None)
    assert date.fromisoformat(told["review_by"]) > date.fromisoformat(told["set_on"])
    assert "异常" not in str(told), "the evidence stays with the office"
    assert neighbour.get("consequences").json()["holds"] == []
    assert neighbour.post(f"holds/{row.pk}", {"answer": "x"}).status_code == 404
    (heard,) = app.post(f"holds/{row.pk}", {"answer": "我换了手机，村主任知道"}).json()["holds"]
    assert heard["answer"] == "我换了手机，村主任知道"
    assert heard["told_on"] == heard["answered_on"]
    assert "held_pay" not in {due["code"] for due in app.get("home").json()["due"]}
    with rls.everywhere("the office"):
        holds.lift_hold(row, reason="属实", actor=manager)
    assert app.get("consequences").json()["holds"] == []
    assert app.post(f"holds/{row.pk}", {"answer": "x"}).status_code == 404
