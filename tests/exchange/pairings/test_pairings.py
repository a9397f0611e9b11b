"""A table of helpers and households: faults at their row, all or nothing, taken back as one."""

from datetime import date, datetime

import pytest
from tests.exchange.roster.conftest import TOWN, VILLAGE, county  # noqa: F401 - a fixture
from tests.people.factories import make_household, make_person
from tests.posts.factories import make_post, make_programme

from yigang.duty import domain as duty
from yigang.duty.models import Pairing
from yigang.exchange import domain
from yigang.exchange.enums import ImportKind
from yigang.exchange.pairings.columns import PAIRINGS, template
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.tenure.models import Appointment

CREATED = datetime(2021, 2, 1)  # noqa: DTZ001 - a workbook has no zone
pytestmark = pytest.mark.req("T8")


def row(**values: object) -> list[object]:
    given = {"household": "H1", "since": date(2020, 7, 1), **values}
    return [given.get(spec.key) for spec in PAIRINGS]


@pytest.fixture
def programme(county):  # noqa: F811 - the fixture
    made = make_programme()
    for number in (1, 2, 3, 4):
        make_household(f"H{number}", region_code=VILLAGE)
    post = make_post(made, "P001", region_code=VILLAGE)
    Appointment.objects.create(
        region_code=VILLAGE, person=make_person("张大山", 1), post=post, programme=made, starts=date(2020, 7, 1)
    )
    return made


@pytest.fixture
def bring(programme, town_officer):
    def bring(*rows: list[object], content: bytes = b""):
        data = content or workbook_bytes(
            [Sheet("结对", [Column(spec.label) for spec in PAIRINGS], rows)], created=CREATED
        )
        given = {"kind": ImportKind.PAIRING, "region_code": TOWN, "programme": programme, "actor": town_officer}
        with rls.scope(town_officer):
            return domain.preview(domain.receive(data, name="结对.xlsx", **given), actor=town_officer)

    return bring


def errors(found) -> list[tuple[int | None, str]]:
    return [(each["row"], each["code"]) for each in found.problems if each["severity"] == "error"]


def test_holders_and_officials_are_paired_and_taken_back_until_somebody_visited(bring, town_officer):
    found = bring(row(name="张大山"), row(name="王书记", office="镇政府", household="H2"))
    assert (errors(found), found.counts["new"], Pairing.objects.count()) == ([], 2, 0)
    with rls.scope(town_officer):
        applied = domain.apply(found, actor=town_officer)
    assert sorted(one.helper_name for one in Pairing.objects.select_related("helper")) == ["张大山", "王书记"]
    assert bring(row(name="张大山")).counts["unchanged"] == 1
    assert errors(bring(row(name="李干部", office="县局"))) == [(2, "paired")]
    visit = duty.enter_visit(Pairing.objects.first(), duty.VisitMade(date(2020, 8, 1), "走访"), actor=town_officer)
    with pytest.raises(Refusal) as caught:
        domain.undo(applied, reason="导错", actor=town_officer)
    assert caught.value.code == "visited"
    again = bring(row(name="王书记", office="镇政府", household="H3"))
    with rls.scope(town_officer):
        again = domain.apply(again, actor=town_officer)
        domain.undo(again, reason="导错", actor=town_officer)
    assert (Pairing.objects.count(), visit.pairing.household.number) == (2, visit.household.number)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "查无此人"}, "unknown_person"), ({"name": "张大山", "household": "H9"}, "household"),
        ({"name": "张大山", "household": None}, "required"), ({"name": "张大山", "since": None}, "required"),
        ({"office": "镇政府"}, "nobody_named"), ({"name": "张大山", "household": "H2"}, "household_twice"),
    ],
)  # fmt: skip
def test_a_fault_of_one_row_refuses_the_file(bring, changes, code):
    found = bring(row(name="王书记", office="镇政府", household="H2"), row(**changes))
    assert errors(found) == [(3, code)]
    assert not Pairing.objects.exists()


def test_the_example_of_the_template_is_left_out(bring):
    found = bring(content=template(CREATED))
    assert (errors(found), found.counts["rows"]) == ([], 0)
