"""Visit sheets on an inspector's telephone: nothing before the visit begins, each sheet once, nothing for anybody else."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from tests.field.conftest import API
from tests.oversight.conftest import drawn, held, hold, holder_of, inspectors, monday, programme, today, visit  # noqa: F401

from yigang.appraisal.models import Finding
from yigang.foundation.enums import Role
from yigang.oversight import domain
from yigang.oversight.models import SheetPhone, VisitSheet

pytestmark = pytest.mark.req("H6")


PASSWORD = "暗访组的密码-9"


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


class Telephone:
    """One inspector's telephone, as the app speaks."""

    def __init__(self, token: str = "") -> None:
        self.token = token

    def sign_in(self, username: str, password: str = PASSWORD):
        answer = self.post("inspector/sign-in", {"username": username, "password": password, "device": "红米"})
        self.token = answer.json().get("token", "")
        return answer

    def visits(self) -> list:
        return self.get("inspector/visits").json()["visits"]

    def get(self, path: str):
        return Client().get(API + path, headers={"Authorization": f"Bearer {self.token}"})

    def post(self, path: str, body: object):
        headers = {"Authorization": f"Bearer {self.token}"}
        return Client().post(API + path, json.dumps(body), content_type="application/json", headers=headers)

    def hand_in(self, key: int, sheet: object, *photos: bytes):
        files = [SimpleUploadedFile("1.jpg", photo, "image/jpeg") for photo in photos]
        headers = {"Authorization": f"Bearer {self.token}"}
        return Client().post(
            f"{API}inspector/visits/{key}/sheet", {"sheet": json.dumps(sheet), "photos": files}, headers=headers
        )


@pytest.fixture
def telephone(inspectors) -> Callable[[int], Telephone]:  # noqa: F811 - fixtures
    """`telephone(1)`: of the first group's inspector, signed in."""

    def made(order: int) -> Telephone:
        one = Telephone()
        assert one.sign_in(with_password(inspectors[order]).username).status_code == 200
        return one

    return made


def sheet_for(visit, **columns) -> dict:  # noqa: F811
    met = {"appointment": holder_of(visit).pk, "presence": "absent", "log": "poor", "note": "村部门锁着"}
    made_ms = int((timezone.now() - timedelta(minutes=20)).timestamp() * 1000)
    place = {"lat": 26.4123, "lon": 106.2541, "acc": 7.6}
    return {"id": str(uuid4()), "made_ms": made_ms, "met": [met], "remarks": "雨", "place": place} | columns


def picture() -> bytes:
    content = io.BytesIO()
    Image.effect_noise((800, 800), 60).convert("RGB").save(content, "JPEG")
    return content.getvalue()


def test_nothing_lies_on_a_telephone_before_the_visit_begins_nor_on_another_group_s(visit, telephone, inspectors):  # noqa: F811
    mine, other, head = telephone(1), telephone(2), telephone(0)
    assert [one.visits() for one in (mine, other, head)] == [[], [], []]
    assert mine.hand_in(visit.pk, sheet_for(visit)).status_code == 404
    domain.begin(visit, actor=inspectors[1])
    (told,) = mine.visits()
    assert (told["id"], [one["name"] for one in told["holders"]]) == (visit.pk, [holder_of(visit).person.name])
    assert [one.visits() for one in (other, head)] == [[], []]
    assert other.hand_in(visit.pk, sheet_for(visit)).status_code == 404


def test_a_sheet_written_without_signal_is_taken_once_with_its_photo_and_its_place(visit, telephone, inspectors):  # noqa: F811
    mine = telephone(1)
    domain.begin(visit, actor=inspectors[1])
    sheet = sheet_for(visit)
    assert {mine.hand_in(visit.pk, sheet, picture()).status_code for _time in range(2)} == {200}
    kept = VisitSheet.objects.get()
    assert (str(kept.pk), kept.accuracy_m, str(kept.latitude), kept.photos.count()) == (sheet["id"], 8, "26.412300", 1)
    assert (kept.made_by, kept.made_at < kept.received_at, Finding.objects.count()) == (inspectors[1], True, 1)
    assert mine.visits() == []
    again = mine.hand_in(visit.pk, sheet_for(visit))
    assert (again.status_code, again.json()["code"]) == (422, "sheet_there")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"met": []}, "nobody"), ({"id": "x"}, "malformed"), ({"place": {"lat": 0, "lon": 0, "acc": 1}}, "not_in_china"),
        ({"made_ms": 4_000_000_000_000}, "future"), ({"met": [{"appointment": 0, "presence": "present"}]}, "not_in_post"),
    ],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_and_nothing_is_kept(visit, telephone, inspectors, change, code):  # noqa: F811
    mine = telephone(1)
    domain.begin(visit, actor=inspectors[1])
    answer = mine.hand_in(visit.pk, sheet_for(visit, **change))
    assert (answer.status_code, answer.json()["code"], VisitSheet.objects.count()) == (422, code, 0)


def test_only_inspectors_sign_in_and_a_lost_telephone_is_signed_out(telephone, inspectors, make_user, county_manager):  # noqa: F811
    stranger, nobody = Telephone(), Telephone()
    assert stranger.sign_in(with_password(county_manager).username).json()["code"] == "no_inspector"
    assert nobody.sign_in(with_password(inspectors[1]).username, "falsch").status_code == 401
    new = with_password(make_user(Role.INSPECTOR, "520403"))
    new.must_change_password = True
    new.save()
    assert Telephone().sign_in(new.username).json()["code"] == "new_password"
    assert Telephone("").get("inspector/visits").status_code == 401
    one, other = Telephone(), Telephone()
    for each in (one, other):
        each.sign_in(inspectors[1].username)
    assert one.post("inspector/sign-out", {}).status_code == 200
    assert [each.get("inspector/visits").status_code for each in (one, other)] == [401, 200]
    domain.end_sheet_phones(inspectors[1], actor=inspectors[1])
    assert other.get("inspector/visits").status_code == 401
    assert not SheetPhone.objects.filter(ended_at=None).exists()


def test_a_new_password_a_closed_account_and_a_week_end_the_token(telephone, inspectors):  # noqa: F811
    phones = [telephone(order) for order in (1, 2, 3)]
    inspectors[1].set_password("ein-anderes-Wort-9")
    inspectors[1].save()
    type(inspectors[2]).objects.filter(pk=inspectors[2].pk).update(is_active=False)
    SheetPhone.objects.filter(user=inspectors[3]).update(
        created_at=timezone.now() - timedelta(days=8), expires_at=timezone.now()
    )
    assert [phone.get("inspector/visits").status_code for phone in phones] == [401, 401, 401]


def test_a_message_that_is_cut_off_is_answered_and_not_failed_at(telephone):
    answer = Client().post(
        f"{API}inspector/visits/1/sheet", b"--x", content_type="multipart/form-data",
        headers={"Authorization": f"Bearer {telephone(1).token}"},
    )  # fmt: skip
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed")
