"""Signing in: five failures lock for half an hour, an address cannot try for ever, and both are on record."""

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.test import RequestFactory
from django.utils import timezone

from yigang.foundation import signin
from yigang.foundation.models import AuditEntry, User

PASSWORD = "mountain-path-7"


@pytest.fixture
def officer(town_officer) -> User:
    town_officer.set_password(PASSWORD)
    town_officer.save()
    return town_officer


def attempt(user: User, password: str, address: str = "192.0.2.1") -> User | None:
    request = RequestFactory().post("/", REMOTE_ADDR=address)
    return authenticate(request, username=user.username, password=password)


def test_the_right_password_signs_in_and_is_on_record(officer):
    assert attempt(officer, PASSWORD) == officer
    assert AuditEntry.objects.get().verb == "foundation.sign_in"


def test_a_wrong_password_is_on_record_without_the_password(officer):
    assert attempt(officer, "wrong") is None
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.after) == ("foundation.sign_in_failed", None)


def test_five_failures_lock_even_the_right_password_out(officer):
    for _try in range(signin.FAILURES_ALLOWED):
        attempt(officer, "wrong")
    assert attempt(officer, PASSWORD) is None


def test_four_failures_and_a_success_start_the_count_again(officer):
    for _try in range(signin.FAILURES_ALLOWED - 1):
        attempt(officer, "wrong")
    assert attempt(officer, PASSWORD) == officer
    attempt(officer, "wrong")
    assert attempt(officer, PASSWORD) == officer


def test_the_lock_ends_after_its_time(officer):
    User.objects.filter(pk=officer.pk).update(locked_until=timezone.now() - timedelta(seconds=1))
    assert attempt(officer, PASSWORD) == officer


def test_a_closed_account_does_not_sign_in(officer):
    User.objects.filter(pk=officer.pk).update(is_active=False)
    assert attempt(officer, PASSWORD) is None


def test_an_address_that_tried_too_often_waits_while_others_go_on(officer):
    for _try in range(signin.TRIES_PER_ADDRESS):
        attempt(User(username="nobody"), "wrong")
    assert attempt(officer, PASSWORD) is None
    assert attempt(officer, PASSWORD, address="192.0.2.2") == officer
