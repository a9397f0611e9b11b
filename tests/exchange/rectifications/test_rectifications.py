"""A rectification list handed in: 8 items with 78 points, each closed on its own; faults at their row, all or nothing."""

from datetime import date, datetime

import pytest
from tests.exchange.roster.conftest import county  # noqa: F401 - a fixture
from tests.posts.factories import make_programme

from yigang.exchange import domain
from yigang.exchange.enums import ImportKind
from yigang.exchange.rectifications.columns import POINTS, template
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Refusal
from yigang.oversight import domain as oversight
from yigang.oversight import queries
from yigang.oversight.models import Rectification

CREATED = datetime(2021, 2, 1)  # noqa: DTZ001 - a workbook has no zone
COUNTY = "520403000000"
ITEMS = (
    "考勤管理不严",
    "日志记录不全",
    "业务知识不熟",
    "政策宣传不够",
    "账户信息有误",
    "岗位设置不清",
    "培训流于形式",
    "公示不规范",
)
pytestmark = pytest.mark.req("T9")


def row(**values: object) -> list[object]:
    given = {
        "item": ITEMS[0], "finding": "值班室无人", "unit": "区林业局", "owner": "王科长", "found_on": date(2020, 7, 6), **values,
    }  # fmt: skip
    return [given.get(spec.key) for spec in POINTS]


@pytest.fixture
def inspector(make_user):
    return make_user(Role.INSPECTOR, "520403")


@pytest.fixture
def bring(county, inspector):  # noqa: F811 - the fixture
    programme = make_programme()

    def bring(*rows: list[object], content: bytes = b""):
        data = content or workbook_bytes(
            [Sheet("清单", [Column(spec.label) for spec in POINTS], rows)], created=CREATED
        )
        given = {"kind": ImportKind.RECTIFICATION, "region_code": COUNTY, "programme": programme, "actor": inspector}
        with rls.scope(inspector):
            return domain.preview(domain.receive(data, name="整改清单.xlsx", **given), actor=inspector)

    return bring


def errors(found) -> list[tuple[int | None, str]]:
    return [(each["row"], each["code"]) for each in found.problems if each["severity"] == "error"]


def test_eight_items_with_78_points_are_entered_and_closed_one_by_one(bring, inspector, county_manager):
    rows = [
        row(item=f"{number % 8 + 1}、{ITEMS[number % 8]}", finding=f"第 {number + 1} 条问题") for number in range(78)
    ]
    found = bring(*rows)
    assert (errors(found), found.counts["new"], Rectification.objects.count()) == ([], 78, 0)
    with rls.scope(inspector):
        domain.apply(found, actor=inspector)
    points = list(Rectification.objects.order_by("pk"))
    assert (len({one.item for one in points}), {one.due for one in points}) == (8, {date(2020, 7, 20)})
    for number, point in enumerate(points, start=1):
        oversight.put_right(point, "已整改到位", actor=county_manager)
        oversight.close_point(point, actor=inspector)
        assert Rectification.objects.filter(state="closed").count() == number
    again = bring(*rows).counts
    assert (again["rows"], again["new"], again["unchanged"]) == (78, 0, 78)


def test_a_list_is_taken_back_whole_until_somebody_works_on_it(bring, inspector, county_manager):
    with rls.scope(inspector):
        applied = domain.apply(bring(row(), row(finding="日志缺三天")), actor=inspector)
        domain.undo(applied, reason="导错了", actor=inspector)
        assert queries.on_list().count() == 0
        again = domain.apply(bring(row(), row(finding="日志缺三天")), actor=inspector)
    oversight.put_right(Rectification.objects.last(), "已补", actor=county_manager)
    with rls.scope(inspector), pytest.raises(Refusal) as caught:
        domain.undo(again, reason="导错了", actor=inspector)
    assert caught.value.code == "worked_on"


def test_every_fault_stands_at_its_row_and_keeps_the_whole_list_out(bring):
    found = bring(
        row(), row(), row(finding="无责任人", owner=""), row(finding="没有这个村", village="天上村"),
        row(finding="期限早了", due=date(2020, 7, 1)), row(finding="问" * 501),
    )  # fmt: skip
    kept = errors(found)
    assert [row for row, _code in kept] == [3, 4, 5, 6, 7]
    assert (kept[0][1], kept[3][1], found.state, Rectification.objects.count()) == ("point_twice", "due", "refused", 0)


def test_the_template_reads_back_and_its_example_is_left_out(bring):
    found = bring(content=template(CREATED))
    assert (errors(found), found.counts["rows"]) == ([], 0)
