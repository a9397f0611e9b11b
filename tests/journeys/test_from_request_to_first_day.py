"""A village's post, from the request to the first working day, as clerk, town, county, deputy, auditor, leader and public see it.

The rural programme's seven steps: the clerk asks, the villagers vote, the list hangs out, the town checks against registers,
the deputy approves, the agreement is signed, nobody starts before the training.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from docx import Document
from playwright.sync_api import Locator, Page, expect
from tests.console.conftest import make_regions
from tests.journeys.conftest import PHONE, Browse, Clock, press
from tests.journeys.test_month import work_off
from tests.journeys.test_public import answer_question
from tests.people.factories import identity_number, make_household, make_person
from tests.posts.factories import make_programme
from tests.recruitment.comparison.world import line

from yigang.demo import photos
from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.notices import domain as notices
from yigang.people.enums import PoorKind
from yigang.people.models import Person
from yigang.policy.comparison import presets
from yigang.posts import domain as posts
from yigang.posts.domain import QuotaRecord
from yigang.posts.models import Post, Programme
from yigang.recruitment.comparison import registers
from yigang.recruitment.models import Application, Round
from yigang.tenure.models import Appointment

pytestmark = pytest.mark.journey
COUNTY, TOWN, VILLAGE = "520403", "520403100", "520403100201"
STAFF = {
    "county": (Role.COUNTY_MANAGER, COUNTY, "周县长"), "deputy": (Role.COUNTY_MANAGER, COUNTY, "覃副局长"),
    "town": (Role.TOWN_OFFICER, TOWN, "陈乡办"), "clerk": (Role.VILLAGE_CLERK, VILLAGE, "吴文书"),
    "auditor": (Role.AUDITOR, COUNTY, "石审计"), "leader": (Role.LEADER, COUNTY, "龙书记"),
}  # fmt: skip
NAMES = ("李大山", "王秀英", "赵铁柱", "钱有禄")
"""The third is voted down, the fourth is on the fiscal payroll; the second applies on the public site."""
MONDAY, FIRST_DAY = date(2020, 6, 1), date(2020, 7, 1)
MOBILE = "13985012345"


@dataclass
class Story:
    """Everybody's browser, the calendar, and what there is from the beginning."""

    clock: Clock
    programme: Programme
    people: dict[str, Person]
    messages: Path
    county: Page
    deputy: Page
    town: Page
    clerk: Page
    auditor: Page
    leader: Page
    visitor: Page

    @property
    def round(self) -> Round:
        return Round.objects.get()

    def application(self, name: str) -> Application:
        return Application.objects.get(person=self.people[name])

    def see_round(self, page: Page) -> Page:
        page.goto(f"/recruitment/{self.round.pk}/")
        return page

    def see_applicant(self, page: Page, name: str) -> Page:
        page.goto(f"/recruitment/applicants/{self.application(name).pk}/")
        return page

    def move_on(self, closes: str, opens: str) -> None:
        """The county closes one step and opens the next."""
        page = self.see_round(self.county)
        press(page.get_by_role("button", name=f"结束「{closes}」"))
        press(page.get_by_role("button", name=f"开始「{opens}」"))
        expect(page.get_by_role("heading", name=opens, exact=True)).to_be_visible()


