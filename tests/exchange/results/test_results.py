"""A table of yearly results: faults at their row, all or nothing, counted by renewals, taken back as one."""

from datetime import date, datetime

import pytest
from tests.exchange.roster.conftest import TOWN, VILLAGE, county  # noqa: F401 - a fixture
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.appraisal import years
from yigang.appraisal.models import YearResult
from yigang.exchange import domain
from yigang.exchange.enums import ImportKind
from yigang.exchange.results.columns import RESULTS, template
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.tenure.models import Appointment

CREATED = datetime(2021, 2, 1)  # noqa: DTZ001 - a workbook has no zone
pytestmark = pytest.mark.req("P8")


@pytest.fixture
def programme(county):  # noqa: F811
    return make_programme()


@pytest.fixture
def hire(programme):
    def hire(order: int, name: str = "", **days) -> Appointment:
        person = make_person(name or f"张{chr(0x4E00 + order)}", order)
        post = make_post(programme, f"H{order:03d}", region_code=VILLAGE)
        starts = days.pop("starts", date(2020, 7, 1))
        return Appointment.objects.create(
            region_code=VILLAGE, person=person, post=post, programme=programme, starts=starts, **days
        )

    return hire


def row(**values: object) -> list[object]:
    given = {
        "year": 2020, "grade": "合格", "score": "86.5", "document": "齐府发〔2021〕3号",
        "decided_on": date(2021, 1, 15), **values,
    }  # fmt: skip
    return [given.get(spec.key) for spec in RESULTS]


@pytest.fixture
def bring(programme, town_officer):
    def bring(*rows: list[object], content: bytes = b""):
        columns = [Column(spec.label) for spec in RESULTS]
        data = content or workbook_bytes([Sheet("考核", columns, rows)], created=CREATED)
        given = {"kind": ImportKind.YEAR_RESULT, "region_code": TOWN, "programme": programme, "actor": town_officer}
        with rls.scope(town_officer):
            return domain.preview(domain.receive(data, name="考核.xlsx", **given), actor=town_officer)

    return bring


@pytest.fixture
def apply(town_officer):
    def apply(found):
        with rls.scope(town_officer):
            return domain.apply(found, actor=town_officer)

    return apply


def errors(found) -> list[tuple[int | None, str]]:
    return [(each["row"], each["code"]) for each in found.problems if each["severity"] == "error"]


def counted(*held: Appointment) -> list[str]:
    facts = years.of_appointments(held, date(2021, 6, 30))
    return [str(facts.get(one.pk, {}).get("年度等次", "")) for one in held]


def test_a_later_table_counts_and_its_undo_lets_the_earlier_one_count_again(bring, apply, hire, town_officer):
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
def test_a_fault_of_one_row_refuses_the_file(bring, apply, hire, changes, code):
    one, other = hire(1), hire(2)
    found = bring(row(name=other.person.name), row(**{"name": one.person.name, **changes}))
    assert [number for number, _code in errors(found)] == [3]
    assert errors(found)[0][1] == code
    with pytest.raises(Refusal):
        apply(found)
    assert not YearResult.objects.exists()


def test_a_person_twice_and_the_example(bring, hire):
    one = hire(1)
    found = bring(row(name=one.person.name), row(post_number="H001", grade="不合格"))
    assert errors(found) == [(3, "person_twice")]
    found = bring(content=template(CREATED))
    assert (errors(found), found.counts["rows"]) == ([], 0)


def test_what_was_recorded_in_between_is_not_passed_over_unseen(bring, apply, hire):
    one = hire(1)
    found = bring(row(name=one.person.name))
    apply(bring(row(name=one.person.name, grade="不合格")))
    with pytest.raises(Refusal) as caught:
        apply(found)
    assert caught.value.code == "data_changed"
    assert counted(one) == ["不合格"]
