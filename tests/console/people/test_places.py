"""Where villages and households lie, on their pages."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.console.conftest import make_person

from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry
from yigang.people import places
from yigang.people.models import Household, VillageCentre
from yigang.people.places import CentrePoint
from yigang.posts.domain import StationRecord, save_station

VILLAGE, NEIGHBOUR = "520403100201", "520403101201"
PLACE = {"longitude": "106.2561", "latitude": "26.4056"}


def html(response, status: int = 200) -> str:
    assert response.status_code == status
    return response.content.decode()


@pytest.mark.parametrize("narrow", [True, False], ids=["one", "three"])
def test_the_list_costs_the_same_queries_whatever_its_rows(sign_in, county_manager, regions, narrow):
    client = sign_in(county_manager)
    client.get("/people/places/")
    address = "/people/places/?q=芝麻" if narrow else "/people/places/"
    with CaptureQueriesContext(connection) as queries:
        page = html(client.get(address))
    assert (page.count("data-row") == 1) is narrow
    assert len(queries) == 9


@pytest.mark.req("Z6")
def test_a_centre_is_set_shown_and_refused_on_its_page(sign_in, town_officer, regions):
    client = sign_in(town_officer, "zh-hans")
    page = html(client.post(f"/people/places/{VILLAGE}/", {"longitude": "26.4", "latitude": "106.2", "source": ""}))
    assert "填反" in page or "颠倒" in page
    assert not VillageCentre.objects.exists()
    answer = client.post(f"/people/places/{VILLAGE}/", {**PLACE, "source": "村委会"})
    assert answer.status_code == 302
    assert "106.256100" in html(client.get("/people/places/?known=yes"))
    assert 'data-place-map="known-points"' in html(client.get(f"/people/places/{VILLAGE}/"))


@pytest.mark.req("Z6")
def test_a_centre_is_moved_and_taken_back_with_a_reason(sign_in, make_user, town_officer, regions):
    client, address = sign_in(town_officer, "zh-hans"), f"/people/places/{VILLAGE}/"
    client.post(address, {**PLACE, "source": "村委会"})
    client.post(address, {**PLACE, "longitude": "106.2571", "source": "村委会"})
    assert "收回位置" in html(client.get(address))
    answers = [
        sign_in(other).post(f"{address}remove/", {"reason": "错"})
        for other in (make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, "520403101"))
    ]
    assert {answer.status_code for answer in answers} <= {403, 404}
    client = sign_in(town_officer, "zh-hans")
    assert "请说明" in html(client.post(f"{address}remove/", {"reason": ""}, headers={"Referer": address}, follow=True))
    assert str(VillageCentre.objects.get().longitude) == "106.257100"
    assert client.post(f"{address}remove/", {"reason": "定位错误"}).status_code == 302
    assert not VillageCentre.objects.exists()
    verbs = list(
        AuditEntry.objects.filter(verb__endswith="_centre").order_by("pk").values_list("verb", "after__reason")
    )
    assert verbs == [("people.set_centre", None)] * 2 + [("people.remove_centre", "定位错误")]
    assert client.post(f"{address}remove/", {"reason": "定位错误"}).status_code == 404


def test_a_village_far_from_everything_is_kept_with_a_warning(sign_in, county_manager, regions):
    places.set_centre(CentrePoint(NEIGHBOUR, "107.9", "26.4"), actor=county_manager)
    client = sign_in(county_manager, "zh-hans")
    page = html(client.post(f"/people/places/{VILLAGE}/", {**PLACE, "source": ""}, follow=True))
    assert "请再核对" in page


def test_other_towns_and_clerks_set_nothing(sign_in, make_user, regions):
    clerk = sign_in(make_user(Role.VILLAGE_CLERK, VILLAGE))
    assert clerk.get("/people/places/").status_code == 200
    assert clerk.get(f"/people/places/{VILLAGE}/").status_code in (403, 404)
    other = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert VILLAGE not in html(other.get("/people/places/"))
    assert other.post(f"/people/places/{VILLAGE}/", PLACE).status_code in (403, 404)
    assert not VillageCentre.objects.exists()


@pytest.mark.req("Z6")
def test_a_home_is_set_with_the_household_and_seen_on_the_persons_page(sign_in, town_officer, regions):
    person = make_person(1)
    household = person.household
    save_station(StationRecord(person.region_code, "驿站", "古城", "106.25", "26.40"), actor=town_officer)
    client = sign_in(town_officer, "zh-hans")
    fields = {"address": "二组", "poor_kind": "none", "main_cause": "", "income": "", **PLACE}
    refused = html(client.post(f"/people/{person.pk}/household/", {**fields, "latitude": ""}))
    assert "data-place-map" in refused
    household.refresh_from_db()
    assert (household.address, household.longitude) == ("", None), "nothing half done"
    client.post(f"/people/{person.pk}/household/", fields)
    assert str(Household.objects.get().longitude) == "106.256100"
    page = html(client.get(f"/people/{person.pk}/"))
    assert "住户位置" in page
    assert "106.256100" in page