@pytest.fixture
def story(committed_db, make_user, browse: Browse, clock: Clock, settings, tmp_path) -> Story:
    make_regions()
    staff = {key: named(make_user(role, prefix, username=key), name) for key, (role, prefix, name) in STAFF.items()}
    clock.to(MONDAY)
    programme = make_programme(
        "rural", name="平坝区农村公益性岗位", policy_code="rural-post-400", kind="public_welfare"
    )
    quota = QuotaRecord(programme.region_code, 2020, "就业补助资金", 10, 4_800_000)
    posts.save_quota(programme, quota, actor=staff["county"])
    notices.set_rules(
        programme.region_code, mask_names=False, two_persons=True, answer_days=5, complaint_days=15,
        contact="夏云镇便民服务大厅", actor=staff["county"],
    )  # fmt: skip
    people = {name: villager(order, name) for order, name in enumerate(NAMES, start=1)}
    payroll = pl.DataFrame([line(4, "钱有禄")], schema=registers.LINES)
    handed = registers.Handed(presets()["payroll"], date(2020, 5, 31), programme.region_code, None, payroll)
    registers.load_register(handed, actor=staff["county"])
    settings.SMS = f"file:{tmp_path / 'messages'}"
    pages = {key: browse(user) for key, user in staff.items()}
    for page in pages.values():
        page.on("dialog", lambda dialog: dialog.accept())
    return Story(clock, programme, people, tmp_path / "messages", **pages, visitor=browse(None, size=PHONE))


def named(user: User, name: str) -> User:
    user.name = name
    user.save()
    return user


def villager(order: int, name: str) -> Person:
    household = make_household(f"H{order}", poor_kind=PoorKind.REGISTERED, income_fen=300_000 + order)
    return make_person(name, order, household=household, phone=MOBILE if name == "王秀英" else "")


def deed(page: Page, label: str) -> Locator:
    """The form behind a button of "what can be done now", opened."""
    page.locator("summary", has_text=label).first.click()
    return page.locator("details[open] form")


def decide(page: Page, outcome: str, reason: str = "") -> None:
    """What the open step ends in for the applicant on the page."""
    form = deed(page, "办理")
    form.locator("[name=outcome]").select_option(outcome)
    fill(form, reason=reason)
    press(form.locator("button"))
    expect(page.get_by_text(f"已办理：{outcome}").first).to_be_visible()


def fill(form: Locator | Page, **values: object) -> None:
    for name, value in values.items():
        form.locator(f"[name={name}]").fill(str(value))


@pytest.mark.req("P4", "P5", "P10", "Z7", "Z8", "Z9", "Z15")
def test_a_post_is_asked_for_filled_and_worked_in(story: Story, picture) -> None:
    ask_for_a_post(story)
    open_a_round(story, picture)
    apply(story, picture)
    vote(story)
    hang_out(story, picture)
    check_and_rank(story)
    approve(story)
    sign_and_train(story)
    see_the_agreement(story)
    work(story, picture)
    look_back(story, picture)


def ask_for_a_post(story: Story) -> None:
    clerk = story.clerk
    clerk.goto("/posts/requests/")
    clerk.get_by_role("link", name="申请设岗").first.click()
    clerk.select_option("#id_programme", label="平坝区农村公益性岗位")
    clerk.select_option("#id_category", label="村容保洁")
    fill(
        clerk, year=2020, asker_name="芝麻村村委会", place="芝麻村一至三组", longitude="106.3005", latitude="26.3311",
        duties="村巷道路保洁", reason="村内道路和垃圾点无人打扫",
    )  # fmt: skip
    press(clerk.get_by_role("button", name="保存"))
    press(clerk.get_by_role("button", name="提交"))
    expect(clerk.get_by_text("待乡镇核实").first).to_be_visible()

    town = story.town
    town.goto("/")
    town.get_by_role("link", name="核实岗位申请").click()
    town.get_by_role("link", name="芝麻村村委会").click()
    expect(town.get_by_role("button", name="审批通过")).to_have_count(0)
    fill(town, text="实地看过，确有需要")
    press(town.get_by_role("button", name="核实无误"))

    county = story.county
    county.goto("/")
    county.get_by_role("link", name="审批岗位申请").click()
    county.get_by_role("link", name="芝麻村村委会").click()
    expect(county.get_by_text("4,800.00", exact=True)).to_be_visible()
    county.get_by_role("button", name="审批通过").click()
    expect(county.get_by_role("heading", name="已设岗位")).to_be_visible()


