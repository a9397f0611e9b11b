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
from yigang.people import idcard, tasks
from yigang.people.idcard.parse import Reading
from yigang.people.models import CardReading, Person

pytestmark = pytest.mark.usefixtures("regions")
ADDRESS = "console:paper-idcard"


@pytest.fixture
def client(sign_in, town_officer):
    return sign_in(town_officer)


def send(client, monkeypatch, reading: Reading) -> str:
    """The page on which a photo's sender is, once it was read."""
    monkeypatch.setattr(idcard, "installed", lambda: True)
    monkeypatch.setattr(idcard, "read", lambda content: reading)
    page = client.post(reverse(ADDRESS), {"photo": SimpleUploadedFile("证.jpg", picture())}, follow=True)
    for row in CardReading.objects.exclude(photo_cipher=None):
        tasks.read_card._execute(row.job_id, reading_id=row.pk)
    return client.get(page.redirect_chain[-1][0]).content.decode() if page.redirect_chain else page.content.decode()


@pytest.mark.req("P4")
def test_the_page_asks_again_until_the_photo_is_read_and_then_loads_the_form(client, monkeypatch):
    monkeypatch.setattr(idcard, "installed", lambda: True)
    address = client.post(reverse(ADDRESS), {"photo": SimpleUploadedFile("证.jpg", picture())})["Location"]
    row = CardReading.objects.get()
    assert f'hx-get="{address}"' in client.get(address).content.decode()
    part = client.get(address, headers={"HX-Target": "reading"})
    assert "<html" not in part.content.decode()
    assert "HX-Refresh" not in part
    monkeypatch.setattr(idcard, "read", lambda content: Reading("王小红"))
    tasks.read_card._execute(row.job_id, reading_id=row.pk)
    assert client.get(address, headers={"HX-Target": "reading"})["HX-Refresh"] == "true"
    assert "王小红" in client.get(address).content.decode()


def test_anothers_reading_is_an_empty_form(client, monkeypatch, make_user, sign_in):
    assert "王小红" in send(client, monkeypatch, Reading("王小红"))
    another = sign_in(make_user(Role.TOWN_OFFICER, TOWN, username="another"))
    page = another.get(f"{reverse(ADDRESS)}?card={CardReading.objects.get().pk}").content.decode()
    assert "王小红" not in page
    assert 'name="photo"' in page


@pytest.mark.req("P4")
def test_what_was_read_is_proposed_and_nothing_is_written(client, monkeypatch):
    page = send(client, monkeypatch, Reading("王小红", "", "", ["the number cannot be made out"]))
    assert "王小红" in page
    assert "the number cannot be made out" in page
    assert not Person.objects.exists()
    assert not StoredFile.objects.exists()


def test_a_person_is_added_when_each_field_was_confirmed_and_what_was_read_is_forgotten(client, monkeypatch):
    send(client, monkeypatch, Reading("王小红"))
    given = {"name": "王小红", "number": identity_number(2), "region_code": VILLAGE, "residence": "rural",
             "relation": "other", "household_number": "", "remarks": "", "phone": ""}  # fmt: skip
    client.post(reverse(ADDRESS), given)
    assert not Person.objects.exists()
    client.post(
        f"{reverse(ADDRESS)}?card={CardReading.objects.get().pk}", {**given, "seen_name": "on", "seen_number": "on"}
    )
    assert Person.objects.get().name == "王小红"
    assert not CardReading.objects.exists()


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
