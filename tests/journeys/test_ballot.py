"""A household's ballot on a telephone: the code of its slip, a word for each, thanks; at the end the tally in the office."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.appraisal.conftest import asking_policy, make_village  # noqa: F401 - a fixture
from tests.console.conftest import make_regions
from tests.journeys.conftest import PHONE, Browse, at_both_sizes, press, too_wide

from yigang.appraisal import reviews
from yigang.foundation import rls
from yigang.foundation.enums import Role

pytestmark = pytest.mark.journey


@pytest.mark.req("Z15")
def test_from_the_slip_to_the_tally(committed_db, asking_policy, browse: Browse, make_user, picture):  # noqa: F811 - the fixture
    make_regions()
    officer = make_user(Role.TOWN_OFFICER, "520403100")
    village = make_village(asking_policy, officer, households=4)
    page = browse(None, size=PHONE, expected=["422"])

    page.goto("/public/review/")
    picture(page, "ballot-code")
    page.fill("#id_code", "1234 5678 9012")
    press(page.get_by_role("button", name="打开评议票"))
    expect(page.locator(".wrong")).to_contain_text("投票码不对")
    page.fill("#id_code", village.codes[1])
    press(page.get_by_role("button", name="打开评议票"))
    expect(page.locator("legend")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("fieldset").nth(0).get_by_label("较好").check()
    page.locator("fieldset").nth(1).get_by_label("说不上").check()
    picture(page, "ballot")
    press(page.get_by_role("button", name="交票"))
    expect(page.get_by_role("heading", name="谢谢，已经收到")).to_be_visible()
    assert village.codes[1] not in page.content()
    picture(page, "ballot-taken")

    with rls.everywhere("the others vote, the town counts"):
        for number in (0, 2, 3):
            village.vote(number, *[0] * len(village.ballot(number).holders))
        reviews.close_review(village.review, actor=officer)
    office = browse(officer)
    wide = {}
    for name, path in {
        "reviews": "/reviews/", "review": f"/reviews/{village.review.pk}/", "review-results": "/reviews/results/",
        "review-new": "/reviews/new/",
    }.items():  # fmt: skip
        for width in at_both_sizes(office, path):
            picture(office, name)
            if too_wide(office) > 0:
                wide[name, width] = too_wide(office)
            if name == "review":
                expect(office.get_by_role("main")).to_contain_text("好 2、较好 1")
    assert wide == {}
    assert timezone.localdate() <= village.review.closes, "all had voted, so nobody waited for the last day"
