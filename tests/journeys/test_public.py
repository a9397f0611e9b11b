"""A villager of seventy, on a telephone, without an account: to the village in two taps, the list, an objection, its answer."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from tests.console.conftest import make_programme, make_regions
from tests.journeys.conftest import PHONE, Browse, at_both_sizes, press, too_wide
from tests.notices.factories import make_published

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.notices import domain
from yigang.notices.enums import Decision, NoticeKind
from yigang.notices.models import Objection
from yigang.public.challenge import NUMERALS

pytestmark = pytest.mark.journey
UNNAMED = (
    "[...document.querySelectorAll('input:not([type=hidden]), textarea, select')].filter(e => !e.labels.length).length"
)
"""Fields without a label."""
TEXT = "名单上的李小四常年在外务工，没有在村里住。"


def answer_question(page: Page) -> None:
    """Read the sum as a person does, and type it."""
    label = page.locator("label[for=id_answer]").inner_text()
    one, sign, two = re.findall(r"([一二三四五六七八九])(加|减)([一二三四五六七八九])", label)[0]
    first, second = NUMERALS.index(one), NUMERALS.index(two)
    page.fill("#id_answer", str(first + second if sign == "加" else first - second))


@pytest.mark.req("P10")
def test_from_the_village_to_the_answer(committed_db, browse: Browse, make_user, picture):
    make_regions()
    author = make_user(Role.TOWN_OFFICER, "520403100")
    manager = make_user(Role.COUNTY_MANAGER, "520403")
    domain.set_rules(
        "520403000000", mask_names=False, two_persons=False, answer_days=5, complaint_days=15,
        contact="夏云镇便民服务大厅，0851-34220000", actor=manager,
    )  # fmt: skip
    notice = make_published(author)
    page = browse(None, size=PHONE, expected=["422"])

    page.goto("/public/")
    picture(page, "public-home")
    page.locator(".doors a").first.click()
    page.get_by_role("link", name=notice.title).click()
    expect(page.get_by_role("cell", name="姓名 李小四")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, "public-notice")

    page.locator("tr", has_text="李小四").get_by_role("link", name="提异议").click()
    page.fill("#id_text", TEXT)
    page.fill("#id_name", "王二")
    page.fill("#id_answer", "99")
    picture(page, "public-object")
    press(page.get_by_role("button", name="提交"))
    expect(page.locator("text=答案不对")).to_be_visible()
    answer_question(page)
    press(page.get_by_role("button", name="提交"))
    receipt = page.locator(".receipt").inner_text()
    picture(page, "public-receipt")
    kept = {one["name"]: one["value"] for one in page.context.cookies()}
    assert kept.keys() == {"django_language", "place"}, "the test's own, and where to look the next time"
    assert kept["place"].isdigit()

    with rls.everywhere("the office works"):
        objection = Objection.objects.get()
        domain.assign(objection, manager, actor=author)
        domain.recheck(objection, "经核实，确实不在村居住。", actor=manager)
        domain.answer(objection, Decision.UPHELD, "经复核，反映属实，已取消该同志拟聘资格。", actor=manager)

    page.get_by_role("main").get_by_role("link", name="查询异议进度").click()
    page.fill("#id_receipt", receipt)
    press(page.get_by_role("button", name="查询"))
    expect(page.locator("text=反映属实")).to_be_visible()
    picture(page, "public-answer")
    page.goto(f"/public/notices/{notice.pk}/")
    page.reload()  # the browser may keep a page for a minute
    expect(page.locator("text=予以采纳")).to_be_visible()
    expect(page.locator("text=王二")).to_have_count(0)
    page.goto(f"/public/notices/{notice.pk}/print/")
    picture(page, "public-print")
    page.goto("/public/en/")
    picture(page, "public-english")


@pytest.mark.req("P4")
def test_the_office_sees_and_answers(committed_db, browse: Browse, make_user, picture):
    make_regions()
    author = make_user(Role.TOWN_OFFICER, "520403100")
    manager = make_user(Role.COUNTY_MANAGER, "520403")
    notice = make_published(author)
    make_published(author, title="护林员2026年10月补助发放公示", opens=timezone.localdate() - timedelta(days=30))
    objection = domain.object_to(notice, notice.rows.get(position=2), TEXT)
    page = browse(manager)
    for name, address in (
        ("notices-list", "/notices/"), ("notices-one", f"/notices/{notice.pk}/"), ("notices-new", "/notices/new/"),
        ("notices-objections", "/notices/objections/"), ("notices-objection", f"/notices/objections/{objection.pk}/"),
        ("notices-rules", "/notices/rules/"), ("notices-sheet", f"/notices/{notice.pk}/sheet/"),
    ):  # fmt: skip
        page.goto(address)
        picture(page, name)
    page.goto(f"/notices/objections/{objection.pk}/")
    page.select_option("#id_assignee", str(manager.pk))
    press(page.get_by_role("button", name="指定复核人"))
    page.fill("#id_finding", "经核实，确实不在村居住。")
    press(page.get_by_role("button", name="已复核"))
    press(page.get_by_role("link", name="答复"))
    picture(page, "notices-answer")
    page.locator("input[name=decision][value=upheld]").check()
    page.fill("#id_text", "经复核，反映属实。")
    press(page.get_by_role("button", name="保存"))
    expect(page.locator("text=予以采纳").first).to_be_visible()
    phone = browse(manager, size=PHONE)
    phone.goto(f"/notices/{notice.pk}/")
    picture(phone, "notices-one")


def test_every_public_page_is_chinese_fits_and_names_its_fields(committed_db, browse: Browse, make_user, picture):
    """Latin words are English left over; a field without a label cannot be read aloud."""
    make_regions()
    author = make_user(Role.TOWN_OFFICER, "520403100")
    programme = make_programme()
    notice = make_published(author, kind=NoticeKind.ANNOUNCEMENT, programme=programme)
    town = "520403100"
    page = browse(None, expected=["404"])
    wrong = {}
    for path in (
        "", "region/520403/", f"region/{town}/", f"programme/{programme.pk}/", f"programme/{programme.pk}/apply/",
        "search/?q=公示", f"notices/{notice.pk}/", f"notices/{notice.pk}/object/", f"region/{town}/complain/", "receipt/",
        "notices/999/",
    ):  # fmt: skip
        for width in at_both_sizes(page, f"/public/{path}", status=404 if "999" in path else 200):
            picture(page, f"public-{path.strip('/').replace('/', '-').partition('?')[0] or 'start'}")
            english = set(re.findall(r"[A-Za-z]{3,}", page.locator("body").inner_text())) - {"English", "RSS"}
            unnamed = page.evaluate(UNNAMED)
            if (overflow := too_wide(page)) > 0 or english or unnamed:
                wrong[path, width] = (overflow, english, unnamed)
    assert wrong == {}
