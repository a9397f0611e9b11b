"""Meetings in the browser: the calendar, minutes with what lay before, corrections, follow-ups, paper, who is reminded."""

from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation
from tests.foundation.factories import picture
from tests.oversight.meeting_world import MONDAY, OTHER, TOWN, VILLAGE, held, make_meeting_world

from yigang.console import today as waiting
from yigang.console.meetings import today as meeting_dues
from yigang.console.oversight import today as point_dues
from yigang.foundation.enums import Role
from yigang.oversight import domain
from yigang.oversight import meetings as asked
from yigang.oversight.models import Meeting, Rectification

pytestmark = [pytest.mark.usefixtures("regions"), pytest.mark.req("T10")]
GIVEN = {
    "on": "2021-05-21",
    "chair": "陈支书",
    "present": "8",
    "absent": "1",
    "names": "陈、李",
    "text": "通报出勤。\n安排清沟。",
}


@pytest.fixture
def world(tmp_path, monkeypatch, db, make_user):
    return make_meeting_world(tmp_path, monkeypatch, make_user)


def page(client, name: str, *args: object, **query: object) -> str:
    response = client.get(reverse(f"console:{name}", args=args), query)
    assert response.status_code == 200, (name, response)
    return response.content.decode()


def form_of(world, **changes: object) -> str:
    query = {"programme": world.programme.pk, "rhythm": "weekly", "place": VILLAGE, "first": f"{MONDAY}", **changes}
    return f"{reverse('console:meeting-hold')}?" + "&".join(f"{name}={value}" for name, value in query.items())


def test_from_the_calendar_to_the_minutes_their_correction_and_a_follow_up(world, sign_in):
    client = sign_in(world.clerk)
    shown = page(client, "meetings", month="2021-05")
    assert f"place={VILLAGE}&amp;first={MONDAY}" in shown
    assert "0 of 4 held" in shown
    scan = SimpleUploadedFile("签到.jpg", picture(), content_type="image/jpeg")
    assert client.post(form_of(world), {**GIVEN, "file": scan}).status_code == 302
    row = Meeting.objects.get()
    assert (row.present, row.absent, row.file.content_type) == (8, 1, "image/jpeg")
    assert "1 of 4 held" in page(client, "meetings", month="2021-05")
    assert "安排清沟" in page(client, "meeting", row.pk)
    client.post(reverse("console:meeting-correct", args=[row.pk]), {**GIVEN, "present": "9", "reason": "少记一人"})
    newer = asked.standing().get()
    assert newer.present == 9
    assert "Corrected by a newer entry" in page(client, "meeting", row.pk)
    wish = {"finding": "三组水沟未清", "region_code": VILLAGE, "unit": "村委会", "owner": "李主任", "due": "2021-05-28"}
    assert client.post(reverse("console:meeting-follow-up", args=[newer.pk]), wish).status_code == 302
    assert Rectification.objects.get().source == "meeting"
    made = Rectification.objects.get()
    address = reverse("console:oversight-point", args=[made.pk])
    assert address in page(client, "meeting", newer.pk)
    assert address in {one.url for one in point_dues.points(world.clerk, VILLAGE)}
    assert client.get(address).status_code == 200
    assert client.post(f"{address}done/", {"text": "水沟已清"}).status_code == 302
    made.refresh_from_db()
    assert made.state == "handed_in"
    made.meeting = None
    made.save()
    assert client.get(address).status_code == 404, "a point that no meeting of the village asked for"


def test_what_is_refused_stands_on_the_form(world, sign_in):
    client = sign_in(world.clerk)
    said = client.post(form_of(world), {**GIVEN, "on": "2021-05-24"}).content.decode()
    assert "is held from 2021-05-17 to 2021-05-23" in said
    held(world)
    again = client.post(form_of(world), GIVEN).content.decode()
    assert "written down already" in again
    assert "continuation" in again
    row = Meeting.objects.get()
    assert client.post(form_of(world, continues=row.pk), GIVEN).status_code == 302
    assert Meeting.objects.count() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"place": OTHER},
        {"place": "x"},
        {"rhythm": "daily"},
        {"first": "gestern"},
        {"programme": "9" * 30},
        {"continues": 99},
    ],
)
def test_another_village_and_nonsense_are_not_there(world, sign_in, changes):
    client = sign_in(world.clerk)
    assert client.get(form_of(world, **changes)).status_code == 404


