"""The list of agreements: found by person or number, filtered by where each stands, the same in the workbook."""

import io

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.console.conftest import identity_of, make_person, make_post
from tests.foundation.factories import picture

from yigang.console.tenure.agreements import STATES, in_state
from yigang.foundation.enums import Role
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import Appointment
from yigang.tenure.papers.agreements import make_agreement

ADDRESS = "/tenure/agreements/"


@pytest.fixture
def held(regions, county_manager):
    """Four people: signed, waiting for the signature, a number from elsewhere, nothing yet."""
    terms = Terms(make_post("R0").programme.starts, training=TrainingBasis.TAKEN_OVER)
    made = [
        appoint(make_person(number, name=name), make_post(f"R{number}"), terms, actor=county_manager)
        for number, name in enumerate(("王小红", "李正明", "陈国华", "赵大山"), 1)
    ]
    Appointment.objects.filter(pk=made[2].pk).update(agreement_number="旧〔2019〕7号")
    for one in made[:2]:
        make_agreement(one, actor=county_manager)
    return made


@pytest.fixture
def county(sign_in, county_manager, held):
    """The county's browser, in Chinese."""
    client = sign_in(county_manager, "zh-hans")
    given = {"file": SimpleUploadedFile("签.jpg", picture()), "on": "2020-07-01"}
    client.post(reverse("console:paper-agreement-signed", args=[held[0].pk]), given)
    return client


def names(client, **asked: str) -> list[str]:
    content = client.get(ADDRESS, {**asked, "format": "xlsx"}).content
    rows = openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(min_row=2, values_only=True)
    return [row[0] for row in rows]


@pytest.mark.req("Z8")
def test_everybody_is_in_one_state_and_found_by_it(county):
    found = {state: names(county, state=state) for state in STATES}
    assert found == {"signed": ["王小红"], "unsigned": ["李正明"], "no_copy": ["陈国华"], "none": ["赵大山"]}
    page = county.get(ADDRESS).content.decode()
    for word, _colour, _condition in STATES.values():
        assert str(word) in page


def test_people_are_found_by_name_initials_digits_and_number(county, held):
    assert names(county, q="李正明") == ["李正明"]
    assert names(county, q="lzm") == ["李正明"]
    assert names(county, q=identity_of(2)[-4:]) == ["李正明"]
    assert names(county, q="旧〔2019〕") == ["陈国华"]
    held[1].refresh_from_db()
    assert names(county, q=held[1].agreement_number) == ["李正明"]
    assert names(county, q="R4") == ["赵大山"]
    assert names(county, q="没有这个人") == []


def test_the_states_leave_nobody_out_and_nobody_twice(county):
    everybody = Appointment.objects.all()
    assert sum(in_state(everybody, state).count() for state in STATES) == everybody.count()


def test_the_tabs_lead_there_and_a_row_to_its_agreement(county, held):
    assert ADDRESS in county.get("/tenure/").content.decode()
    assert reverse("console:paper-agreement", args=[held[0].pk]) in county.get(ADDRESS).content.decode()


def test_another_town_sees_none_and_a_reader_is_offered_nothing_to_make(sign_in, make_user, county):
    stranger = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    assert "王小红" not in stranger.get(ADDRESS).content.decode()
    page = sign_in(make_user(Role.AUDITOR, "520403")).get(ADDRESS).content.decode()
    assert "王小红" in page
    assert reverse("console:paper-agreements") not in page
