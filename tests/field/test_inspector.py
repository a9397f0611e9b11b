"""Visits on an inspector's telephone: secret before they begin, begun and written down once, nothing for anybody else."""

# ruff: noqa: F401, F811 - fixtures of oversight are imported by their names

import io
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image
from tests.field.conftest import API
from tests.oversight.conftest import (
    COUNTY,
    KINDS,
    drawn,
    held,
    hold,
    holder_of,
    inspectors,
    monday,
    programme,
    today,
    visit,
)

from yigang.appraisal.models import Finding
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry, User
from yigang.oversight import domain
from yigang.oversight.domain import Week
from yigang.oversight.enums import InspectionKind
from yigang.oversight.models import Arrival, Inspection, SheetPhone, VisitSheet

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

    def begin(self, key: int, arrival: dict):
        return self.post(f"inspector/visits/{key}/begin", arrival)

    def hand_in(self, key: int, sheet: object, *photos: bytes):
        files = [SimpleUploadedFile("1.jpg", photo, "image/jpeg") for photo in photos]
        headers = {"Authorization": f"Bearer {self.token}"}
        return Client().post(
            f"{API}inspector/visits/{key}/sheet", {"sheet": json.dumps(sheet), "photos": files}, headers=headers
        )


@pytest.fixture
def telephone(inspectors) -> Callable[[int], Telephone]:
    """`telephone(1)`: of the first group's inspector, signed in."""

    def made(order: int) -> Telephone:
        one = Telephone()
        assert one.sign_in(with_password(inspectors[order]).username).status_code == 200
        return one

    return made


def earlier_today() -> int:
    """Twenty minutes ago, or this midnight: not in the week before."""
    midnight = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    return int(max(midnight, timezone.now() - timedelta(minutes=20)).timestamp() * 1000)


def sheet_for(visit, **columns) -> dict:
    met = {"appointment": holder_of(visit).pk, "presence": "absent", "log": "poor", "note": "村部门锁着"}
    place = {"lat": 26.4123, "lon": 106.2541, "acc": 7.6}
    return {"id": str(uuid4()), "made_ms": earlier_today(), "met": [met], "remarks": "雨", "place": place} | columns


def picture() -> bytes:
    content = io.BytesIO()
    Image.effect_noise((800, 800), 60).convert("RGB").save(content, "JPEG")
    return content.getvalue()


def arrival_for(**columns) -> dict:
    return {
        "id": str(uuid4()),
        "made_ms": earlier_today(),
        "place": {"lat": 26.4123, "lon": 106.2541, "acc": 7.6},
    } | columns


def test_before_it_begins_a_visit_lies_on_telephones_of_its_group_alone(
    visit,
    drawn,
    telephone,
    inspectors,
    county_manager,
):
    mine, other, head = telephone(1), telephone(2), telephone(0)
    own = {row.pk for row in drawn.inspections.filter(group__number=1)}
    theirs = {row.pk for row in drawn.inspections.filter(group__number=2)}
    told = {row["id"]: row for row in mine.visits()}
    assert (set(told), {row["id"] for row in other.visits()}, head.visits()) == (own, theirs, [])
    assert {row["state"] for row in told.values()} == {"planned"}
    assert [one["name"] for one in told[visit.pk]["holders"]] == [holder_of(visit).person.name]
    for stranger in (other, head):
        answers = stranger.begin(visit.pk, arrival_for()), stranger.begin(0, arrival_for())
        assert [(one.status_code, one.json()["code"]) for one in answers] == [(404, "missing")] * 2
        assert answers[0].json()["detail"] == answers[1].json()["detail"]
    assert mine.hand_in(visit.pk, sheet_for(visit)).status_code == 404
    assert Arrival.objects.count() == 0
    for user in (county_manager, inspectors[2]):
        with rls.scope(user):
            assert not Inspection.objects.filter(pk=visit.pk).exists()
    told_to_all = AuditEntry.objects.exclude(region_code=COUNTY).exclude(verb__contains="phone")
    assert not told_to_all.filter(verb__startswith="oversight").exists()


def test_a_secret_visit_is_told_in_its_own_week_and_to_nobody_who_was_signed_out(
    programme,
    held,
    inspectors,
    monday,
    telephone,
):
    groups = [[other] for other in inspectors[1:]]
    week = Week(monday + timedelta(days=7), groups, 6, [InspectionKind.ON_SITE])
    domain.draw_week(programme, COUNTY, week, actor=inspectors[0])
    assert telephone(1).visits() == []
    domain.draw_week(programme, COUNTY, replace(week, monday=monday), actor=inspectors[0])
    lost, left, demoted = telephone(1), telephone(2), telephone(3)
    assert [len(one.visits()) for one in (lost, left, demoted)] == [2, 2, 2]
    domain.end_sheet_phones(inspectors[1], actor=inspectors[1])
    left.post("inspector/sign-out", {})
    User.objects.filter(pk=inspectors[3].pk).update(role=Role.TOWN_OFFICER)
    answers = [one.get("inspector/visits") for one in (lost, left, demoted)]
    assert [(one.status_code, "visits" in one.json()) for one in answers] == [(401, False)] * 3


