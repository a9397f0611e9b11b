"""Cards in the browser: one at once, many by a job, whole numbers only for those who may."""

import pytest
from django.urls import reverse
from tests.console.conftest import make_person, make_post

from yigang.foundation.enums import Role
from yigang.foundation.models import AuditEntry, JobRun
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis


@pytest.fixture
def person(regions):
    return make_person(1, name="王小红")


@pytest.mark.req("P1")
def test_the_card_is_a_pdf_that_is_not_kept_by_the_browser(sign_in, town_officer, person):
    client = sign_in(town_officer)
    address = reverse("console:paper-card", args=[person.pk])
    assert address in client.get(reverse("console:person", args=[person.pk])).content.decode()
    response = client.get(address)
    assert response.content.startswith(b"%PDF-")
    assert (response["Content-Type"], response["Cache-Control"]) == ("application/pdf", "no-store")


def test_whole_numbers_are_asked_for_by_post_and_noted(sign_in, town_officer, person):
    client = sign_in(town_officer)
    address = reverse("console:paper-card-clear", args=[person.pk])
    assert client.get(address).status_code == 405
    assert client.post(address).content.startswith(b"%PDF-")
    assert AuditEntry.objects.filter(verb="foundation.reveal", object_id=str(person.pk)).exists()


def test_who_may_not_see_numbers_finds_no_such_card(sign_in, make_user, person):
    client = sign_in(make_user(Role.AUDITOR, "520403"))
    assert client.post(reverse("console:paper-card-clear", args=[person.pk])).status_code == 404
    assert "paper-card-clear" not in client.get(reverse("console:person", args=[person.pk])).content.decode()


def test_a_person_of_another_town_has_no_card(sign_in, make_user, person):
    client = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert client.get(reverse("console:paper-card", args=[person.pk])).status_code == 404


def test_the_cards_of_a_selection_are_one_job(sign_in, town_officer, person):
    response = sign_in(town_officer).post(reverse("console:paper-cards"), {"selected": [person.pk], "query": "?"})
    run = JobRun.objects.get(kind="tenure.print_cards")
    assert response["Location"] == reverse("console:job", args=[run.pk])


def test_posts_give_the_cards_of_their_holders(sign_in, town_officer, county_manager, person):
    post = make_post()
    client = sign_in(town_officer)
    chosen = {"selected": [post.pk], "query": "?"}
    assert client.post(reverse("console:paper-cards-posts"), chosen)["Location"] == reverse("console:people")
    appoint(person, post, Terms(post.programme.starts, training=TrainingBasis.TAKEN_OVER), actor=county_manager)
    client.post(reverse("console:paper-cards-posts"), chosen)
    assert JobRun.objects.filter(kind="tenure.print_cards").exists()
