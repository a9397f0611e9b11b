"""The clerk's page of phones: codes once on a slip, lost phones, consents from paper, what is odd."""

import re
from uuid import uuid4

import pytest
from django.urls import reverse
from tests.duty.conftest import hold, programme  # noqa: F401 - fixtures

from yigang.duty.domain import devices, logins
from yigang.duty.models import Device, SetAside
from yigang.duty.sync.phone import new_key
from yigang.foundation.enums import Role
from yigang.people.models import Consent

VILLAGE, OTHER_VILLAGE = "520403100201", "520403101201"
QUESTIONS = 17
"""Of a page of the list, however many people stand on it; eight of them about phones."""


@pytest.fixture
def rangers(regions, hold):  # noqa: F811 - the fixture
    return [
        hold(name, VILLAGE, phone=f"1398500000{number}") for number, name in enumerate(("张大山", "李小河", "王老五"))
    ]


def signed_in(person, device=None, key=None):
    key = key or new_key()[0]
    return devices.admit(person, device_id=device or uuid4(), key=key, name="红米")[0]


def test_a_clerk_gives_codes_and_they_are_seen_once(rangers, hold, make_user, sign_in):  # noqa: F811 - the fixture
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    stranger = hold("外村人", OTHER_VILLAGE, phone="13985000099")
    client = sign_in(clerk, "zh-hans")
    page = client.post(reverse("console:duty-phone-code", args=[rangers[0].pk]), {"days": "3"}).content.decode()
    (code,) = re.findall(r'class="slip-code">(\d{4} \d{4})<', page)
    assert (
        logins.sign_in("13985000000", code, logins.Phone(uuid4(), new_key()[0], "红米"), address=None)[0] == rangers[0]
    )
    assert code not in client.get(reverse("console:duty-phone", args=[rangers[0].pk])).content.decode()

    slips = client.post(reverse("console:duty-phone-codes")).content.decode()
    assert re.findall(r'class="slip-name">(.*?)<', slips) == ["李小河", "王老五"]  # the first is signed in already
    again = client.post(reverse("console:duty-phone-codes"), follow=True).content.decode()
    assert "都已登录或者手里有登录码" in again
    assert client.get(reverse("console:duty-phone", args=[stranger.pk])).status_code == 404
    assert client.post(reverse("console:duty-phone-code", args=[stranger.pk])).status_code == 404
    many = client.post(reverse("console:duty-phone-code", args=[rangers[1].pk]), {"days": "400"}, follow=True)
    assert "有效期为 1 至 30 天" in many.content.decode()
    reader = sign_in(make_user(Role.LEADER, VILLAGE), "zh-hans")
    assert reader.post(reverse("console:duty-phone-code", args=[rangers[0].pk])).status_code == 404


def test_a_lost_phone_is_revoked_and_what_is_odd_is_named(rangers, make_user, sign_in):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    key, device = new_key()[0], uuid4()
    first, second = signed_in(rangers[0], device, key), signed_in(rangers[1], device, key)
    signed_in(rangers[0])
    client = sign_in(clerk, "zh-hans")
    listed = client.get(reverse("console:duty-phones")).content.decode()
    assert "不止一部手机" in listed
    assert listed.count("一部手机上有 2 人") == 2
    page = client.get(reverse("console:duty-phone", args=[rangers[0].pk])).content.decode()
    assert "这部手机上还有</span> 李小河" in page
    client.post(reverse("console:duty-phone-signout", args=[second.pk]), {"reason": "借用"})
    revoke = reverse("console:duty-phone-revoke", args=[first.pk])
    refused = client.post(revoke, {"reason": " "}, follow=True).content.decode()
    assert "原因" in refused
    assert Device.objects.get(pk=device).revoked_at is None
    client.post(revoke, {"reason": "巡山时丢失"})
    assert Device.objects.get(pk=device).revoked_reason == "巡山时丢失"
    assert "巡山时丢失" in client.get(reverse("console:duty-phone", args=[rangers[0].pk])).content.decode()
    other = sign_in(make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE), "zh-hans")
    assert other.post(revoke, {"reason": "别村"}).status_code == 404


def test_consents_from_paper_and_the_same_number_of_questions(rangers, make_user, sign_in, django_assert_num_queries):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    client = sign_in(clerk, "zh-hans")
    address = reverse("console:duty-phone-consent", args=[rangers[0].pk])
    client.post(address, {"capability": "track", "given": "yes"})
    client.post(address, {"capability": "track", "given": "no"})
    client.post(address, {"capability": "track", "given": "yes"})
    assert "不使用这一项" in client.post(address, {"capability": "log", "given": "yes"}, follow=True).content.decode()
    assert list(Consent.objects.order_by("pk").values_list("given", flat=True)) == [True, False, True]
    assert "书面" in client.get(reverse("console:duty-phone", args=[rangers[0].pk])).content.decode()

    signed_in(rangers[0])
    login = signed_in(rangers[1])
    SetAside.objects.create(
        region_code=VILLAGE, device=login.device, person=rangers[1], record_id=uuid4(), fingerprint=b"1", raw=b"", code="x",
        outcome="refused", detail="时间不对", received_at=login.created_at,
    )  # fmt: skip
    client.get(reverse("console:duty-phones"))
    with django_assert_num_queries(QUESTIONS):
        one = client.get(f"{reverse('console:duty-phones')}?q=李小河")
    with django_assert_num_queries(QUESTIONS):
        three = client.get(reverse("console:duty-phones"))
    assert (one.content.decode().count("<tr"), three.content.decode().count("<tr")) == (2, 4)
