"""A table of yearly results: faults at their row, all or nothing, counted by renewals, taken back as one."""

from datetime import date

import pytest
from tests.exchange.roster.conftest import TOWN, VILLAGE, county  # noqa: F401 - a fixture
from tests.exchange.stated import JULY, apply, bring_in, errors, hire, programme  # noqa: F401 - fixtures

from yigang.appraisal import years
from yigang.appraisal.models import YearResult
from yigang.exchange import domain
from yigang.exchange.enums import ImportKind
from yigang.foundation.errors import Refusal
from yigang.tenure.models import Appointment

pytestmark = pytest.mark.req("P8")


def row(**values: object) -> dict[str, object]:
    return {
        "year": 2020, "grade": "合格", "score": "86.5", "document": "齐府发〔2021〕3号",
        "decided_on": date(2021, 1, 15), **values,
    }  # fmt: skip


@pytest.fixture
def bring(bring_in):  # noqa: F811 - the fixture
    return lambda *rows: bring_in(ImportKind.YEAR_RESULT, list(rows))


def counted(*held: Appointment) -> list[str]:
    facts = years.of_appointments(held, date(2021, 6, 30))
    return [str(facts.get(one.pk, {}).get("年度等次", "")) for one in held]


def test_a_later_table_counts_and_its_undo_lets_the_earlier_one_count_again(bring, apply, hire, town_officer):  # noqa: F811 - the fixture
    one, other = hire(1), hire(2, ends=date(2021, 6, 30))
    found = bring(row(name=one.person.name), row(post_number="H002", grade="不合格", score=None))
    assert (errors(found), found.counts["new"]) == ([], 2)
    assert not YearResult.objects.exists()
    apply(found)
    assert counted(one, other) == ["合格", "不合格"]
    assert bring(row(name=one.person.name)).counts["unchanged"] == 1
    again = bring(row(name=other.person.name, document="复核决定", score=None))
    change = again.changes.get()
    assert (change.before["年度等次"], change.after["年度等次"]) == ("不合格", "合格")
    again = apply(again)
    assert counted(one, other) == ["合格", "合格"]
    domain.undo(again, reason="复核撤销", actor=town_officer)
    assert counted(one, other) == ["合格", "不合格"]
    taken = YearResult.objects.exclude(withdrawn_at=None).get()
    assert (taken.withdrawn_by, taken.withdrawn_why, YearResult.objects.count()) == (town_officer, "复核撤销", 3)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "查无此人"}, "unknown_person"), ({"grade": "优秀"}, "unknown_grade"), ({"grade": None}, "required"),
        ({"document": None}, "required"), ({"document": "长" * 121}, "document"), ({"decided_on": None}, "required"),
        ({"decided_on": date(2019, 12, 31)}, "year"), ({"year": 2019}, "unknown_person"), ({"year": None}, "required"),
        ({"decided_on": date(2090, 1, 1)}, "dates"), ({"score": "-1"}, "score"), ({"score": "86.555"}, "score"),
    ],
)  # fmt: skip
def test_a_fault_of_one_row_refuses_the_file(bring, apply, hire, changes, code):  # noqa: F811 - the fixture
    one, other = hire(1), hire(2)
    found = bring(row(name=other.person.name), row(**{"name": one.person.name, **changes}))
    assert [number for number, _code in errors(found)] == [3]
    assert errors(found)[0][1] == code
    with pytest.raises(Refusal):
        apply(found)
    assert not YearResult.objects.exists()
