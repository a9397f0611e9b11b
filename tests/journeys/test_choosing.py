"""Choosing rows in the browser: with the keys, over pages and orders, seen before it is done, used up when it is done."""

import pytest
from playwright.sync_api import expect
from tests.conftest import COUNTY
from tests.console.conftest import make_person

from yigang.foundation.enums import Role
from yigang.foundation.models import User

pytestmark = pytest.mark.journey


def has_chosen(page, count: int) -> None:
    expect(page.locator("[data-selected-count]")).to_have_text(str(count))


def test_a_choice_made_with_the_keys_survives_pages_orders_and_going_away(committed_db, browse, make_user):
    manager = make_user(Role.COUNTY_MANAGER, COUNTY)
    for number in range(60):
        make_person(number, name=f"王{number:02}")
    page = browse(manager)
    page.goto("/people/")
    page.locator("tr[data-row]").nth(0).focus()
    for key in ("x", "j", "j", "x"):
        page.keyboard.press(key)
    has_chosen(page, 2)
    page.locator("a[rel=next]").click()
    page.wait_for_url("**page=2**")
    page.locator("input[name=selected]").first.click()
    for key in ("j", "x"):
        page.keyboard.press(key)
    has_chosen(page, 4)  # the keys go on working after a click on a box
    page.locator("th a").first.click()
    page.wait_for_url("**sort=name**")
    page.goto("/posts/")
    page.goto("/people/?sort=-name")
    has_chosen(page, 4)
    with page.expect_download() as download:
        page.locator(".selection-bar button[formaction='/people/chosen/']").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.goto("/people/?sex=F")
    page.locator("[name=everything]").wait_for(state="attached")
    page.goto("/people/?q=王0")
    expect(page.locator(".selection-bar"), "another search is another choice").to_be_hidden()


def test_all_that_are_filtered_are_counted_shown_and_done(committed_db, browse, make_user, picture):
    manager = make_user(Role.COUNTY_MANAGER, COUNTY)
    for _number in range(3):
        make_user(Role.VILLAGE_CLERK, "520403100201")
    page = browse(manager)
    page.goto("/office/accounts/?role=village_clerk")
    page.locator("input[name=selected]").first.check()
    page.locator("[name=everything]").check()
    has_chosen(page, 3)
    picture(page, "choice")
    page.locator(".selection-bar button[formaction]").click()
    expect(page.locator("[data-outcome]")).to_have_count(3)
    assert User.objects.filter(is_active=False).count() == 0
    picture(page, "choice-preview")
    page.locator("button[name=previewed]").click()
    page.wait_for_url("**/accounts/*role=village_clerk")
    assert User.objects.filter(is_active=False).count() == 3
    expect(page.locator(".selection-bar"), "what was chosen is used up").to_be_hidden()
