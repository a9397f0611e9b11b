"""Posts and programmes: lists, holders, setting up, giving and ending appointments."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.console.conftest import identity_of, make_person, make_post, make_programme

from yigang.foundation.enums import Role
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import Appointment

TAKEN_OVER = {"training": "taken_over"}


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_of_posts_costs_the_same_queries_whatever_its_rows(sign_in, town_officer, regions, rows):
    for number in range(rows):
        make_post(f"R{number}")
    client = sign_in(town_officer)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/posts/").content.decode()
    assert page.count("data-row") == rows
    assert len(queries) == 10


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_of_programmes_costs_the_same_queries_whatever_its_rows(sign_in, town_officer, regions, rows):
    for number in range(rows):
        programme = make_programme()
        programme.pk, programme.code = None, f"p{number}"
        programme.save()
    make_programme().delete()
    client = sign_in(town_officer)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/posts/programmes/").content.decode()
    assert page.count("data-row") == rows
    assert len(queries) == 9


def test_free_places_are_counted_and_filtered(sign_in, county_manager, regions):
    full, open_post = make_post("R1"), make_post("R2", head_count=3)
    for number, post in ((1, full), (2, open_post)):
        appoint(
            make_person(number), post, Terms(date(2020, 7, 1), training=TrainingBasis.TAKEN_OVER), actor=county_manager
        )
    client = sign_in(county_manager)
    page = client.get("/posts/", {"free": "yes"}).content.decode()
    assert ">R2<" in page
    assert ">R1<" not in page
    assert "1 held, 2 free" in client.get(f"/posts/{open_post.pk}/").content.decode()


def test_somebody_is_appointed_and_leaves(sign_in, town_officer, regions):
    post, person = make_post(), make_person(1)
    client = sign_in(town_officer)
    client.post(f"/posts/{post.pk}/appoint/", {"number": identity_of(1), "starts": "2020-07-01", **TAKEN_OVER})
    appointment = Appointment.objects.get(person=person)
    client.post(
        f"/posts/appointments/{appointment.pk}/end/",
        {"kind": "lapse", "cause": "employed", "on": "2020-12-31", "reason": "外出务工"},
    )
    page = client.get(f"/posts/{post.pk}/").content.decode()
    assert "Natural exit <small>外出务工</small>" in page


def test_a_second_holder_is_refused_in_words(sign_in, town_officer, regions):
    post = make_post()
    make_person(1)
    make_person(2, name="李大山")
    client = sign_in(town_officer)
    client.post(f"/posts/{post.pk}/appoint/", {"number": identity_of(1), "starts": "2020-07-01", **TAKEN_OVER})
    page = client.post(
        f"/posts/{post.pk}/appoint/", {"number": identity_of(2), "starts": "2020-08-01", **TAKEN_OVER}
    ).content.decode()
    assert "none is free" in page
    assert "王小红" in page


def test_nobody_unknown_is_appointed(sign_in, town_officer, regions):
    page = sign_in(town_officer).post(
        f"/posts/{make_post().pk}/appoint/", {"number": identity_of(9), "starts": "2020-07-01", **TAKEN_OVER}
    )
    assert "Add the person first" in page.content.decode()


def test_a_programme_shows_its_policy_and_the_basis_of_what_it_collects(sign_in, town_officer, regions):
    page = sign_in(town_officer).get(f"/posts/programmes/{make_programme().pk}/").content.decode()
    assert "森林防火巡护属应急职责" in page
    assert "Rules for forest rangers" in page


def test_the_county_sets_up_programmes_and_posts(sign_in, county_manager, regions):
    client = sign_in(county_manager)
    programme = {
        "name": "生态护林员",
        "code": "rangers",
        "kind": "ranger",
        "policy_code": "pingba-ranger",
        "starts": "2020-07-01",
    }
    address = client.post("/posts/programmes/add/", programme)["Location"]
    post = {
        "programme": address.strip("/").rsplit("/", 1)[-1], "region_code": "520403100201", "number": "R9",
        "kind": "护林员", "duties": "巡护\n防火", "head_count": "2",
    }  # fmt: skip
    page = client.get(client.post("/posts/add/", post)["Location"]).content.decode()
    assert "巡护、防火" in page


def test_a_town_sets_up_no_posts(sign_in, town_officer, regions):
    client = sign_in(town_officer)
    assert client.get("/posts/add/").status_code == 404
    assert "post-add" not in client.get("/posts/").content.decode()


def test_a_foreign_post_is_not_there(sign_in, make_user, regions):
    client = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert client.get(f"/posts/{make_post().pk}/").status_code == 404
