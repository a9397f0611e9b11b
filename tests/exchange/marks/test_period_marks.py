"""A table of marks of a quarter or a year: told by its column or its name, all or none, and taken back before the closing."""

from datetime import date
from decimal import Decimal

import pytest
from tests.exchange.roster.conftest import TOWN, county  # noqa: F401 - a fixture
from tests.exchange.stated import apply, bring_in, errors, hire  # noqa: F401 - fixtures
from tests.posts.factories import make_programme

from yigang.appraisal import closings, queries
from yigang.appraisal.models import Closing, Mark
from yigang.exchange import domain
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.marks.reading import Judged, _named, _said
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal

QUARTER, YEAR = date(2023, 7, 1), date(2023, 1, 1)
pytestmark = pytest.mark.req("P8")


@pytest.fixture
def programme(county):  # noqa: F811 - the fixture
    return make_programme(policy_code="zaozhuang-public-welfare", kind="public_welfare")


@pytest.fixture
def bring(bring_in):  # noqa: F811 - the fixture
    return lambda *rows, **said: bring_in(ImportKind.MARK, list(rows), **said)


def row(**values: object) -> dict[str, object]:
    return {"value": "95", "reason": "季末考核", "month": "2023年第3季度", "mark": "镇街季评", **values}


def close(programme, actor, rhythm="quarter", first=QUARTER, last=date(2023, 9, 30)) -> Closing:
    return Closing.objects.create(
        programme=programme, region_code=TOWN, rhythm=rhythm, first=first, last=last, policy_digest="x", facts_digest="x",
        results_digest="x", people=1, undetermined=0, closed_by=actor,
    )  # fmt: skip


def test_a_quarter_is_marked_changed_and_taken_back_as_one(bring, apply, hire, programme, town_officer):  # noqa: F811 - the fixture
    one, other = (hire(number, starts=date(2023, 1, 1)) for number in (1, 2))
    assert apply(bring(row(name=one.person.name), row(name=other.person.name))).state == ImportState.APPLIED
    assert set(Mark.objects.values_list("rhythm", "month", "name", "value")) == {
        ("quarter", QUARTER, "镇街季评", Decimal(95))
    }
    found = bring(row(name=one.person.name, value="88.5", reason="复核"), row(name=other.person.name))
    assert (found.counts["changed"], found.counts["unchanged"]) == (1, 1)
    change = found.changes.get()
    assert (change.before["镇街季评 得分"], change.after["镇街季评 得分"]) == ("95.00", "88.50")
    done = apply(found)
    with rls.scope(town_officer):
        domain.undo(done, reason="抄错", actor=town_officer)
    counting = queries.latest_marks([one.pk, other.pk], QUARTER, "quarter").values()
    assert {mark.value for mark in counting} == {Decimal(95)}


def test_a_year_asks_for_its_own_marks_and_whoever_served_in_it(bring, apply, hire):  # noqa: F811 - the fixture
    left = hire(1, starts=date(2023, 1, 1), ends=date(2023, 3, 31))
    gone = hire(2, starts=date(2022, 6, 1), ends=date(2022, 12, 31))
    said = {"month": "2023年", "mark": "镇街年评", "reason": "年终考核"}
    assert errors(bring(row(name=gone.person.name, **said))) == [(2, "unknown_person")]
    assert errors(bring(row(name=left.person.name, **said | {"mark": "镇街季评"}))) == [(2, "unknown_mark")]
    apply(bring(row(name=left.person.name, **said | {"month": None}), name="2023年度镇街评定.xlsx"))
    assert Mark.objects.values_list("rhythm", "month").get() == ("year", YEAR)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "查无此人"}, "unknown_person"), ({"name": None}, "nobody_named"), ({"village": "没有村"}, "village_unknown"),
        ({"value": "100.01"}, "out_of_range"), ({"value": "-1"}, "out_of_range"), ({"value": "优秀"}, "not_points"),
        ({"value": None}, "required"), ({"reason": None}, "required"), ({"reason": "长" * 201}, "too_long"),
        ({"mark": "县级评定"}, "unknown_mark"),
    ],
)  # fmt: skip
def test_a_fault_of_one_row_refuses_the_file(bring, apply, hire, changes, code):  # noqa: F811 - the fixture
    """The other row is good; nothing of the file is taken."""
    one, other = (hire(number, starts=date(2023, 1, 1)) for number in (1, 2))
    found = bring(row(name=other.person.name), row(**{"name": one.person.name, **changes}))
    assert errors(found) == [(3, code)]
    with pytest.raises(Refusal):
        apply(found)
    assert not Mark.objects.exists()


