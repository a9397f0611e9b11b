"""The numbers beside the chapters: counted once for several pages, anew after a form was sent."""

import pytest
from playwright.sync_api import expect
from tests.journeys.conftest import press

pytestmark = pytest.mark.journey


def test_numbers_are_asked_for_once_and_anew_after_a_form(district, browse):
    page = browse(district)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/waiting/") else None)
    page.goto("/people/", wait_until="networkidle")
    assert len(asked) == 1
    number = page.locator("#waiting-home").inner_text()
    assert int(number) > 0
    page.goto("/posts/", wait_until="networkidle")
    expect(page.locator("#waiting-home")).to_have_text(number)
    assert len(asked) == 1
    press(page.locator(".language button"))
    page.wait_for_load_state("networkidle")
    assert len(asked) == 2


def test_the_first_page_brings_its_own_numbers(district, browse):
    page = browse(district)
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/waiting/") else None)
    page.goto("/", wait_until="networkidle")
    listed = sum(int(number) for number in page.locator(".dues b.waiting").all_inner_texts())
    expect(page.locator("#waiting-home")).to_have_text(str(listed))
    assert asked == []