def test_a_visit_begun_without_signal_is_begun_once_and_written_down(visit, telephone, inspectors, county_manager):
    mine, arrival = telephone(1), arrival_for()
    answers = [mine.begin(visit.pk, arrival).json() for _time in range(2)]
    assert {(one["id"], one["joined"], one["begun_by"], one["begun_ms"]) for one in answers} == {
        (arrival["id"], False, inspectors[1].name, arrival["made_ms"])
    }
    kept = Arrival.objects.get()
    assert (str(kept.latitude), kept.accuracy_m, kept.made_at < kept.received_at) == ("26.412300", 8, True)
    visit.refresh_from_db()
    assert (visit.state, AuditEntry.objects.filter(verb="oversight.begin").count()) == ("begun", 1)
    with rls.scope(county_manager):
        assert Inspection.objects.filter(pk=visit.pk).exists()
    assert {row["id"]: row["state"] for row in mine.visits()}[visit.pk] == "begun"
    assert mine.hand_in(visit.pk, sheet_for(visit)).status_code == 200
    assert visit.pk not in {row["id"] for row in mine.visits()}


@pytest.mark.parametrize("after_the_sheet", [False, True])
def test_whoever_is_later_is_told_who_began_and_joins(
    programme,
    held,
    inspectors,
    monday,
    telephone,
    after_the_sheet,
):
    head, one, two, three = inspectors
    plan = domain.draw_week(programme, COUNTY, Week(monday, [[one, two], [three], [head]], 3, KINDS), actor=head)
    visit = plan.inspections.get(group__number=1)
    first, later = telephone(1), telephone(2)
    first.begin(visit.pk, arrival_for())
    if after_the_sheet:
        first.hand_in(visit.pk, sheet_for(visit))
    own = arrival_for(place=None, note="峡谷里没有定位")
    answers = [later.begin(visit.pk, own).json() for _time in range(2)]
    assert {(one["joined"], one["begun_by"]) for one in answers} == {(True, inspectors[1].name)}
    rows = list(visit.arrivals.values_list("made_by", "joined", "note"))
    assert rows == [(inspectors[1].pk, False, ""), (inspectors[2].pk, True, "峡谷里没有定位")]
    assert AuditEntry.objects.filter(verb="oversight.join").count() == 1
    visit.refresh_from_db()
    assert visit.state == ("done" if after_the_sheet else "begun")


def test_what_was_begun_in_the_console_is_joined_on_the_telephone_by_its_own_member(visit, telephone, inspectors):
    mine = telephone(1)
    domain.begin(visit, actor=inspectors[1])
    answer = mine.begin(visit.pk, arrival_for()).json()
    assert (answer["joined"], answer["id"], Arrival.objects.count()) == (False, str(Arrival.objects.get().pk), 1)


def test_a_beginning_that_arrives_after_its_week_counts_as_the_visit_that_it_was(
    visit,
    drawn,
    telephone,
    monkeypatch,
):
    mine, arrival = telephone(1), arrival_for()
    real = timezone.localdate
    monkeypatch.setattr("django.utils.timezone.localdate", lambda *at: real(*at) + timedelta(days=0 if at else 7))
    domain.reveal(drawn)
    visit.refresh_from_db()
    assert (visit.state, mine.visits()) == ("missed", [])
    assert mine.begin(visit.pk, arrival).json()["joined"] is False
    visit.refresh_from_db()
    assert visit.state == "begun"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "x"}, "malformed"), ({"place": {"lat": 0, "lon": 0, "acc": 1}}, "not_in_china"),
        ({"made_ms": 4_000_000_000_000}, "future"), ({"made_ms": 1_600_000_000_000}, "not_this_week"),
        ({"note": "长" * 201}, "malformed"), ({"id": "another"}, "id_taken"),
    ],
)  # fmt: skip
def test_what_is_no_beginning_is_refused_and_the_visit_stays_secret(visit, drawn, telephone, change, code):
    mine, sent = telephone(1), arrival_for(**change)
    if sent["id"] == "another":
        sent = arrival_for()
        mine.begin(drawn.inspections.filter(group__number=1).exclude(pk=visit.pk).get().pk, sent)
    answer = mine.begin(visit.pk, sent)
    visit.refresh_from_db()
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert (visit.state, visit.open_at, visit.arrivals.count()) == ("planned", None, 0)


def test_a_sheet_written_without_signal_is_taken_once_with_its_photo_and_its_place(visit, telephone, inspectors):
    mine = telephone(1)
    domain.begin(visit, actor=inspectors[1])
    sheet = sheet_for(visit)
    assert {mine.hand_in(visit.pk, sheet, picture()).status_code for _time in range(2)} == {200}
    kept = VisitSheet.objects.get()
    assert (str(kept.pk), kept.accuracy_m, str(kept.latitude), kept.photos.count()) == (sheet["id"], 8, "26.412300", 1)
    assert (kept.made_by, kept.made_at < kept.received_at, Finding.objects.count()) == (inspectors[1], True, 1)
    assert visit.pk not in {row["id"] for row in mine.visits()}
    again = mine.hand_in(visit.pk, sheet_for(visit))
    assert (again.status_code, again.json()["code"]) == (422, "sheet_there")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"met": []}, "nobody"), ({"id": "x"}, "malformed"), ({"place": {"lat": 0, "lon": 0, "acc": 1}}, "not_in_china"),
        ({"made_ms": 4_000_000_000_000}, "future"), ({"met": [{"appointment": 0, "presence": "present"}]}, "not_in_post"),
    ],
)  # fmt: skip
def test_what_is_no_sheet_is_refused_and_nothing_is_kept(visit, telephone, inspectors, change, code):
    mine = telephone(1)
    domain.begin(visit, actor=inspectors[1])
    answer = mine.hand_in(visit.pk, sheet_for(visit, **change))
    assert (answer.status_code, answer.json()["code"], VisitSheet.objects.count()) == (422, code, 0)


def test_only_inspectors_sign_in_and_a_lost_telephone_is_signed_out(telephone, inspectors, make_user, county_manager):
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


def test_a_new_password_a_closed_account_and_a_week_end_the_token(telephone, inspectors):
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
