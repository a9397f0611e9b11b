"""Signing in on the phone: a one-time code from the village clerk or a password; five wrong tries shut it for half an hour."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.duty.access import ISSUE_CODES, REVOKE_DEVICE
from yigang.duty.domain.devices import admit
from yigang.duty.models import DeviceLogin, PhoneAccess, SignInCode
from yigang.foundation import audit, rls, throttle
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.foundation.secrets import SIGNIN_CODE, vault
from yigang.foundation.signin import FAILURES_ALLOWED, LOCKED_FOR
from yigang.people.models import Person
from yigang.tenure.models import Appointment

CODE_DIGITS = 8
GOOD_DAYS = (1, 30)
USUAL_DAYS = 7
CODES_A_DAY = 5
WRONG_PER_ADDRESS = 60
"""An hour; many phones share an address, so only wrong tries are counted."""
ASKED_AGAIN = timedelta(minutes=30)
"""An answer can be lost on its way: the same phone may use its code again for so long."""
AFTER_THE_POST = timedelta(days=90)
"""So long after the last day somebody still signs in: to send what waits and to read the last pay."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Phone:
    """What a phone says of itself; `key` is the uncompressed point of 65 bytes."""

    id: UUID
    key: bytes
    name: str


def holders() -> Q:
    """People who may sign in: in a post, or not long out of it, and alive."""
    lately = timezone.localdate() - AFTER_THE_POST
    held = Appointment.objects.filter(Q(ends__isnull=True) | Q(ends__gte=lately)).values("person")
    return Q(died_on__isnull=True, pk__in=held)


