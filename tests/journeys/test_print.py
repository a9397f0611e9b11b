"""On paper: a person's dossier without the frame, the list of one village for its wall."""

from io import BytesIO

import pytest
from pypdf import PdfReader
from tests.foundation.pdfa import text_of
from tests.journeys.conftest import PICTURES, at_both_sizes, too_wide
from tests.notices.factories import TOWN_CODE, VILLAGE, make_published, rows
from tests.payment.world import JULY, TOWN, World

from yigang.duty.enums import Table
from yigang.foundation.enums import Role
from yigang.foundation.models import Region
from yigang.notices.domain import Row
from yigang.payment.models import SubsidyLine
from yigang.payment.settlement.calculate import settle
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


@pytest.mark.req("Z10")
def test_the_slip_of_a_persons_pay_is_one_sheet_without_the_frame(committed_db, make_user, browse):
    """The name first, then the money as the largest sentence, inside the printer's margins; nothing of the console."""
    officer = make_user(Role.TOWN_OFFICER, TOWN[:9], username="officer")
    world = World(officer)
    world.declare(Table.LEAVES, Table.WORK_LOGS, Table.FINDINGS)
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=officer)
    page = browse(officer)
    page.goto(f"/months/lines/{SubsidyLine.objects.get().pk}/plain")
    page.emulate_media(media="print")
    lines = [line for line in page.locator("body").inner_text().splitlines() if line.strip()]
    assert lines[0] == "王大山"
    assert "本月发放 833.33 元" in lines[3]
    assert lines[-1].startswith("如有不对")
    sizes = page.locator(".plain-sheet p").evaluate_all(
        "all => all.map(one => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert min(sizes[2:]) >= 16, "read by people without their glasses"
    assert sizes[2] > max(sizes[3:])
    (sheet,) = PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages
    width, height = (round(float(side) * 25.4 / 72) for side in (sheet.mediabox.width, sheet.mediabox.height))
    assert (width, height) == (210, 297)
    assert "833.33" in sheet.extract_text()