@pytest.mark.parametrize(
    ("rows", "name", "code"),
    [
        ([row(month=None)], "评定.xlsx", "month_missing"), ([row(), row(month="2023年")], "评定.xlsx", "several_months"),
        ([row(), row(month="2023-07")], "评定.xlsx", "several_months"), ([row(month="第三季度")], "评定.xlsx", "no_month"),
        ([row(month="2023年第5季度")], "评定.xlsx", "no_month"), ([row(month="23")], "评定.xlsx", "no_month"),
    ],
)  # fmt: skip
def test_a_file_judges_one_period(bring, hire, rows, name, code):  # noqa: F811 - the fixture
    hire(1, starts=date(2023, 1, 1))
    assert code in [each for _row, each in errors(bring(*rows, name=name))]


def test_a_closed_quarter_takes_no_marks_and_gives_none_back(bring, apply, hire, programme, town_officer):  # noqa: F811 - the fixture
    one = hire(1, starts=date(2023, 1, 1))
    done = apply(bring(row(name=one.person.name)))
    looked_at = bring(row(name=one.person.name, value="80"))
    closed = close(programme, town_officer)
    assert errors(bring(row(name=one.person.name, value="80"))) == [(None, "closed")]
    with pytest.raises(Refusal) as refused:
        apply(looked_at)
    assert refused.value.code == "data_changed"
    with rls.scope(town_officer), pytest.raises(Refusal) as refused:
        domain.undo(done, reason="抄错", actor=town_officer)
    assert refused.value.code == "closed"
    assert Mark.objects.get().value == 95
    closings.reopen(closed, "漏评", actor=town_officer)
    assert errors(bring(row(name=one.person.name, value="80"))) == []


def test_a_policy_without_quarters_and_a_village_are_refused(bring, hire, programme, make_user):  # noqa: F811 - the fixture
    one = hire(1, starts=date(2023, 1, 1))
    found = bring(row(name=one.person.name), actor=make_user(Role.VILLAGE_CLERK, TOWN[:9]))
    assert errors(found) == [(2, "not_yours")]
    programme.policy_code = "pingba-ranger"
    programme.save(update_fields=["policy_code"])
    assert errors(bring(row(name=one.person.name))) == [(None, "no_rhythm")]


@pytest.mark.parametrize(
    ("text", "first", "rhythm"),
    [
        ("2023年第3季度", QUARTER, "quarter"), ("2023年三季度", QUARTER, "quarter"), ("2023Q3", QUARTER, "quarter"),
        ("2023-3季度", QUARTER, "quarter"), ("2023年", YEAR, "year"), ("2023", YEAR, "year"), ("2023.0", YEAR, "year"),
        ("2023年度", YEAR, "year"), ("2023-07", QUARTER, "month"), ("2023年7月", QUARTER, "month"),
    ],
)  # fmt: skip
def test_how_a_period_is_written(text, first, rhythm):
    assert _said(text) == Judged(first, rhythm)


def test_what_a_files_name_says():
    assert _named("2023年7月评定.xlsx") == {Judged(QUARTER, "month")}
    assert _named("安平街道2023年第三季度.xlsx") == {Judged(QUARTER, "quarter")}
    assert _named("2023年度评定.xlsx") == {Judged(YEAR, "year")}
    assert _named("评定2023.xlsx") == set()