def open_a_round(story: Story, picture) -> None:
    """The county opens it and writes the announcement; as this county asks for two persons, the deputy publishes."""
    county, deputy, visitor = story.county, story.deputy, story.visitor
    county.get_by_role("link", name="新批次").click()
    fill(county, number="2020-1", title="2020年芝麻村公益性岗位选聘")
    county.get_by_role("button", name="开启批次").click()
    expect(county.get_by_role("heading", name="2020年芝麻村公益性岗位选聘")).to_be_visible()
    county.goto("/notices/new/")
    county.select_option("#id_kind", "announcement")
    county.select_option("#id_region_code", "520403000000")
    county.select_option("#id_programme", str(story.programme.pk))
    fill(
        county,
        title="芝麻村保洁员选聘公告",
        body="保洁员1名，6月5日前向村里或在网上申报。",
        opens=MONDAY,
        working_days=5,
    )
    press(county.get_by_role("button", name="保存"))
    expect(county.get_by_role("button", name="发布")).to_have_count(0)
    publish(deputy, "芝麻村保洁员选聘公告")
    read_notice(visitor, "芝麻村保洁员选聘公告")
    visitor.get_by_role("link", name="怎样申报").first.click()
    expect(visitor.get_by_text("须为建档立卡贫困家庭劳动者")).to_be_visible()
    expect(visitor.get_by_text("目前没有正在接受申报的批次")).to_be_visible()
    picture(visitor, "round-public-apply")


def read_notice(visitor: Page, title: str) -> None:
    visitor.goto("/public/")
    visitor.reload()  # the browser may keep a page for a minute
    visitor.get_by_role("link", name=title).click()


def publish(page: Page, title: str) -> None:
    page.goto("/")
    page.get_by_role("link", name="发布公示草稿").click()
    page.get_by_role("link", name=title).click()
    press(page.get_by_role("button", name="发布"))
    expect(page.get_by_text("已发布").first).to_be_visible()


def apply(story: Story, picture) -> None:
    """Three come to the clerk, one applies by telephone."""
    story.clock.to(MONDAY + timedelta(days=1))
    press(story.see_round(story.county).get_by_role("button", name="开始「申请」"))
    clerk = story.clerk
    for order, name in enumerate(NAMES, start=1):
        if name == "王秀英":
            continue
        story.see_round(clerk).get_by_role("link", name="登记申报").click()
        fill(clerk, identity=identity_number(order))
        clerk.locator("[name=able_to_work]").select_option("yes")
        press(clerk.get_by_role("button", name="保存"))
        expect(clerk.get_by_text(name).first).to_be_visible()

    visitor = story.visitor
    visitor.reload()
    fill(visitor, phone=MOBILE)
    answer_question(visitor)
    press(visitor.get_by_role("button", name="获取验证码"))
    expect(visitor.locator("#id_code")).to_be_visible()
    code = story.messages.read_text("utf-8").split("验证码是 ")[1][:6]
    fill(visitor, code=code, identity=identity_number(2))
    for name, answer in {"able_to_work": "yes", "public_payroll": "no", "village_officer_kin": "no"}.items():
        visitor.locator(f"[name={name}]").select_option(answer)
    visitor.locator("[name=agreed]").check()
    picture(visitor, "round-public-form")
    visitor.get_by_role("button", name="提交申报").click()
    expect(visitor.get_by_text("申报已收到")).to_be_visible()
    assert sorted(Application.objects.values_list("source", flat=True)) == ["clerk", "clerk", "clerk", "public"]


