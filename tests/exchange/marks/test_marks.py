"""A table of marks: whom each row means, what is refused at its row, all or nothing, and withdrawn again as one."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone
from tests.exchange.roster.conftest import TOWN, VILLAGE, county  # noqa: F401 - a fixture
from tests.exchange.stated import JULY, apply, bring_in, errors, hire, programme  # noqa: F401 - fixtures
from tests.people.factories import identity_number

from yigang.appraisal import facts
from yigang.appraisal.models import Appraisal, Mark, MarkWithdrawal
from yigang.exchange import domain
from yigang.exchange.enums import ImportKind, ImportState
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.foundation.facts import Selection
from yigang.payment.enums import Step
from yigang.payment.models import Settlement

NEIGHBOUR = "520403100202"


def row(**values: object) -> dict[str, object]:
    return {"value": "18", "reason": "巡护认真", "month": "2020-07", "mark": "乡镇评定", **values}


@pytest.fixture
def bring(bring_in):  # noqa: F811 - the fixture
    return lambda *rows, **said: bring_in(ImportKind.MARK, list(rows), **said)


def counted(programme) -> dict[int, Decimal]:  # noqa: F811 - the fixture
    frame = facts.marks(Selection(programme.pk, "520403", JULY, date(2020, 7, 31)))
    return dict(frame.select("appointment_id", "value").iter_rows())


def test_each_row_finds_its_person_by_whatever_tells(bring, apply, hire, programme):  # noqa: F811 - the fixture
    one, two, three, four = hire(1), hire(2, "王芳"), hire(3, "王芳", NEIGHBOUR), hire(4, "王芳", NEIGHBOUR)
    found = bring(
        row(name=one.person.name, value="17.5"), row(name="王芳", village="大坪村", value="16"),
        row(name="王芳", post_number="H003", value="15"), row(tail=identity_number(4)[-6:], value="14"),
    )  # fmt: skip
    assert errors(found) == []
    assert (found.counts["rows"], found.counts["new"]) == (4, 4)
    assert apply(found).state == ImportState.APPLIED
    assert counted(programme) == {
        one.pk: Decimal("17.50"), two.pk: Decimal(16), three.pk: Decimal(15), four.pk: Decimal(14),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "查无此人"}, "unknown_person"), ({"name": None}, "nobody_named"), ({"name": "王芳"}, "several_people"),
        ({"village": "光明村"}, "unknown_person"), ({"village": "没有村"}, "village_unknown"), ({"tail": "12"}, "tail_short"),
        ({"tail": "0000"}, "unknown_person"), ({"value": "20.01"}, "out_of_range"), ({"value": "-1"}, "out_of_range"),
        ({"value": "优秀"}, "not_points"), ({"value": None}, "required"), ({"reason": None}, "required"),
        ({"reason": "长" * 201}, "too_long"), ({"mark": "县级评定"}, "unknown_mark"), ({"post_number": "H999"}, "unknown_person"),
    ],
)  # fmt: skip
def test_a_fault_of_one_row_refuses_the_file(bring, apply, hire, changes, code):  # noqa: F811 - the fixture
    """The other row is good; nothing of the file is taken."""
    one, other = hire(1), hire(2)
    hire(3, "王芳"), hire(4, "王芳")
    found = bring(row(name=other.person.name), row(**{"name": one.person.name, **changes}))
    assert errors(found) == [(3, code)]
    assert all(each["message"] for each in found.problems)
    with pytest.raises(Refusal):
        apply(found)
    assert not Mark.objects.exists()


def test_who_left_before_the_month_is_unknown_in_it(bring, hire):  # noqa: F811 - the fixture
    gone = hire(1, starts=date(2020, 1, 1), ends=date(2020, 6, 30))
    assert errors(bring(row(name=gone.person.name))) == [(2, "unknown_person")]


@pytest.mark.parametrize(
    ("rows", "name", "code"),
    [([row(month=None)], "评定.xlsx", "month_missing"), ([row(), row(month="2020-08")], "评定.xlsx", "several_months"),
     ([row(month="上个月")], "评定.xlsx", "no_month"), ([row(month="2020-13")], "评定.xlsx", "no_month")],
)  # fmt: skip
def test_a_file_judges_one_month(bring, hire, rows, name, code):  # noqa: F811 - the fixture
    hire(1)
    assert code in [each for _row, each in errors(bring(*rows, name=name))]


def test_the_month_may_stand_in_the_files_name(bring, hire):  # noqa: F811 - the fixture
    one = hire(1)
    assert errors(bring(row(name=one.person.name, month=None), name="2020年7月评定.xlsx")) == []


def seal(programme, county_manager) -> None:  # noqa: F811 - the fixture
    Settlement.objects.create(
        region_code=TOWN, programme=programme, month=JULY, step=Step.SEALED, sealed_at=timezone.now(),
        approver=county_manager,
    )  # fmt: skip


def test_a_sealed_month_takes_no_marks(bring, apply, hire, programme, county_manager):  # noqa: F811 - the fixture
    one = hire(1)
    looked_at = bring(row(name=one.person.name))
    seal(programme, county_manager)
    assert errors(bring(row(name=one.person.name))) == [(2, "sealed")]
    with pytest.raises(Refusal) as refused:
        apply(looked_at)
    assert refused.value.code == "data_changed"
    assert not Mark.objects.exists()


def test_differences_show_the_mark_before_and_an_undo_brings_it_back(bring, apply, hire, programme, town_officer):  # noqa: F811 - the fixture
    one, other = hire(1), hire(2)
    apply(bring(row(name=one.person.name, value="12", reason="初评"), row(name=other.person.name)))
    found = bring(row(name=one.person.name, value="15", reason="复核"), row(name=other.person.name))
    assert (found.counts["changed"], found.counts["unchanged"]) == (1, 1)
    change = found.changes.get()
    assert (change.before["乡镇评定 得分"], change.after["乡镇评定 得分"]) == ("12.00", "15.00")
    done = apply(found)
    assert counted(programme)[one.pk] == Decimal(15)
    with pytest.raises(Refusal):
        domain.undo(done, reason=" ", actor=town_officer)
    with rls.scope(town_officer):
        domain.undo(done, reason="会议记录有误", actor=town_officer)
    assert counted(programme) == {one.pk: Decimal(12), other.pk: Decimal(18)}
    assert Mark.objects.count() == 3


def test_once_the_month_is_sealed_an_import_of_marks_is_not_taken_back(bring, apply, hire, programme, town_officer):  # noqa: F811 - the fixture
    """The month's appraisal rests on the marks: they stay, the import stays applied, and what counts is what counted."""
    one, other = hire(1), hire(2)
    done = apply(bring(row(name=one.person.name, value="12"), row(name=other.person.name)))
    sealed = Appraisal.objects.create(
        region_code=other.region_code, appointment=other, period="month", first=JULY, grade="合格", passed=True,
        policy_digest="0" * 64,
    )  # fmt: skip
    with rls.scope(town_officer), pytest.raises(Refusal) as refused:
        domain.undo(done, reason="会议记录有误", actor=town_officer)
    assert refused.value.code == "sealed"
    assert str(sealed.appointment.person.name) in str(refused.value)
    assert not MarkWithdrawal.objects.exists()
    done.refresh_from_db()
    assert done.state == ImportState.APPLIED
    assert counted(programme) == {one.pk: Decimal(12), other.pk: Decimal(18)}


def test_the_village_gives_no_marks_of_the_town(bring, hire, make_user):  # noqa: F811 - the fixture
    one = hire(1)
    found = bring(row(name=one.person.name), actor=make_user(Role.VILLAGE_CLERK, TOWN[:9]))
    assert errors(found) == [(2, "not_yours")]


def test_csv_of_an_older_office(bring, hire):  # noqa: F811 - the fixture
    one = hire(1)
    text = f"姓名,分数,理由,考核月份\n{one.person.name},18,巡护认真,2020-07\n".encode("gb18030")
    found = bring(content=text, name="评定.csv")
    assert (errors(found), found.counts["new"]) == ([], 1)
