"""Verbs of an inspector's telephone: signed in for a week, known by its token, signed out; it opens the own group's visits."""

from __future__ import annotations

import secrets
from datetime import timedelta
from hashlib import sha256

from django.contrib.auth import authenticate
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, rls
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.foundation.signin import home_region
from yigang.oversight.access import INSPECT
from yigang.oversight.models import SheetPhone

LASTS = timedelta(days=7)
"""As long as the week of a draw. What was written meanwhile stays on the telephone and is sent after signing in again."""


def sign_in_to_sheets(username: str, password: str, name: str, *, request: HttpRequest) -> tuple[User, str]:
    """The account whose name and password these are, and a token, told once. Locks and limits are the console's own."""
    with rls.everywhere("whoever signs in is not known yet"):
        user = authenticate(request, username=username, password=password)
        if not isinstance(user, User):
            raise Refusal(
                _("Account or password is not right, or there were too many wrong tries: then it stays shut for a while."),
                code="wrong",
            )  # fmt: skip
        _refuse(user)
        return user, _admit(user, name)


def _refuse(user: User) -> None:
    why = may(user, INSPECT).why
    if why or not user.prefixes:
        raise Refusal(why or _("This account works in no region."), code="no_inspector")
    if user.must_change_password:
        raise Refusal(
            _("This account has the password it was given."), code="new_password",
            remedy=_("Sign in to the console once and choose your own."),
        )  # fmt: skip


@transaction.atomic
def _admit(user: User, name: str) -> str:
    token = secrets.token_urlsafe(32)
    home = home_region(user)
    assert home is not None, "an account without a region was refused"
    phone = SheetPhone.objects.create(
        region_code=home, user=user, name=name.strip()[:80], token_digest=_digest(token),
        account_mark=_mark(user), expires_at=timezone.now() + LASTS,
    )  # fmt: skip
    audit.record("oversight.admit_phone", phone, actor=user, after={"name": phone.name})
    return token


def inspector_of(token: str) -> tuple[User, SheetPhone]:
    """Who asks. `Refusal` with code `signed_out` when the token is unknown, ended, too old, or no longer of an inspector."""
    with rls.everywhere("whoever asks is known by the token alone"):
        phone = SheetPhone.objects.select_related("user").filter(token_digest=_digest(token)).first()
    if phone is None or phone.ended_at or phone.expires_at <= timezone.now() or phone.account_mark != _mark(phone.user):
        raise Refusal(_("Please sign in again."), code="signed_out")
    if not may(phone.user, INSPECT):
        raise Refusal(_("Please sign in again."), code="signed_out")
    return phone.user, phone


@transaction.atomic
def end_sheet_phones(user: User, *, token: str = "", actor: User) -> int:
    """The own telephones are signed out: the one with this token, or all of them. How many."""
    assert actor.pk == user.pk, "a telephone is ended by its own account; closing the account ends all"
    rows = SheetPhone.objects.filter(user=user, ended_at=None)
    if token:
        rows = rows.filter(token_digest=_digest(token))
    held = list(rows.select_for_update())
    SheetPhone.objects.filter(pk__in=[row.pk for row in held]).update(ended_at=timezone.now())
    for row in held:
        audit.record("oversight.end_phone", row, actor=actor, after={"name": row.name})
    return len(held)


def _digest(token: str) -> bytes:
    return sha256(token.encode()).digest()


def _mark(user: User) -> str:
    return sha256(user.password.encode()).hexdigest()