def test_the_form_shows_what_went_wrong_since_the_last_meeting(world, sign_in):
    row = held(world, date(2021, 5, 12))
    point = domain.Point(
        VILLAGE, "三组水沟未清", "村委会", "李主任", date(2021, 5, 12), due=date(2021, 5, 17)
    )  # fmt: skip
    domain.follow_up(row, [point], actor=world.clerk)
    shown = sign_in(world.clerk).get(form_of(world)).content.decode()
    assert "What went wrong from 2021-05-12 to 2021-05-23" in shown
    assert "2021-05-17 三组水沟未清" in shown


def test_the_calendar_s_table_names_what_was_not_held_too(world, sign_in):
    held(world)
    client = sign_in(world.officer)
    assert "workbook/?month=2021-05" in page(client, "meetings", month="2021-05")
    answer = client.get(reverse("console:meetings-workbook"), {"month": "2021-05"})
    book = openpyxl.load_workbook(BytesIO(answer.content))
    lines = [line for line in book.active.iter_rows(values_only=True) if line[1] == "周了解"]
    assert len(lines) == 8, "four weeks of two villages, as on the calendar"
    assert sorted({line[7] for line in lines}) == ["Held in time", "Not held"]
    assert [line[8] for line in lines if line[7] == "Held in time"] == ["陈支书"]
    assert client.get(reverse("console:meetings-workbook"), {"month": "2021-13"}).status_code == 404


def test_the_list_is_searched_filtered_and_exported(world, sign_in):
    held(world)
    held(world, date(2021, 5, 29))
    client = sign_in(world.officer)
    assert "2021-05-21" in page(client, "meetings-list", q="清沟")
    late = page(client, "meetings-list", late="yes")
    assert "2021-05-29" in late
    assert "2021-05-21" not in late
    answer = client.get(reverse("console:meetings-list"), {"format": "xlsx"})
    assert b"".join(answer.streaming_content if answer.streaming else [answer.content]).startswith(b"PK")


def test_the_year_names_every_place_and_the_paper_is_set(world, sign_in):
    row = held(world)
    client = sign_in(world.county)
    shown = page(client, "meetings", year=2021)
    assert shown.count('class="card meeting-row"') == 4
    assert "芝麻村" in shown
    paper = client.get(reverse("console:meeting-paper", args=[row.pk]))
    assert paper.content.startswith(b"%PDF-")
    assert client.get(reverse("console:meetings"), {"month": "2021-13"}).status_code == 404


def test_who_holds_is_reminded_and_the_level_above_is_told(world, make_user, monkeypatch):
    """24 May 2021: the week from the 17th was not held in two villages, this week's is due, the town's month overdue."""
    monkeypatch.setattr(timezone, "localdate", lambda *_given: date(2021, 5, 24))

    def told(user, prefix: str) -> list[tuple[str, int, date]]:
        return [(one.title, one.count, one.due_on) for one in meeting_dues.to_hold(user, prefix)]

    with translation.override("en"):
        assert told(world.clerk, VILLAGE) == [("Hold and write down: 周了解", 1, date(2021, 5, 28))]
        assert told(world.officer, "520403100") == [
            ("Hold and write down: 月听取", 1, date(2021, 5, 11)), ("Not held in time below: 周了解", 2, date(2021, 5, 21)),
        ]  # fmt: skip
        assert told(world.county, "520403") == [("Not held in time below: 月听取", 1, date(2021, 5, 11))]
        assert told(make_user(Role.POST_HOLDER, VILLAGE), VILLAGE) == []


def test_the_first_page_shows_it(world):
    world.programme.starts = timezone.localdate() - timedelta(days=30)
    titles = [one.chapter for one in waiting.dues_of(world.clerk, VILLAGE)]
    assert "meetings" in titles


def test_only_who_may_sees_meetings(world, sign_in, make_user):
    row = held(world)
    client = sign_in(make_user(Role.FINANCE, "520403"))
    assert client.get(reverse("console:meetings")).status_code == 404
    client = sign_in(make_user(Role.VILLAGE_CLERK, OTHER))
    assert client.get(reverse("console:meeting", args=[row.pk])).status_code == 404
    assert TOWN not in page(client, "meetings", year=2021)
