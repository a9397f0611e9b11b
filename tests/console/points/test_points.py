"""Pages about points: given by a form, to many after a preview, taken back; a person's page asks and hears what is new."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.console.conftest import make_person, make_post, make_regions

from yigang.appraisal.models import PointEntry
from yigang.appraisal.points import Given, give_points
from yigang.foundation.enums import Role
from yigang.tenure.models import Appointment

TENTH = date(2020, 7, 10)
QUERIES = {"": 13, "entries/": 11}
"""Address → queries of a list, for whatever number of rows."""


def hire(number: int, name: str = "王小红") -> Appointment:
    post = make_post(f"R{number}")
    return Appointment.objects.create(
        region_code=post.region_code, person=make_person(number, name=name), post=post, programme=post.programme,
        starts=date(2020, 7, 1),
    )  # fmt: skip


@pytest.fixture
def ranger(db) -> Appointment:
    make_regions()
    return hire(1)


def praise(held: Appointment, actor) -> PointEntry:
    return give_points(Given(held, "praise", Decimal(2), "村民来信", TENTH), actor=actor)


@pytest.mark.req("Z3")
def test_points_are_given_on_a_form_and_heard_on_the_persons_page(sign_in, ranger, town_officer):
    """The part of the page says nothing while nothing is new; a refusal stands at its field."""
    office, part = sign_in(town_officer, "zh-hans"), f"/points/people/{ranger.person_id}/"
    assert f'hx-get="{part}"' in office.get(f"/people/{ranger.person_id}/").content.decode()
    assert "known=0" in office.get(part).content.decode()
    assert office.get(f"{part}?known=0").status_code == 204
    form = {"clause": "praise", "points": "2", "day": "2020-07-10", "reason": "村民来信表扬"}
    wrong = office.post(f"/points/give/{ranger.pk}/", {**form, "points": "3"}).content.decode()
    assert "应在 2 至 2 分之间" in wrong
    assert office.post(f"/points/give/{ranger.pk}/", form).status_code == 302
    told = office.get(f"{part}?known=0").content.decode()
    assert "群众表扬" in told
    assert "村民来信表扬" in told
    entry = PointEntry.objects.get()
    assert "2020-07" in office.get("/points/entries/?stands=yes").content.decode()
    back = office.post(f"/points/entries/{entry.pk}/back/", {"reason": "写错了人"}, follow=True).content.decode()
    assert "冲销" in back
    assert "写错了人" in office.get(f"/points/entries/{entry.pk}/").content.decode()
    story = office.get(f"/people/{ranger.person_id}/timeline/?chapter=months").content.decode()
    assert "群众表扬：+2.00 分" in story


def test_points_are_given_to_many_after_a_preview(sign_in, ranger, town_officer):
    other = hire(2, "李小河")
    office = sign_in(town_officer, "zh-hans")
    chosen = {"selected": [ranger.pk, other.pk]}
    asked = office.post("/points/give/", chosen).content.decode()
    assert "群众表扬" in asked
    assert "及时报告火情" not in asked, "what asks for evidence is given one by one"
    answers = {**chosen, "asked": "1", "clause": "praise", "points": "2", "day": "2020-07-10", "reason": "义务植树"}
    shown = office.post("/points/give/", answers)
    assert not PointEntry.objects.exists()
    digest = shown.context["digest"]
    assert "+2.00 · 2020-07" in shown.content.decode()
    assert office.post("/points/give/", {**answers, "previewed": digest}).status_code == 302
    assert PointEntry.objects.count() == 2


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("address", QUERIES)
def test_a_list_costs_the_same_whatever_its_rows(sign_in, ranger, town_officer, address, rows):
    for held in [ranger, *(hire(number, f"王{number}") for number in range(2, rows + 1))]:
        praise(held, town_officer)
    client = sign_in(town_officer)
    client.get(f"/points/{address}")
    with CaptureQueriesContext(connection) as caught:
        page = client.get(f"/points/{address}", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert len(caught) == QUERIES[address], [query["sql"][:90] for query in caught]
    assert client.get(f"/points/{address}?format=xlsx").headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_totals_are_there_and_narrowed_to_a_month(sign_in, ranger, town_officer):
    praise(ranger, town_officer)
    give_points(Given(hire(2, "李小河"), "complaint", Decimal(2), "查实", date(2020, 8, 2)), actor=town_officer)
    august = sign_in(town_officer).get("/points/?month=2020-08").content.decode()
    assert "-2.00" in august
    assert "王小红" not in august


def test_who_may_not_see_the_person_hears_nothing(sign_in, ranger, make_user):
    elsewhere = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    for address in (f"people/{ranger.person_id}/", f"give/{ranger.pk}/", "entries/1/"):
        assert elsewhere.get(f"/points/{address}").status_code == 404
    finance = sign_in(make_user(Role.FINANCE, "520403"))
    assert "points-of-person" not in finance.get(f"/people/{ranger.person_id}/").content.decode()
    assert finance.get("/points/").status_code in (403, 404)


def test_totals_are_those_of_the_month_and_year_that_are_chosen(sign_in, ranger, town_officer):
    """Two months of 2020 and one of 2021: each choice has its own sums."""
    praise(ranger, town_officer)
    for day in (date(2020, 9, 2), date(2021, 3, 1)):
        give_points(Given(ranger, "praise", Decimal(2), "村民来信", day), actor=town_officer)
    office = sign_in(town_officer)

    def shown(query: str) -> tuple[str, ...]:
        (line,) = office.get(f"/points/?{query}").context["list"].lines
        cells = {column.key: str(cell) for column, cell in line.cells}
        return cells["month"], cells["year"], cells["total"]

    assert shown("month=2020-07") == ("2.00", "4.00", "6.00")
    assert shown("month=2021-03") == ("2.00", "2.00", "6.00")
    assert shown("year=2020")[1:] == ("4.00", "6.00")
    assert shown("year=2021")[1:] == ("2.00", "6.00")
