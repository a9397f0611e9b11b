"""Signing in: five failures lock an account for half an hour; an address may try sixty times an hour."""

from datetime import timedelta
from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from yigang.foundation import audit, throttle
from yigang.foundation.middleware import client_address
from yigang.foundation.models import User

FAILURES_ALLOWED = 5
LOCKED_FOR = timedelta(minutes=30)
TRIES_PER_ADDRESS = 60


class LockingBackend(BaseBackend):
    """Checks a password, counts failures, and writes both to the audit trail. Says nothing of which part was wrong."""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> User | None:
        if not username or not password:
            return None
        address = client_address(request) if request else None
        if address and throttle.tries(f"signin:{address}", per=timedelta(hours=1)) > TRIES_PER_ADDRESS:
            return None
        user = User.objects.filter(username=username, is_active=True).first()
        if user is None:
            make_password(password)  # the same work, so that time does not tell which accounts exist
            return None
        return user if self._passes(user, password) else None

    def _passes(self, user: User, password: str) -> bool:
        if user.locked_until and user.locked_until > timezone.now():
            return False
        if check_password(password, user.password):
            User.objects.filter(pk=user.pk).update(failures=0, locked_until=None)
            audit.record("foundation.sign_in", user, actor=user, region_code=home_region(user))
            return True
        count_failure(user)
        return False

    def get_user(self, user_id: int) -> User | None:
        return User.objects.prefetch_related("scopes").filter(pk=user_id, is_active=True).first()


@transaction.atomic
def count_failure(user: User) -> None:
    """One more wrong password; the fifth locks."""
    User.objects.filter(pk=user.pk).update(failures=F("failures") + 1)
    user.refresh_from_db(fields=["failures"])
    if user.failures >= FAILURES_ALLOWED:
        User.objects.filter(pk=user.pk).update(failures=0, locked_until=timezone.now() + LOCKED_FOR)
    audit.record("foundation.sign_in_failed", user, actor=None, region_code=home_region(user))


def home_region(user: User) -> str | None:
    """The first region of the user's scope, whose county's audit chain holds what concerns the account."""
    return user.prefixes[0].ljust(12, "0") if user.prefixes else None