def vote(story: Story) -> None:
    story.clock.to(MONDAY + timedelta(days=8))
    story.move_on("申请", "民主评议")
    clerk = story.clerk
    story.see_round(clerk).get_by_role("link", name="录入民主评议").click()
    fill(
        clerk, held_on=story.clock.today, place="村委会会议室", chair="陶启山", tellers="陶启明、谭桂香", entitled=60, present=45,
        minutes="逐人介绍后无记名投票，当场唱票。",
    )  # fmt: skip
    clerk.locator("[name=photo]").set_input_files(photo("会场.jpg"))
    for name, agree in {"李大山": 38, "王秀英": 42, "赵铁柱": 12, "钱有禄": 30}.items():
        key = story.application(name).pk
        fill(clerk, **{f"agree-{key}": agree, f"against-{key}": 45 - agree, f"abstain-{key}": 0})
    clerk.get_by_role("button", name="保存").click()
    expect(clerk.get_by_text("已录入 4 人的票数")).to_be_visible()
    expect(story.see_applicant(clerk, "赵铁柱").get_by_text("民主评议：到会 45 人，同意 12 票")).to_be_visible()


def photo(name: str) -> dict[str, object]:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photos.posted(name)}


def hang_out(story: Story, picture) -> None:
    """The village hangs the list out; the public sees names and nothing that could hurt."""
    story.move_on("民主评议", "村公示")
    publish(story.deputy, "村公示")
    visitor, clerk = story.visitor, story.clerk
    read_notice(visitor, "村公示")
    expect(visitor.locator("table.list tbody tr")).to_have_count(3)
    assert visitor.locator("table.list thead").inner_text().split() == ["序号", "姓名", "村（社区）", "提异议"]
    text = visitor.content()
    for order, name in enumerate(NAMES, start=1):
        assert identity_number(order) not in text, name
    assert MOBILE not in text
    expect(visitor.get_by_text("赵铁柱")).to_have_count(0)
    picture(visitor, "round-public-list")

    form = deed(story.see_round(clerk), "附上材料或照片")
    form.locator("[name=file]").set_input_files(photo("村公示.jpg"))
    press(form.locator("button"))
    story.clock.to(date(2020, 6, 15))
    story.see_round(clerk).get_by_role("button", name="无异议的通过").click()
    expect(clerk.get_by_text("3 人进入下一步")).to_be_visible()


def check_and_rank(story: Story) -> None:
    """The county compares: the payroll register stops one. The town proves it true and decides by the clauses."""
    story.move_on("村公示", "镇审")
    county, town = story.county, story.town
    county.get_by_role("link", name="与登记册比对").click()
    county.get_by_role("button", name="开始比对").click()
    county.locator("[hx-get^='/office/jobs/']").first.wait_for(state="attached")
    work_off()
    story.see_round(town).get_by_role("link", name="数据比对").click()
    town.get_by_role("link", name="查看比中").click()
    town.get_by_role("link", name="钱有禄").click()
    fill(town, reason="财政局核实，本人在镇水务站领取工资")
    press(town.get_by_role("button", name="核实属实"))
    story.see_round(town).get_by_role("button", name="审核选聘条件").click()
    town.get_by_role("button", name="按条件办理明确的").click()
    expect(town.get_by_text("1 人待办理")).to_be_visible()
    decide(story.see_applicant(town, "钱有禄"), "不符合条件", "财政供养人员")
    press(story.see_round(county).get_by_role("button", name="给申报人排名"))
    assert [story.application(name).rank for name in ("王秀英", "李大山")] == [1, 2]


def approve(story: Story) -> None:
    """The county's deputy approves the first; the second is told why not."""
    story.clock.to(date(2020, 6, 17))
    story.move_on("镇审", "县批")
    decide(story.see_applicant(story.deputy, "王秀英"), "批准")
    decide(story.see_applicant(story.deputy, "李大山"), "不批准", "排名第二，名额已满")


