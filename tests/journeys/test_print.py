"""On paper: a person's dossier without the frame, the list of one village for its wall."""

import pytest
from tests.foundation.pdfa import text_of
from tests.journeys.conftest import PICTURES, at_both_sizes, too_wide
from tests.notices.factories import TOWN_CODE, VILLAGE, make_published, rows

from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.notices.domain import Row
from yigang.people.models import Person

pytestmark = pytest.mark.journey


@pytest.mark.req("P1")
def test_the_dossier_prints_clean(district, browse):
    person = Person.objects.get(name="王小红")
    page = browse(district)
    page.goto(f"/people/{person.pk}/")
    page.emulate_media(media="print")
    printed = page.locator("body").inner_text()
    assert "芝麻村三组12号" in printed
    assert "2020年7月：合格" in printed
    assert "打印" in printed
    for button in ("显示", "更正档案", "打印档案", "快捷键", "待办"):
        assert button not in printed
    PICTURES.mkdir(parents=True, exist_ok=True)
    assert page.pdf(path=PICTURES / "dossier.pdf", format="A4", prefer_css_page_size=True).count(b"/Type /Page\n") <= 3


@pytest.mark.req("P10")
def test_the_town_prints_the_list_of_one_village(committed_db, make_user, browse, picture):
    for code, name, level in ((TOWN_CODE, "夏云镇", 4), (VILLAGE, "平元村", 5), ("520403100202", "毛昌村", 5)):
        Region.objects.create(code=code, name=name, level=level, parent_code="", valid_from=2020, source="test")
    town = make_user(Role.TOWN_OFFICER, TOWN_CODE[:9])
    elsewhere = Row("李四", "毛昌村", "护林员", amount_fen=58_000, days=20, region_code="520403100202")
    notice = make_published(town, rows=[*rows("张三"), elsewhere])
    page = browse(town, expected=["404"])  # the reader of PDFs asks for a sign of its own
    for width in at_both_sizes(page, f"/notices/{notice.pk}/"):
        page.get_by_label("村").select_option(label="夏云镇 毛昌村")
        picture(page, "notice-papers")
        assert too_wide(page) <= 0, width
    with page.expect_response(lambda answer: "list.pdf" in answer.url) as caught:
        page.get_by_role("button", name="公示名单（PDF）").click()
    shown = text_of(page.request.get(caught.value.url).body())
    assert "李四" in shown
    assert "张三" not in shown
