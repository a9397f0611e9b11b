"""A person's dossier on paper: A4, without the frame, everything that the page says."""

import pytest
from tests.journeys.conftest import PICTURES

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
