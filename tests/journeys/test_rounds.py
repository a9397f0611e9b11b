"""Pages of a round in a browser: they are Chinese, fit a phone, and a step is closed by pressing its button."""

from decimal import Decimal

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import at_both_sizes, press, too_wide
from tests.journeys.test_every_page import english_in
from tests.recruitment.world import TOWN, make_world

from yigang.foundation.enums import Role
from yigang.recruitment import domain, queries
from yigang.recruitment.models import Application

pytestmark = pytest.mark.journey
POINTS = {"身体条件和巡护能力": Decimal(32), "家庭困难程度": Decimal(30), "熟悉林区和群众评价": Decimal(15)}


@pytest.fixture
def world(committed_db, make_user):
    """Pingba's round at 考察: five applied, one is too old, one gave it up, one has been marked by one of two."""
    made = make_world(make_user, heads=(2, 2))
    for user, name in (
        (made.county, "周县长"),
        (made.town, "陈乡办"),
        (made.station, "罗站长"),
        (made.clerk, "吴文书"),
    ):
        user.name = name
        user.save()
    made.open()
    made.next()
    made.next()
    for name in ("李大山", "王秀英", "赵铁柱", "刘小翠"):
        made.apply(made.person(name), made.posts[0])
    made.apply(made.person("孙老汉", birth=made.day.replace(year=1950)))
    made.next()
    domain.decide_by_clauses(made.judge(), actor=made.town)
    domain.withdraw(Application.objects.get(person__name="刘小翠"), "外出务工", actor=made.clerk)
    made.next()
    domain.give_marks(Application.objects.get(person__name="李大山"), POINTS, "入户查看，身体好", actor=made.station)
    return made


def test_the_pages_of_a_round_are_chinese_and_fit(world, browse, picture):
    page = browse(world.station)
    county = browse(world.county)
    one = Application.objects.get(person__name="李大山")
    old = Application.objects.get(person__name="孙老汉")
    pages = {
        "rounds": (county, "/recruitment/"), "round": (county, f"/recruitment/{world.round.pk}/"),
        "round-new": (county, f"/recruitment/new/?programme={world.programme.pk}&number=2&title=第二批"),
        "applicants": (county, f"/recruitment/applicants/?round={world.round.pk}"),
        "applicant": (page, f"/recruitment/applicants/{one.pk}/"),
        "applicant-out": (county, f"/recruitment/applicants/{old.pk}/"),
        "round-apply": (county, f"/recruitment/{world.round.pk}/apply/"),
    }  # fmt: skip
    wrong = {}
    for name, (opened, path) in pages.items():
        for width in at_both_sizes(opened, path, until="networkidle" if name == "round" else "load"):
            for each in opened.locator("details").all():
                each.evaluate("one => { one.open = one.closest('.card') !== null }")
            picture(opened, f"recruitment-{name}")
            overflow, english = too_wide(opened), english_in(opened.locator("body").inner_text())
            if overflow > 0 or english:
                wrong[name, width] = (overflow, english)
    assert wrong == {}


def test_a_rounds_page_numbers_each_step_once_and_draws_its_funnel_in_every_state(world, browse, picture):
    """With people in the running; a sentence before anybody has applied; a funnel again when everybody is out."""
    page, address = browse(world.county), f"/recruitment/{world.round.pk}/"
    steps, chart, head = (page.locator(one) for one in (".steps-path b", "[data-chart='funnel-chart'] svg", "#path"))
    for _width in at_both_sizes(page, address):
        assert steps.all_inner_texts() == ["公告", "申报", "审核", "考察", "评定", "公示", "聘用"]
        numbers = [step.evaluate("one => getComputedStyle(one, '::before').content") for step in steps.all()]
        assert numbers == ['counter(step) ". "'] * 7  # counted by the style, so that a list read aloud has them once
        for words in ("已申报 5", "符合条件 4", "没有放弃 3", "已聘用 0"):
            expect(chart.get_by_text(words)).to_be_visible()
        picture(page, "recruitment-funnel")
        assert head.evaluate("one => one.getClientRects().length && one.offsetHeight < 40")

    empty = domain.open_round(world.programme, "E", "空的一轮", {world.posts[0]: 1}, actor=world.county, on=world.day)
    for _width in at_both_sizes(page, f"/recruitment/{empty.pk}/"):
        expect(page.get_by_text("还没有人申报。")).to_be_visible()

    out = {"state": "out", "reasons": ["审核：不符合条件"], "ended_in": world.round.steps.get(position=3)}
    Application.objects.filter(round=world.round).update(**out)
    for _width in at_both_sizes(page, address):
        expect(chart.get_by_text("符合条件 0")).to_be_visible()


def test_a_second_reviewer_marks_and_the_station_lets_the_applicant_pass(world, browse, make_user):
    second = make_user(Role.STATION_OFFICER, TOWN, username="second")
    one = Application.objects.get(person__name="李大山")
    page = browse(second)
    page.goto(f"/recruitment/applicants/{one.pk}/")
    page.locator("summary", has_text="打分").click()
    for number, points in enumerate(("30", "28", "12")):
        page.locator(f"[name=item{number}]").fill(points)
    form = page.locator("form[action$='/mark/']")
    form.locator("[name=reason]").fill("邻居评价好")
    press(form.locator("button"))
    expect(page.get_by_text("打分已保存")).to_be_visible()
    page.locator("summary", has_text="办理").click()
    form = page.locator("form[action$='/decide/']")
    form.locator("[name=outcome]").select_option("考察合格")
    press(form.locator("button"))
    expect(page.get_by_text("已办理：考察合格").first).to_be_visible()
    assert one.outcomes.filter(step=queries.open_step_of(world.round)).get().goes_on
