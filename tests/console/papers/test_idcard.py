"""A person added from a card's photo: proposed, confirmed field by field, the photo kept nowhere."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.conftest import TOWN, VILLAGE
from tests.foundation.factories import picture
from tests.people.factories import identity_number

from yigang.console.papers import idcard as pages
from yigang.foundation.enums import Role
from yigang.foundation.models import StoredFile
from yigang.people import idcard
from yigang.people.idcard.parse import Reading
from yigang.people.models import Person

pytestmark = pytest.mark.usefixtures("regions")
ADDRESS = "console:paper-idcard"


@pytest.fixture
def client(sign_in, town_officer):
    return sign_in(town_officer)


def send(client, monkeypatch, reading: Reading) -> str:
    monkeypatch.setattr(idcard, "read", lambda content: reading)
    photo = SimpleUploadedFile("证.jpg", picture())
    return client.post(reverse(ADDRESS), {"photo": photo}).content.decode()


@pytest.mark.req("P4")
def test_what_was_read_is_proposed_and_nothing_is_written(client, monkeypatch):
    page = send(client, monkeypatch, Reading("王小红", "", "", ["the number cannot be made out"]))
    assert "王小红" in page
    assert "the number cannot be made out" in page
    assert not Person.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_person_is_added_when_each_field_was_confirmed(client):
    given = {"name": "王小红", "number": identity_number(2), "region_code": VILLAGE, "residence": "rural",
             "relation": "other", "household_number": "", "remarks": "", "phone": ""}  # fmt: skip
    client.post(reverse(ADDRESS), given)
    assert not Person.objects.exists()
    client.post(reverse(ADDRESS), {**given, "seen_name": "on", "seen_number": "on"})
    assert Person.objects.get().name == "王小红"


def test_a_photo_without_a_card_says_so_on_the_form(client, monkeypatch):
    monkeypatch.setattr(idcard, "installed", lambda: False)
    page = client.post(reverse(ADDRESS), {"photo": SimpleUploadedFile("证.jpg", picture())}).content.decode()
    assert "Fill the form by hand" in page


def test_one_user_has_so_many_cards_read_in_a_while_and_another_is_not_held_up(client, monkeypatch, make_user, sign_in):
    monkeypatch.setattr(pages, "MOST", 2)
    for _time in range(2):
        assert "王小红" in send(client, monkeypatch, Reading("王小红"))
    refused = send(client, monkeypatch, Reading("王小红"))
    assert "You have had 2 cards read in 10 minutes." in refused
    assert "王小红" not in refused
    another = sign_in(make_user(Role.TOWN_OFFICER, TOWN, username="another"))
    assert "王小红" in send(another, monkeypatch, Reading("王小红"))
