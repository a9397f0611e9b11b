"""A table of what was given out: whom each row means, faults at their row, all or nothing, corrected and taken back."""

from datetime import date

import pytest
from tests.exchange.roster.conftest import TOWN, VILLAGE, county  # noqa: F401 - a fixture
from tests.exchange.stated import JULY, apply, bring_in, errors, hire, programme  # noqa: F401 - fixtures
from tests.people.factories import identity_number

from yigang.exchange import domain
from yigang.exchange.enums import ImportKind, ImportState
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.tenure.models import Appointment, Provision

JUNE = date(2021, 6, 30)
pytestmark = pytest.mark.req("T11")


def row(**values: object) -> dict[str, object]:
    return {
        "kind": "意外险", "item": "人身意外伤害险", "number": "P1", "issued_on": JULY, "valid_until": JUNE, "cost": "200",
        "fund": "林业资金", **values,
    }  # fmt: skip


@pytest.fixture
def bring(bring_in):  # noqa: F811 - the fixture
    return lambda *rows: bring_in(ImportKind.PROVISION, list(rows))


def test_each_row_is_recorded_for_its_person_with_the_cost_to_the_fund(bring, apply, hire):  # noqa: F811 - the fixture
    one, other = hire(1), hire(2, "王芳")
    hire(3, "王芳")
    found = bring(row(name=one.person.name), row(name="王芳", tail=identity_number(2)[-4:], kind="工作服", item="春装",
                                                  number=None, valid_until=None, cost=None, fund=None))  # fmt: skip
    assert (errors(found), found.counts["new"], found.counts["changed"]) == ([], 2, 0)
    assert not Provision.objects.exists()
    assert apply(found).state == ImportState.APPLIED
    rows = Provision.objects.order_by("pk").values_list(
        "person", "kind", "item", "number", "valid_until", "cost_fen", "fund"
    )
    assert list(rows) == [
        (one.person_id, "insurance", "人身意外伤害险", "P1", JUNE, 20_000, "林业资金"),
        (other.person_id, "uniform", "春装", "", None, 0, ""),
    ]  # fmt: skip


def test_what_is_on_file_is_corrected_and_an_empty_cell_says_nothing(bring, apply, hire, town_officer):  # noqa: F811 - the fixture
    one = hire(1)
    first = apply(bring(row(name=one.person.name)))
    same = bring(row(name=one.person.name))
    assert (same.counts["unchanged"], same.changes.count()) == (1, 0)
    found = bring(row(name=one.person.name, number="P9", valid_until=None, cost="210.50", fund=None))
    change = found.changes.get()
    assert (change.what, change.before, change.after) == (
        "changed", {"保单号或编号": "P1", "费用（元）": "200.00"}, {"保单号或编号": "P9", "费用（元）": "210.50"},
    )  # fmt: skip
    second = apply(found)
    row_now = Provision.objects.get()
    assert (row_now.number, row_now.cost_fen, row_now.valid_until, row_now.fund) == ("P9", 21_050, JUNE, "林业资金")
    with pytest.raises(Refusal) as caught:
        domain.undo(first, reason="传错", actor=town_officer)
    assert caught.value.code == "changed_since"
    domain.undo(second, reason="传错", actor=town_officer)
    row_now.refresh_from_db()
    assert (row_now.number, row_now.cost_fen) == ("P1", 20_000)
    domain.undo(first, reason="传错", actor=town_officer)
    assert not Provision.objects.exists()
    verbs = AuditEntry.objects.filter(verb__contains="provisions").order_by("sequence").values_list("verb", flat=True)
    assert list(verbs) == ["tenure.record_provisions"] * 2 + ["tenure.take_back_provisions"] * 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "查无此人"}, "unknown_person"), ({"name": None}, "nobody_named"), ({"kind": "奖金"}, "choice"),
        ({"item": None}, "required"), ({"issued_on": None}, "required"), ({"issued_on": "2020-06-31"}, "no_such_day"),
        ({"valid_until": date(2020, 6, 30)}, "dates"), ({"fund": None}, "fund_missing"), ({"cost": "贰佰"}, "not_an_amount"),
        ({"item": "长" * 81}, "too_long"), ({"issued_on": date(2022, 1, 1), "valid_until": None}, "unknown_person"),
    ],
)  # fmt: skip
def test_a_fault_of_one_row_refuses_the_file(bring, apply, hire, changes, code):  # noqa: F811 - the fixture
    one, other = hire(1, ends=JUNE), hire(2)
    found = bring(row(name=other.person.name), row(**{"name": one.person.name, **changes}))
    assert [number for number, _code in errors(found)] == [3]
    assert code in errors(found)[0][1]
    with pytest.raises(Refusal):
        apply(found)
    assert not Provision.objects.exists()


def test_a_person_with_two_terms_is_one_person(bring, hire, programme):  # noqa: F811 - the fixture
    one = hire(1, ends=JUNE)
    later = Appointment(
        region_code=VILLAGE, person=one.person, post=one.post, programme=programme, starts=date(2021, 7, 1)
    )
    later.save()
    assert errors(bring(row(name=one.person.name))) == []


def test_a_village_clerk_hands_in_no_table_of_what_was_given_out(programme, make_user):  # noqa: F811 - the fixture
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    with pytest.raises(Forbidden):
        domain.receive(
            b"", name="x.xlsx", kind=ImportKind.PROVISION, region_code=VILLAGE, programme=programme, actor=clerk
        )
