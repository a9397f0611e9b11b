"""What holds of every kind of table about people in post, whatever its rows say."""

from dataclasses import dataclass
from datetime import date

import pytest
from tests.exchange.roster.conftest import county  # noqa: F401 - a fixture
from tests.exchange.stated import CREATED, JULY, apply, bring_in, errors, hire, programme  # noqa: F401 - fixtures

from yigang.exchange.enums import ImportKind
from yigang.exchange.marks import columns as marks
from yigang.exchange.provisions import columns as provisions
from yigang.exchange.registry import importer_of
from yigang.exchange.results import columns as results
from yigang.exchange.tables import read
from yigang.foundation.errors import Refusal


@dataclass(frozen=True)
class Table:
    """A kind with a good row, what another row on the same thing says instead, and its empty form."""

    kind: ImportKind
    good: dict[str, object]
    other: dict[str, object]
    template: object


TABLES = [
    Table(ImportKind.MARK, {"value": "18", "reason": "巡护认真", "month": "2020-07"}, {"value": "12"}, marks),
    Table(
        ImportKind.PROVISION, {"kind": "意外险", "item": "人身意外伤害险", "number": "P1", "issued_on": JULY},
        {"number": "P2"}, provisions,
    ),
    Table(
        ImportKind.YEAR_RESULT,
        {"year": 2020, "grade": "合格", "document": "齐府发〔2021〕3号", "decided_on": date(2021, 1, 15)},
        {"grade": "不合格"}, results,
    ),
]  # fmt: skip


@pytest.mark.req("P8", "T11")
@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind.value)
def test_a_thing_said_twice_is_refused_and_nothing_is_passed_over_that_changed_since(bring_in, apply, hire, table):  # noqa: F811 - the fixture
    held, other = hire(1), hire(2)
    row, later = {"name": held.person.name, **table.good}, {"post_number": "H001", **table.good, **table.other}
    assert errors(bring_in(table.kind, [row, later])) == [(3, "person_twice")]
    looked_at = bring_in(table.kind, [row, {"name": other.person.name, **table.good}])
    assert (errors(looked_at), looked_at.counts["rows"], looked_at.counts["new"]) == ([], 2, 2)
    apply(bring_in(table.kind, [later]))
    with pytest.raises(Refusal) as caught:
        apply(looked_at)
    assert caught.value.code == "data_changed"
    again = bring_in(table.kind, [row, {"name": other.person.name, **table.good}])
    assert (again.counts["new"], again.counts["changed"], again.counts["unchanged"]) == (1, 1, 0)
    assert bring_in(table.kind, [later]).counts["unchanged"] == 1


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.kind.value)
def test_the_empty_table_reads_back_and_its_example_is_left_out(bring_in, hire, table):  # noqa: F811 - the fixture
    hire(1)
    content = table.template.template(CREATED)
    shape = read(content, importer_of(table.kind).columns)
    assert (shape.height, list(shape.mapping.unknown)) == (1, [])
    found = bring_in(table.kind, [], content=content, name="2020年7月.xlsx")
    assert (errors(found), found.counts["rows"]) == ([], 0)
    assert [each["code"] for each in found.problems] == ["example_row"]
