"""Notice and list on paper: what the notice shows and nothing else, over as many pages as it takes, one village alone."""

import pytest
from tests.foundation import pdfa
from tests.foundation.pdfa import text_of
from tests.notices.factories import TOWN_CODE, VILLAGE, make_draft, make_published, rows

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import Region
from yigang.notices import domain
from yigang.notices.domain import Row
from yigang.notices.papers import OBJECTIONS, lines_of, print_list, print_notice

PAGE = "https://yigang.example/public/notices/1/"
OTHER = "520403100202"


@pytest.fixture(autouse=True)
def places(db) -> None:
    for code, name, level in ((TOWN_CODE, "夏云镇", 4), (VILLAGE, "平元村", 5), (OTHER, "毛昌村", 5)):
        Region.objects.create(code=code, name=name, level=level, parent_code="", valid_from=2020, source="test")


def two_villages() -> list[Row]:
    return [*rows("张三"), Row("李四", "毛昌村", "护林员", amount_fen=58_000, days=20, region_code=OTHER)]


@pytest.mark.req("P10")
def test_the_notice_has_text_list_term_and_the_code_of_its_page(town_officer):
    notice = make_published(town_officer, rows=two_villages())
    content = print_notice(notice, PAGE, actor=town_officer).content
    pdfa.check(content)
    shown = text_of(content)
    for text in (notice.title, notice.number, "经村级评议", "张三", "李四", "620.00", "夏云镇", PAGE, "5 个工作日"):
        assert text in shown
    assert OBJECTIONS[:12] in shown
    assert "不得张贴" not in shown


@pytest.mark.req("P10")
def test_a_list_is_that_of_one_village_and_keeps_its_numbers(town_officer):
    notice = make_published(town_officer, rows=two_villages())
    both, one = (
        text_of(print_list(notice, PAGE, village=village, actor=town_officer).content) for village in ("", OTHER)
    )
    assert "张三" in both
    assert "夏云镇，2 人" in both
    assert "张三" not in one
    assert "毛昌村，1 人" in one
    assert "2李四" in one.replace(" ", "")
    with pytest.raises(Refusal) as caught:
        print_list(notice, PAGE, village="520403100203", actor=town_officer)
    assert caught.value.code == "nobody"


def test_a_long_list_runs_over_pages_with_its_headings(town_officer):
    notice = make_published(town_officer, rows=rows(*(f"张{number}" for number in range(1, 101))))
    content = print_list(notice, PAGE, actor=town_officer).content
    pages = pdfa.pages_of(content)
    assert pages > 2
    assert all("姓名" in text_of(content, page) for page in range(pages - 1))
    assert f"第 {pages} 页　共 {pages} 页" in text_of(content, pages - 1)


def test_what_is_not_public_says_so_and_has_no_code(town_officer):
    draft = make_draft(town_officer)
    shown = text_of(print_notice(draft, PAGE, actor=town_officer).content)
    assert "尚未发布，不得张贴" in shown
    assert PAGE not in shown
    down = domain.take_down(domain.publish(draft, actor=town_officer), reason="有误", actor=town_officer)
    assert "已撤下，不得张贴" in text_of(print_notice(down, PAGE, actor=town_officer).content)


def test_names_stand_as_the_countys_rule_shows_them(town_officer, county_manager):
    rule = {"two_persons": False, "answer_days": 5, "complaint_days": 15, "contact": ""}
    domain.set_rules("520403000000", mask_names=True, actor=county_manager, **rule)
    notice = make_published(town_officer)
    shown = text_of(print_list(notice, PAGE, actor=town_officer).content)
    assert "李*四" in shown
    assert "李小四" not in shown
    assert lines_of(rows("李小四"), TOWN_CODE, ["name", "days"]) == [(1, ["李*四", 22])]


def test_a_row_with_what_may_not_be_public_is_not_printed_either():
    with pytest.raises(Refusal):
        lines_of([Row("张三", post="护林员 13800138000", region_code=VILLAGE)], TOWN_CODE, ["name"])


def test_offices_below_print_what_is_published_and_no_draft(county_manager, make_user):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    notice = make_published(county_manager, region_code="520403000000")
    assert "张三" in text_of(print_notice(notice, PAGE, actor=clerk).content)
    with pytest.raises(Forbidden):
        print_notice(make_draft(county_manager, region_code="520403000000"), PAGE, actor=clerk)
    with pytest.raises(Forbidden):
        print_list(notice, PAGE, actor=make_user(Role.POST_HOLDER, TOWN_CODE[:9]))
