"""The agreements of a round in the browser: one job with who is left out; copies handed in together, looked at, kept."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from tests.console.recruitment.test_pages import html
from tests.recruitment.test_agreements import drafted, world  # noqa: F401 - fixtures

from yigang.foundation.enums import Role
from yigang.foundation.models import JobRun
from yigang.recruitment.models import AgreementDraft


def at(name: str, pk: int) -> str:
    return reverse(f"console:{name}", args=[pk])


@pytest.mark.req("Z8", "T2")
def test_the_round_offers_the_job_and_the_jobs_page_says_who_is_left_out(world, sign_in):  # noqa: F811 - a fixture
    client = sign_in(world.town)
    page = html(client.get(at("round", world.round.pk)))
    assert at("round-agreements", world.round.pk) in page
    assert at("round-signed", world.round.pk) in page
    asked = client.post(at("round-agreements", world.round.pk), {"starts": "2020-06-15", "ends": ""})
    job = JobRun.objects.get()
    assert asked["Location"] == reverse("console:job", args=[job.pk])
    JobRun.objects.filter(pk=job.pk).update(state="done", result={"refused": [{"name": "申报丙", "why": "没有岗位"}]})
    assert "申报丙：没有岗位" in html(client.get(asked["Location"]))


@pytest.mark.req("Z8")
def test_copies_are_shown_beside_their_agreements_and_kept_when_ticked(world, drafted, sign_in, make_user):  # noqa: F811 - fixtures
    client, address = sign_in(world.town), at("round-signed", world.round.pk)
    files = [SimpleUploadedFile(f"{drafted[0].number}.pdf", b"%PDF-1.7"), SimpleUploadedFile("合影.pdf", b"%PDF-1.7")]
    page = html(client.post(address, {"copies": files}))
    assert "合影.pdf：No agreement" in page
    row = AgreementDraft.objects.get(pk=drafted[0].pk)
    assert f'value="{row.pk}-{row.offered_file_id}"' in page
    keep = at("round-signed-file", world.round.pk)
    assert "Tick the copies" in html(client.post(keep, {"on": "2020-06-15"}, follow=True))
    client.post(keep, {"on": "2020-06-15", "seen": [f"{row.pk}-{row.offered_file_id}"]})
    row.refresh_from_db()
    assert row.signed_file is not None
    assert sign_in(make_user(Role.AUDITOR, "520403")).get(address).status_code == 404
