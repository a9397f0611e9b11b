"""A photo that was sent to be read: sealed until it is read, then only its answer, for its sender, for a day."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.foundation.factories import picture
from tests.people.factories import identity_number

from yigang.foundation.enums import JobState, Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import JobRun, StoredFile
from yigang.people import idcard, tasks
from yigang.people.access import KEEP_PEOPLE
from yigang.people.idcard import sent
from yigang.people.idcard.parse import Reading
from yigang.people.models import CardReading

READ = Reading("王小红", identity_number(2), problems=["one thing"])


@pytest.fixture
def row(town_officer, monkeypatch):
    """A photo that waits in the queue."""
    monkeypatch.setattr(idcard, "installed", lambda: True)
    return tasks.send_card(picture(), capability=KEEP_PEOPLE, actor=town_officer)


def work_off(row: CardReading) -> JobRun:
    tasks.read_card._execute(row.job_id, reading_id=row.pk)
    row.refresh_from_db()
    return JobRun.objects.get(pk=row.job_id)


@pytest.mark.req("P4")
def test_the_answer_takes_the_photos_place_and_neither_lies_open(row, monkeypatch, town_officer):
    asked = []
    monkeypatch.setattr(idcard, "read", lambda photo: asked.append(photo) or READ)
    assert sent.answer_of(row) is None
    assert picture() not in bytes(row.photo_cipher)
    job = work_off(row)
    assert (job.state, job.result, row.photo_cipher) == (JobState.DONE, {}, None)
    assert sent.answer_of(row) == READ
    assert identity_number(2).encode() not in bytes(row.answer_cipher)
    assert asked[0].startswith(b"\xff\xd8\xff")
    assert not StoredFile.objects.exists()
    assert list(sent.of(town_officer)) == [row]


@pytest.mark.req("P4")
def test_a_photo_that_cannot_be_read_goes_too_and_the_job_says_why(row, monkeypatch):
    def refuse(_photo):
        raise Refusal("no card", code="not_a_card")

    monkeypatch.setattr(idcard, "read", refuse)
    job = work_off(row)
    assert (job.state, job.message) == (JobState.FAILED, "no card")
    assert (row.photo_cipher, row.answer_cipher) == (None, None)


def test_a_reading_is_its_senders_alone(row, make_user):
    another = make_user(Role.TOWN_OFFICER, "520403100", username="another")
    assert list(sent.of(another)) == []


def test_whoever_may_not_fill_the_form_sends_nothing(make_user):
    with pytest.raises(Forbidden):
        tasks.send_card(picture(), capability=KEEP_PEOPLE, actor=make_user(Role.AUDITOR, "520403"))
    assert not CardReading.objects.exists()


def test_after_a_day_it_is_forgotten(row):
    now = timezone.now()
    assert sent.sweep(now) == 0
    assert sent.sweep(now + timedelta(days=1, minutes=1)) == 1