@transaction.atomic
def issue_code(person: Person, *, actor: User, days: int = USUAL_DAYS) -> tuple[SignInCode, str]:
    """A fresh code for a person, told once; an earlier one that was not used ends, and a lock is lifted."""
    require(actor, ISSUE_CODES, person.region_code)
    if not GOOD_DAYS[0] <= days <= GOOD_DAYS[1]:
        raise Refusal(_("A code is good for %(least)d to %(most)d days."), dict(zip(("least", "most"), GOOD_DAYS, strict=True)),
                      code="days", field="days")  # fmt: skip
    if not person.phone:
        raise Refusal(
            _("%(name)s has no phone number on file."), {"name": person.name}, code="no_phone", field="phone",
            remedy=_("Write it into the person's file first; it is what one signs in with."),
        )  # fmt: skip
    if not Person.objects.filter(holders(), pk=person.pk).exists():
        raise Refusal(_("%(name)s holds no post."), {"name": person.name}, code="no_post")
    if throttle.tries(f"phone:code:{person.pk}", per=timedelta(days=1)) > CODES_A_DAY:
        raise Refusal(
            _("%(name)s was given %(count)d codes today."), {"name": person.name, "count": CODES_A_DAY},
            code="too_many", remedy=_("Wait until tomorrow, or ask why they do not work."),
        )  # fmt: skip
    SignInCode.objects.filter(person=person, used_at=None, withdrawn_at=None).update(withdrawn_at=timezone.now())
    PhoneAccess.objects.filter(person=person).update(failures=0, locked_until=None)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    issued = SignInCode.objects.create(
        region_code=person.region_code, person=person, digest=_digest(person.pk, code), issued_by=actor,
        expires_at=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    after = {"person": person.name, "expires_at": issued.expires_at}
    audit.record("duty.issue_code", issued, actor=actor, after=after)
    return issued, code


def _digest(person_id: int, code: str) -> bytes:
    return vault().index(f"{person_id}:{code}", SIGNIN_CODE)


def sign_in(number: str, secret: str, phone: Phone, *, address: str | None) -> tuple[Person, str]:
    """The person whose number and code or password these are, and a token for the phone.

    Says nothing of which part was wrong, whether anybody has the number, or whether the person is locked: `Refusal` with
    code `wrong`. Several people may share a number; the secret tells who it is.
    """
    if address and throttle.seen(f"phone:wrong:{address}", per=HOUR) >= WRONG_PER_ADDRESS:
        raise Refusal(
            _("Too much was wrong from here in this hour."), code="too_many", remedy=_("Come back in an hour.")
        )
    with rls.everywhere("whoever signs in is not known yet"):
        people = _with_number(number)
        for person in people:
            if (how := _opens(person, secret, phone)) is not None:
                return _let_in(person, how, phone)
        if not any(_has_password(person) for person in people):
            make_password(secret)  # the same work, so that time does not tell which numbers are known
        _count_failure(people, address)
    raise Refusal(
        _("The number or the code is not right, or there were five wrong tries: then it stays shut for half an hour."),
        code="wrong", remedy=_("Your village clerk can give you a new code."),
    )  # fmt: skip


def _with_number(number: str) -> Sequence[Person]:
    """Holders of this number, oldest file first."""
    digits = re.sub(r"\D", "", number)
    digits = digits.removeprefix("86") if len(digits) > 11 else digits
    if not digits:
        return []
    found = Person.objects.filter(holders(), phone_reversed=digits[::-1]).select_related("phone_access")
    return list(found.order_by("pk"))


def _access(person: Person) -> PhoneAccess | None:
    return getattr(person, "phone_access", None)


def _has_password(person: Person) -> bool:
    access = _access(person)
    return access is not None and bool(access.password)


def _opens(person: Person, secret: str, phone: Phone) -> SignInCode | PhoneAccess | None:
    """What the secret opens of this person's: a code, or the password; None when it is neither or locked."""
    access, now = _access(person), timezone.now()
    if access is not None and access.locked_until and access.locked_until > now:
        return None
    code = re.sub(r"[\s-]", "", secret)
    if len(code) == CODE_DIGITS and code.isdigit() and (found := _code(person, code, phone, now)):
        return found
    return access if access is not None and _has_password(person) and check_password(secret, access.password) else None


def _code(person: Person, code: str, phone: Phone, now: datetime) -> SignInCode | None:
    """The person's code, unless it was withdrawn, is too old, or was used: by another phone, or long ago."""
    again = Q(used_on=phone.id, used_at__gt=now - ASKED_AGAIN, used_on__key=phone.key)
    open_ones = SignInCode.objects.filter(Q(used_at=None) | again, withdrawn_at=None, expires_at__gt=now)
    return open_ones.filter(person=person, digest=_digest(person.pk, code)).first()


@transaction.atomic
def _let_in(person: Person, how: SignInCode | PhoneAccess, phone: Phone) -> tuple[Person, str]:
    if isinstance(how, SignInCode):
        how = hold(SignInCode.objects.filter(pk=how.pk)).get()
        if how.used_at is not None and how.used_on_id != phone.id:
            raise Refusal(_("This code was used a moment ago."), code="wrong")
    _login, token = admit(person, device_id=phone.id, key=phone.key, name=phone.name)
    if isinstance(how, SignInCode) and how.used_at is None:
        how.used_at, how.used_on_id = timezone.now(), phone.id
        how.save(update_fields=["used_at", "used_on"])
    PhoneAccess.objects.filter(person=person).update(failures=0, locked_until=None)
    return person, token


@transaction.atomic
def _count_failure(people: Sequence[Person], address: str | None) -> None:
    """One more wrong try for everybody with the number; the fifth locks. Kept although the request is refused."""
    if address:
        throttle.tries(f"phone:wrong:{address}", per=HOUR)
    for person in people:
        access, _made = PhoneAccess.objects.get_or_create(person=person, defaults={"region_code": person.region_code})
        PhoneAccess.objects.filter(pk=access.pk).update(failures=F("failures") + 1)
        shut = PhoneAccess.objects.filter(pk=access.pk, failures__gte=FAILURES_ALLOWED)
        locked = shut.update(failures=0, locked_until=timezone.now() + LOCKED_FOR)
        after = {"person": person.name, "locked": bool(locked)}
        audit.record("duty.sign_in_failed", person, actor=None, region_code=person.region_code, after=after)


@transaction.atomic
def set_password(person_id: int, password: str) -> None:
    """A person sets the own password, signed in on the phone; ten signs and more, none that everybody uses."""
    person = Person.objects.get(pk=person_id)
    try:
        validate_password(password, User(username=person.phone, name=person.name))
    except ValidationError as error:
        raise Refusal(" ".join(error.messages), code="weak_password", field="password") from error
    PhoneAccess.objects.update_or_create(
        person=person,
        defaults={"password": make_password(password), "password_set_at": timezone.now()},
        create_defaults={
            "password": make_password(password), "password_set_at": timezone.now(), "region_code": person.region_code
        },
    )  # fmt: skip
    audit.record("duty.set_phone_password", person, actor=None, after={"person": person.name})


@transaction.atomic
def sign_out(login_id: int) -> None:
    """The token ends. What the phone has not sent yet stays on it."""
    login = DeviceLogin.objects.select_related("person").get(pk=login_id)
    DeviceLogin.objects.filter(pk=login_id, ended_at=None).update(ended_at=timezone.now())
    audit.record("duty.sign_out", login, actor=None, after={"person": login.person.name})


@transaction.atomic
def end_login(login: DeviceLogin, *, reason: str, actor: User) -> None:
    """One person is signed out of a phone that others still use."""
    require(actor, REVOKE_DEVICE, login.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the person is signed out."), code="reason", field="reason")
    if not DeviceLogin.objects.filter(pk=login.pk, ended_at=None).update(ended_at=timezone.now()):
        raise Refusal(_("The person is signed out already."), code="signed_out")
    after = {"person": login.person.name, "reason": reason.strip()[:200]}
    audit.record("duty.end_login", login, actor=actor, after=after)
