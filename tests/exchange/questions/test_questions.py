"""A table of questions: faults at their cell, all or nothing, out of use again when it is undone."""

import pytest
from tests.exchange.roster.conftest import county  # noqa: F401 - a fixture
from tests.exchange.stated import CREATED, errors

from yigang.exchange import domain
from yigang.exchange.enums import ImportKind
from yigang.exchange.questions.columns import QUESTIONS, template
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.training.models import Question

pytestmark = pytest.mark.req("P6")
COUNTY = "520403000000"
ROW = {
    "subject": "森林防火", "kind": "单选", "text": "方针？", "optionA": "预防为主、积极消灭", "optionB": "先救后防", "right": "A",
    "source": "《森林防火条例》第三条",
}  # fmt: skip


@pytest.fixture
def bring(county, county_manager):  # noqa: F811 - the fixture
    """Look at rows of cells by key, or at the file's own bytes."""

    def bring(*rows: dict[str, object], content: bytes = b""):
        cells = [[row.get(spec.key) for spec in QUESTIONS] for row in rows]
        data = content or workbook_bytes(
            [Sheet("题库", [Column(spec.label) for spec in QUESTIONS], cells)], created=CREATED
        )
        given = {"name": "题库.xlsx", "kind": ImportKind.QUESTION, "region_code": COUNTY, "programme": None}
        with rls.scope(county_manager):
            return domain.preview(domain.receive(data, **given, actor=county_manager), actor=county_manager)

    return bring


def test_questions_come_in_once_and_an_undo_takes_them_out_of_use(bring, county_manager):
    rows = [
        ROW, {**ROW, "kind": "多选", "text": "哪些？", "optionC": "丙", "right": "A、C"},
        {"subject": "作业安全", "kind": "判断", "text": "对吗？", "right": "错", "source": "《安全生产法》"},
    ]  # fmt: skip
    found = bring(*rows)
    assert (errors(found), found.counts["new"], Question.objects.count()) == ([], 3, 0)
    with rls.scope(county_manager):
        found = domain.apply(found, actor=county_manager)
        assert sorted(Question.objects.values_list("right", flat=True)) == [["A"], ["A", "C"], ["B"]]
        assert bring(*rows).counts["unchanged"] == 3
        domain.undo(found, reason="题目有误", actor=county_manager)
    assert not Question.objects.filter(retired_at=None).exists()
    assert bring(*rows).counts["new"] == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"right": None}, "required"), ({"right": "C"}, "right_unknown"), ({"right": "AB"}, "right_many"),
        ({"kind": "多选"}, "right_few"), ({"kind": "判断"}, "options"), ({"source": None}, "required"),
        ({"subject": "烹饪"}, "not_a_choice"), ({"optionB": None}, "options"), ({"text": "长" * 501}, "too_long"),
        ({"optionA": None}, "options"), ({"text": "另一题？"}, "twice"),
    ],
)  # fmt: skip
def test_a_fault_of_one_row_refuses_the_file(bring, county_manager, changes, code):
    found = bring({**ROW, "text": "另一题？"}, {**ROW, **changes})
    assert errors(found) == [(3, code)]
    with pytest.raises(Refusal), rls.scope(county_manager):
        domain.apply(found, actor=county_manager)
    assert not Question.objects.exists()


def test_the_template_itself_is_read_without_a_fault_and_adds_nothing(bring):
    found = bring(content=template(CREATED))
    assert (errors(found), found.counts["rows"]) == ([], 0)
