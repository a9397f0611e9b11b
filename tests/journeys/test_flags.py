"""A clerk looks at a question with its evidence side by side, on a desk and on a phone, and answers it."""

import hashlib
from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect
from tests.conftest import COUNTY, VILLAGE
from tests.console.conftest import make_regions
from tests.duty.conftest import holder, rangers
from tests.duty.flags.test_photos import jpeg, scene
from tests.duty.ground import area_of
from tests.duty.sync.conftest import ON, PLACE, SignedIn, now_ms
from tests.duty.sync.test_media import Tus
from tests.journeys.conftest import DESKTOP, PHONE

from yigang.duty.domain import devices, flags
from yigang.duty.models import Flag
from yigang.duty.sync.phone import Clock, new_key
from yigang.foundation.enums import Role


def check_in(person, photo: bytes, **more) -> None:
    key, sign = new_key()
    phone = SignedIn(f"00000000-0000-4000-8000-{person.pk:012d}", str(person.pk), sign, Clock(now_ms()))
    _login, phone.token = devices.admit(person, device_id=phone.device, key=key, name="华为畅享")
    phone.make("check_in", ON | {"media": [hashlib.sha256(photo).hexdigest()]} | more)
    phone.deliver()
    Tus(phone).whole(photo)


@pytest.mark.req("Z3")
def test_a_photo_used_twice_is_seen_side_by_side_and_answered(committed_db, browse, picture, make_user):
    make_regions()
    clerk, programme = make_user(Role.VILLAGE_CLERK, VILLAGE), rangers()
    area_of(programme, make_user(Role.COUNTY_MANAGER, COUNTY), valid_from=date(2020, 1, 1))
    photo = jpeg(scene(1))
    check_in(holder("张大山", programme), photo)
    check_in(holder("李大河", programme), photo, place=PLACE | {"lat": 26.5}, note="塌方，车进不去")
    flags.look_at_new(timezone.now())
    page = browse(clerk, size=DESKTOP)
    page.goto("/flags/")
    picture(page, "flags")
    page.goto(f"/flags/{Flag.objects.get(kind='same_photo').pk}/")
    expect(page.locator("img.flag-photo")).to_have_count(2)
    for image in page.locator("img.flag-photo").all():
        expect(image).to_have_js_property("complete", value=True)
        assert image.evaluate("one => one.naturalWidth") > 0
    picture(page, "flag")
    page.get_by_label("答复").select_option("confirmed")
    page.get_by_label("原因", exact=True).fill("用了别人的照片，本人承认")
    page.get_by_role("button", name="答复", exact=True).click()
    expect(page.locator("h1")).to_contain_text("属实")
    phone = browse(clerk, size=PHONE)
    for address in (
        "/flags/",
        f"/flags/{Flag.objects.get(kind='outside_area', person__name='李大河').pk}/",
        "/flags/sums/",
    ):
        phone.goto(address)
        assert phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        picture(phone, f"phone-{address.strip('/').replace('/', '-')}")
        if "sums" not in address and phone.get_by_role("button", name="认可原因和照片").count():
            phone.get_by_role("button", name="认可原因和照片").click()
            expect(phone.locator("h1")).to_contain_text("已说明")