def sign_and_train(story: Story) -> None:
    """The agreement's step, then the training: a start without the certificate is refused."""
    story.move_on("县批", "协议")
    town = story.town
    agree(story)
    decide(story.see_applicant(town, "王秀英"), "已签协议")
    story.clock.to(date(2020, 6, 28))
    story.move_on("协议", "岗前培训")
    decide(story.see_applicant(town, "王秀英"), "培训合格")
    hire(story)
    expect(town.get_by_text("先培训后上岗").first).to_be_visible()
    assert not Appointment.objects.exists()
    town.goto("/tenure/certificates/")
    town.get_by_role("link", name="登记合格证").first.click()
    fill(town, number=identity_number(2), subject="岗前培训", issuer="区就业局", issued_on=story.clock.today)
    press(town.get_by_role("button", name="保存"))
    expect(town.get_by_role("link", name="王秀英")).to_be_visible()
    hire(story)
    expect(town.get_by_text("已聘用").first).to_be_visible()
    story.see_round(story.county).get_by_role("button", name="结束「岗前培训」").click()
    expect(story.county.get_by_role("heading", name="各环节已完成")).to_be_visible()


def hire(story: Story) -> None:
    form = deed(story.see_applicant(story.town, "王秀英"), "聘用")
    form.locator("[name=post]").select_option(str(Post.objects.get().pk))
    fill(form, starts=FIRST_DAY)
    press(form.locator("button"))


def agree(story: Story) -> None:
    """The agreement is made, read, and its signed copy filed, before anybody is hired."""
    form = deed(story.see_applicant(story.town, "王秀英"), "生成协议")
    form.locator("[name=post]").select_option(str(Post.objects.get().pk))
    fill(form, starts=FIRST_DAY)
    press(form.locator("button"))
    town = story.see_applicant(story.town, "王秀英")
    with town.expect_download() as download:
        town.get_by_role("link", name=".docx").click()
    text = "\n".join(one.text for one in Document(BytesIO(Path(download.value.path()).read_bytes())).paragraphs)
    assert "王秀英" in text
    assert identity_number(2) not in text
    form = deed(town, "上传签署件")
    form.locator("[name=file]").set_input_files(photo("签署件.jpg"))
    fill(form, on=story.clock.today)
    press(form.locator("button"))
    expect(town.get_by_role("link", name="签署件.jpg")).to_be_visible()


def see_the_agreement(story: Story) -> None:
    """Who was hired keeps it."""
    town = story.see_applicant(story.town, "王秀英")
    town.locator("main").get_by_role("link", name="协议", exact=True).click()
    expect(town.get_by_role("link", name="签署件.jpg")).to_be_visible()


def work(story: Story, picture) -> None:
    """The clerk notes the first day on the village's paper, the town compares it."""
    story.clock.to(FIRST_DAY + timedelta(days=1))
    paper = f"/duty/paper/?village={VILLAGE}&month=2020-07"
    clerk, town = story.clerk, story.town
    clerk.goto(paper)
    clerk.get_by_label("王秀英 07-01").fill("出")
    press(clerk.get_by_role("button", name="保存录入"))
    expect(clerk.locator(".message-success")).to_be_visible()
    town.goto(paper)
    press(town.get_by_role("button", name="与纸质一致"))
    expect(town.locator(".message-success")).to_be_visible()
    town.goto(f"/people/{story.people['王秀英'].pk}/?month=2020-07")
    expect(town.locator(".duty-calendar")).to_contain_text("出")
    picture(town, "round-first-day")


def look_back(story: Story, picture) -> None:
    """Leader and auditor read everything, and can change nothing."""
    for reader in (story.leader, story.auditor):
        page = story.see_round(reader)
        expect(page.get_by_text("申报 4")).to_be_visible()
        expect(page.get_by_role("button", name="开始")).to_have_count(0)
        page.goto(f"/posts/{Post.objects.get().pk}/")
        picture(page, "round-post-held")
        expect(page.get_by_role("link", name="王秀英")).to_be_visible()
    story.auditor.goto("/office/audit/")
    expect(story.auditor.locator("tbody tr", has_text="聘用申报人")).to_be_visible()
    picture(story.auditor, "round-audit")
