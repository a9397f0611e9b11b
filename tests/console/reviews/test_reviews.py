"""Pages of villagers' reviews: asked, slips printed, papers counted by two, tally and minutes; lists that cost the same."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.appraisal.conftest import asking_policy, make_village, open_for  # noqa: F401 - a fixture
from tests.console.conftest import make_regions
from tests.people.factories import VILLAGE

from yigang.appraisal import appeals, ballots, reviews
from yigang.appraisal.domain import give_mark
from yigang.appraisal.models import Appeal, Review
from yigang.console.today import dues_of
from yigang.foundation.enums import Role

QUERIES = {"": 10, "results/": 10}
"""Address → queries of a list, for whatever number of rows."""


@pytest.fixture
def village(db, asking_policy, town_officer):  # noqa: F811 - the fixture
    make_regions()
    return make_village(asking_policy, town_officer)


@pytest.mark.req("Z15")
def test_a_village_is_asked_and_its_papers_are_counted_by_two(sign_in, village, town_officer, make_user):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    reviews.abandon_review(village.review, "重新组织", actor=town_officer)
    office = sign_in(town_officer, "zh-hans")
    today = timezone.localdate()
    asked = {
        "region_code": VILLAGE, "programme": village.programme.pk, "period": "month", "first": "2021-07-01", "opens": today,
        "closes": today + timedelta(days=3),
    }  # fmt: skip
    assert office.post("/reviews/new/", asked).status_code == 302
    review = Review.objects.get(abandoned="")
    address = f"/reviews/{review.pk}/"
    slips = office.post(f"{address}slips/", {})
    assert slips.content.startswith(b"%PDF")
    households = [str(slip.household_id) for slip in review.slips.all()]
    village_office = sign_in(clerk, "zh-hans")
    village_office.post(f"{address}papers/", {"households": households[:4]})
    counts = {f"count-{held.pk}-0": "4" for held in village.holders}
    wrong = village_office.post(f"{address}count/", {"ballots": "4", **dict.fromkeys(counts, "3")}).content.decode()
    assert "户主1" in wrong
    assert village_office.post(f"{address}count/", {"ballots": "4", **counts}).status_code == 302
    assert any("复点" in one.title for one in dues_of(town_officer, "520403100"))
    assert "复点纸质票" not in village_office.get(address).content.decode(), "who counted first does not count again"
    office = sign_in(town_officer, "zh-hans")
    assert "confirm/" in office.get(address).content.decode()
    blank = office.get(f"{address}confirm/").content.decode()
    assert 'value="4"' not in blank, "the first count is not shown"
    first = next(iter(counts))
    differs = office.post(f"{address}confirm/", {"ballots": "4", **counts, first: "3", f"{first[:-1]}1": "1"})
    assert "户主1" in differs.content.decode()
    assert 'value="3"' in differs.content.decode(), "what was typed stays"
    assert office.post(f"{address}confirm/", {"ballots": "4", **counts}).status_code == 302
    assert "/count/" not in office.get(address).content.decode()
    office.post(f"{address}papers/", {"households": households[4:]})
    assert office.post(f"{address}close/", {}).status_code == 302
    page = office.get(address).content.decode()
    assert "好 4" in page
    assert "100.00" in page
    assert office.get(f"{address}minutes.pdf").content.startswith(b"%PDF")
    assert office.get(f"{address}ballot.pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("address", QUERIES)
def test_a_list_costs_the_same_whatever_its_rows(sign_in, village, town_officer, address, rows):
    found = [village.review]
    while len(found) < rows:
        reviews.abandon_review(found[-1], "重新组织", actor=town_officer)
        found.append(open_for(village.programme, town_officer))
    review = found[-1]
    ballots.hand_out_papers(review, review.slips.values_list("household", flat=True), actor=town_officer)
    reviews.close_review(review, actor=town_officer, without_papers=True)
    client = sign_in(town_officer)
    client.get(f"/reviews/{address}")
    with CaptureQueriesContext(connection) as caught:
        page = client.get(f"/reviews/{address}", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert len(caught) == QUERIES[address], [query["sql"][:90] for query in caught]


@pytest.mark.parametrize("address", QUERIES)
def test_every_list_is_a_workbook_too(sign_in, village, town_officer, address):
    answer = sign_in(town_officer).get(f"/reviews/{address}?format=xlsx")
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_another_towns_review_is_not_there(sign_in, village, make_user):
    other = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert other.get(f"/reviews/{village.review.pk}/").status_code == 404
    assert other.get("/reviews/990000/").status_code == 404


def test_an_appeal_is_written_down_decided_by_another_and_carried_on(sign_in, village, town_officer, make_user):
    """The person is found by name; only what may still be appealed against is offered."""
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    held = village.holders[0]
    give_mark(held, date(2021, 7, 1), "村级评定", Decimal(50), "出勤一般", actor=clerk)
    office = sign_in(make_user(Role.COUNTY_MANAGER, "520403"), "zh-hans")
    assert office.get("/reviews/appeals/new/?person=无此人").status_code == 200
    target = office.get(f"/reviews/appeals/new/?person={held.person.name}")
    assert target.url == f"/reviews/appeals/of/{held.person_id}/"
    assert "村级评定 2021-07 50.00" in office.get(target.url).content.decode()
    made = office.post(target.url, {"about": f"mark-{held.marks.get().pk}", "text": "七月没有缺勤。"})
    appeal = Appeal.objects.get()
    assert made.url == f"/reviews/appeals/{appeal.pk}/"
    town = sign_in(town_officer, "zh-hans")
    assert any("决定申诉" in one.title and one.due_on == appeal.due_on for one in dues_of(town_officer, "520403100"))
    given = {"upheld": "yes", "points": "90", "reason": "出勤记录属实"}
    assert town.post(f"{made.url}decide/", given).status_code == 302
    assert any("落实" in one.title for one in dues_of(town_officer, "520403100"))
    page = town.post(f"{made.url}carry/", {"amount": ""}, follow=True).content.decode()
    assert "该月尚未封存" in page
    assert "出勤记录属实" in page
    assert {"七月没有缺勤。"} == set(Appeal.objects.values_list("text", flat=True))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_of_appeals_costs_the_same_whatever_its_rows(sign_in, village, town_officer, make_user, rows):
    clerk = make_user(Role.VILLAGE_CLERK, VILLAGE)
    for month in range(1, rows + 1):
        mark = give_mark(village.holders[0], date(2021, month, 1), "村级评定", Decimal(50), "一般", actor=clerk)
        appeals.file_appeal(mark, "评分偏低了。", actor=town_officer)
    client = sign_in(town_officer)
    client.get("/reviews/appeals/")
    with CaptureQueriesContext(connection) as caught:
        page = client.get("/reviews/appeals/", headers={"HX-Request": "true"})
    assert page.content.decode().count("50.00") == rows
    assert len(caught) == 9, [query["sql"][:90] for query in caught]
    answer = client.get("/reviews/appeals/?format=xlsx")
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")
