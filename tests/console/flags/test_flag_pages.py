"""Questions in the browser: listed with what waits, evidence side by side, answered one by one and together."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.duty.conftest import VILLAGE, at
from tests.duty.flags.test_raising import placed
from tests.duty.ground import area_of

from yigang.console import today
from yigang.duty.domain import flags
from yigang.duty.enums import Table
from yigang.duty.models import Flag
from yigang.foundation.enums import Role

pytestmark = [pytest.mark.usefixtures("regions"), pytest.mark.req("Z3")]
JULY = date(2020, 7, 1)


@pytest.fixture
def asked(programme, hold, take_in, county_manager):
    """Three days far outside the area, and one place that is the same on all of them."""
    person = hold("李在外")
    area_of(programme, county_manager)
    take_in(Table.CHECK_INS, *[placed("李在外", at(day), 5_000, 500, address="市区") for day in (1, 2, 3)])
    flags.find_flags(programme, "520403", JULY)
    return person


def page(client, name: str, *args: object, **query: str) -> str:
    response = client.get(reverse(f"console:{name}", args=args), query)
    assert response.status_code == 200, response
    return response.content.decode()


def test_listed_looked_at_answered_and_summed(asked, sign_in, town_officer, make_user):
    client = sign_in(town_officer)
    assert [(one.count, one.url) for one in today.dues_of(town_officer, "520403100") if one.chapter == "flags"] == [
        (4, reverse("console:flags") + "?state=open")
    ]
    listed = page(client, "flags", state="open")
    assert listed.count("4.0 km outside the area") == 3
    flag = Flag.objects.filter(kind="identical_coordinates").get()
    shown = page(client, "flag", flag.pk)
    assert shown.count('<article class="card">') == 3
    assert "26.404497, 106.300" in shown
    given = {"outcome": "explained", "reason": "手机被收走统一打卡点，已核实"}
    assert client.post(reverse("console:flag-answer", args=[flag.pk]), given).status_code == 302
    shown = page(client, "flag", flag.pk)
    assert ("手机被收走统一打卡点，已核实" in shown, "Open it again" in shown) == (True, True)

    rest = [str(pk) for pk in Flag.objects.filter(state="open").values_list("pk", flat=True)]
    told = {"selected": rest, "outcome": "confirmed", "reason": "当天在外务工", "asked": "1"}
    preview = client.post(reverse("console:flags-answer"), told).content.decode()
    digest = preview.split('name="previewed" value="')[1].split('"')[0]
    client.post(reverse("console:flags-answer"), told | {"previewed": digest})
    assert set(Flag.objects.values_list("kind", "state")) == {
        ("identical_coordinates", "explained"), ("outside_area", "confirmed"),
    }  # fmt: skip
    assert "100 %" in page(client, "flags-sums")
    finance = sign_in(make_user(Role.FINANCE, "520403"))
    assert finance.get(reverse("console:flags")).status_code == 404
    elsewhere = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert elsewhere.get(reverse("console:flag", args=[flag.pk])).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_asks_the_database_no_more_for_more_rows(asked, sign_in, town_officer, rows):
    flag = Flag.objects.order_by("pk").first()
    Flag.objects.bulk_create(
        Flag(
            region_code=VILLAGE, person=asked, programme=flag.programme, day=JULY, kind="clock_moved", strength="middle",
            subject=f"{number}", rows=[], figures={"moved_s": 4000}, rule_version=1, thresholds={}, authors=[],
            found_at=flag.found_at,
        )
        for number in range(rows)
    )  # fmt: skip
    client = sign_in(town_officer)
    page(client, "flags")
    with CaptureQueriesContext(connection) as queries:
        page(client, "flags", kind="clock_moved")
    assert len(queries) == 9
