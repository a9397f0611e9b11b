"""Agreements in the browser: the template with its fields, the document of one, those of many, the signed copy."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.console.conftest import make_person, make_post
from tests.foundation.factories import picture
from tests.tenure.papers.test_template import docx

from yigang.console.papers import agreements
from yigang.foundation.enums import Role
from yigang.foundation.models import JobRun
from yigang.recruitment.models import Application, Round
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import Agreement, AgreementTemplate


@pytest.fixture
def held(regions, county_manager):
    post = make_post()
    terms = Terms(post.programme.starts, training=TrainingBasis.TAKEN_OVER)
    return appoint(make_person(1, name="王小红"), post, terms, actor=county_manager)


@pytest.mark.req("Z8")
def test_the_county_puts_a_template_in_and_sees_what_is_wrong_with_one(sign_in, county_manager, held):
    client = sign_in(county_manager)
    address = reverse("console:paper-templates", args=[held.programme_id])
    assert "协议编号" in client.get(address).content.decode()
    wrong = client.post(address, {"file": SimpleUploadedFile("a.docx", docx("{{手机号}}"))}).content.decode()
    assert "手机号" in wrong
    assert not AgreementTemplate.objects.exists()
    client.post(address, {"file": SimpleUploadedFile("a.docx", docx("{{姓名}}"))})
    row = AgreementTemplate.objects.get()
    kept = client.get(reverse("console:paper-template", args=[held.programme_id, row.version]))
    assert kept.content.startswith(b"PK")
    assert client.get(reverse("console:paper-template", args=[held.programme_id, 0])).content.startswith(b"PK")


def test_the_town_reads_why_it_sets_no_template(sign_in, town_officer, held):
    page = sign_in(town_officer).get(reverse("console:paper-templates", args=[held.programme_id])).content.decode()
    assert "Set the template of agreements" in page
    assert "multipart" not in page


@pytest.mark.req("Z8")
def test_an_agreement_is_made_and_its_signed_copy_filed(sign_in, town_officer, held):
    client = sign_in(town_officer)
    address = reverse("console:paper-agreement", args=[held.pk])
    assert address in client.get(reverse("console:person", args=[held.person_id])).content.decode()
    assert "not made yet" in client.get(address).content.decode()
    client.post(reverse("console:paper-agreement-make", args=[held.pk]))
    made = Agreement.objects.get()
    assert made.file.name in client.get(address).content.decode()
    given = {"file": SimpleUploadedFile("签.jpg", picture()), "on": "2020-07-01"}
    client.post(reverse("console:paper-agreement-signed", args=[held.pk]), given)
    assert "签.jpg" in client.get(address).content.decode()
    assert client.get(reverse("console:paper-agreement-signed", args=[held.pk])).status_code == 404


def test_the_agreements_of_chosen_posts_are_one_job(sign_in, town_officer, held):
    chosen = {"selected": [held.post_id], "query": "?"}
    response = sign_in(town_officer).post(reverse("console:paper-agreements-posts"), chosen)
    assert response["Location"] == reverse("console:job", args=[JobRun.objects.get().pk])


@pytest.mark.req("T2", "P4")
def test_the_agreements_of_a_rounds_hired_are_one_job(sign_in, town_officer, county_manager, held):
    one = Round.objects.create(
        region_code="520403000000", programme=held.programme, number="2020-1", title="选聘", policy_digest="x",
        policy_effective=held.starts, policy_text="", opened_on=held.starts, opened_by=county_manager,
    )  # fmt: skip
    client, address = sign_in(town_officer), reverse("console:paper-agreements-round", args=[one.pk])
    assert "The round has hired nobody yet." in client.post(address, follow=True).content.decode()
    assert not JobRun.objects.exists()
    Application.objects.create(
        region_code=held.region_code, round=one, person=held.person, source="clerk", applied_on=held.starts, state="hired",
        appointment=held,
    )  # fmt: skip
    response = client.post(address)
    assert response["Location"] == reverse("console:job", args=[JobRun.objects.get().pk])


@pytest.mark.req("Z8")
def test_the_chosen_of_the_list_are_one_job_until_all_are_signed(sign_in, town_officer, held, make_user):
    chosen, address = {"selected": [held.pk], "query": "?"}, reverse("console:paper-agreements")
    client = sign_in(town_officer)
    assert client.post(address, chosen)["Location"] == reverse("console:job", args=[JobRun.objects.get().pk])
    client.post(reverse("console:paper-agreement-make", args=[held.pk]))
    given = {"file": SimpleUploadedFile("签.jpg", picture()), "on": "2020-07-01"}
    client.post(reverse("console:paper-agreement-signed", args=[held.pk]), given)
    assert "Everybody&#x27;s agreement is signed already." in client.post(address, chosen, follow=True).content.decode()
    assert JobRun.objects.count() == 1
    assert sign_in(make_user(Role.AUDITOR, "520403")).post(address, chosen).status_code == 404


def test_more_than_fit_into_one_job_are_refused(sign_in, town_officer, held, monkeypatch):
    monkeypatch.setattr(agreements, "MOST_AT_ONCE", 0)
    response = sign_in(town_officer).post(
        reverse("console:paper-agreements"), {"selected": [held.pk], "query": "?"}, follow=True
    )
    assert "At most 0 agreements are made at once" in response.content.decode()
    assert not JobRun.objects.exists()
