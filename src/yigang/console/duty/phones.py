"""Phones and sign-in (手机与登录): who has which phone, codes on slips, lost phones, consents noted from paper."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from yigang.console import access, regions
from yigang.console.lists import BelowFilter, Column, Empty, List, show
from yigang.console.pages import action, actor_of, found, page, sentence
from yigang.console.people.person import masked_phone
from yigang.console.policies import language
from yigang.console.regions import Reader
from yigang.duty import phones
from yigang.duty.access import ISSUE_CODES, REVOKE_DEVICE
from yigang.duty.capabilities import on_the_phone
from yigang.duty.domain import devices, logins
from yigang.duty.domain.withholding import note_consent
from yigang.duty.models import DeviceLogin, SignInCode
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.people import consents
from yigang.people.access import NOTE_CONSENTS
from yigang.people.models import Person
from yigang.policy.capabilities import Capability
from yigang.tenure.models import Appointment

SLIPS = 200
"""At most so many at once: a village, not a county."""


def rows(_reader: Reader) -> Any:
    return Person.objects.filter(logins.holders())


def prepare(people: list[Any]) -> None:
    regions.name_places(people)
    known = phones.on_phones(person.pk for person in people)
    for person in people:
        person.phones = known[person.pk]


def flags(person: Any) -> SafeString:
    """What somebody should look at, in words."""
    said = [
        *([_now("several phones")] if person.phones.several else []),
        *(
            [
                _now("%(count)d people on one phone") % {"count": count}
                for count in (person.phones.shared or {}).values()
            ]
        ),
        *([_now("tracks without consent")] if person.phones.unasked else []),
        *([_now("%(count)d records not arrived") % {"count": person.phones.absent}] if person.phones.absent else []),
    ]
    return format_html_join(" ", '<span class="tag tag-warn">{}</span>', ((word,) for word in said))


def state(person: Any) -> SafeString:
    """Whether the person is in, could come in, or has no way in."""
    if person.phones.logins:
        return format_html('<span class="tag tag-good">{}</span>', _now("signed in"))
    if person.phones.code:
        until = timezone.localtime(person.phones.code.expires_at)
        return format_html('<span class="tag">{}</span>', _now("code until %(day)s") % {"day": f"{until:%m-%d}"})
    return format_html(
        '<span class="muted">{}</span>', _now("no number") if not person.phone else _now("not signed in")
    )


PHONES = List(
    name="phones",
    title=_("Phones and sign-in"),
    unit=_("people"),
    rows=rows,
    columns=(
        Column("name", _("Name"), lambda person: person.name, sort=("pinyin",), always=True),
        Column("place", _("Village"), lambda person: person.place),
        Column("phone", _("Phone number"), lambda person: masked_phone(person.phone) if person.phone else ""),
        Column("state", _("State"), lambda person: bool(person.phones.logins), state),
        Column("devices", _("Handset"), lambda person: "、".join(str(each.device) for each in person.phones.logins)),
        Column("seen", _("Last seen"), lambda person: person.phones.last_seen),
        Column("waits", _("Does not count"), lambda person: person.phones.waiting or None, kind="integer"),
        Column("flags", _("To look at"), lambda person: bool(flags(person)), flags),
    ),
    order=("pinyin",),
    filters=(BelowFilter(),),
    search=lambda people, words: people.filter(Q(name__contains=words) | Q(initials__startswith=words.lower())),
    search_hint=_("Name or pinyin initials"),
    prepare=prepare,
    link=lambda person: reverse("console:duty-phone", args=[person.pk]),
    empty=Empty(_("Nobody holds a post here.")),
)


@page(access.OPEN_DUTY)
def listing(request: HttpRequest) -> HttpResponseBase:
    prefix = regions.viewing(request)
    village = len(prefix) == max(regioncode.LENGTHS.values())
    context = {"tab": "phones", "may_issue": may(actor_of(request), ISSUE_CODES), "village": village}
    return show(request, PHONES, template="console/duty/phones.html", context=context)


@page(access.OPEN_DUTY)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One person: phones, codes, consents, what does not count."""
    person, actor = found(Person.objects.all(), pk=pk), actor_of(request)
    known = phones.logins_of(person.pk)
    others = phones.others_on({login.device_id for login in known}, person.pk)
    context = {
        "tab": "phones", "person": person, "logins": [(login, others.get(login.device_id, [])) for login in known],
        "codes": SignInCode.objects.filter(person=person).select_related("issued_by", "used_on")[:10],
        "aside": phones.set_aside_of(person.pk), "gaps": phones.gaps({login.device_id for login in known}),
        "asked": _asked(person), "now": timezone.now(),
        "phone": masked_phone(person.phone) if person.phone else "", "days": logins.USUAL_DAYS,
        "may_issue": may(actor, ISSUE_CODES, person.region_code),
        "may_revoke": may(actor, REVOKE_DEVICE, person.region_code),
        "may_note": may(actor, NOTE_CONSENTS, person.region_code),
    }  # fmt: skip
    return render(request, "console/duty/phone.html", context)


def _asked(person: Person) -> list[dict[str, Any]]:
    """What needs the person's consent by the policy in force, and the newest word on it."""
    said, lang = consents.standing(person.pk), language()
    return [
        {
            "code": each.kind.code, "name": each.kind.name.to(lang), "keeps": each.kind.keeps.to(lang), "basis": each.basis,
            "word": said.get(each.kind.code), "holds": consents.holds(said.get(each.kind.code), each),
        }
        for each in _sensitive(person).values()
    ]  # fmt: skip


def _sensitive(person: Person) -> dict[str, Capability]:
    held = Appointment.objects.filter(person=person).select_related("programme").order_by("-starts").first()
    on = on_the_phone(held.programme.policy_code, timezone.localdate()) if held else {}
    return {code: each for code, each in on.items() if each.kind.sensitive}


@require_POST
@page(ISSUE_CODES)
def code(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A new code for one person, on a slip. It is shown here and nowhere again."""
    person = found(Person.objects.all(), pk=pk)
    try:
        days = int(request.POST.get("days") or logins.USUAL_DAYS)
        made = [logins.issue_code(person, days=days, actor=actor_of(request))]
    except ValueError as error:
        messages.error(request, sentence(error) if isinstance(error, Refusal) else _now("Give the days as a number."))
        return redirect("console:duty-phone", pk)
    return _slips(request, made)


@require_POST
@page(ISSUE_CODES)
def codes(request: HttpRequest) -> HttpResponseBase:
    """Slips for everybody of a village who is not signed in and holds no code yet; who cannot get one is named."""
    people = list(
        rows(regions.reader(request)).filter(regions.inside(regions.viewing(request))).order_by("pinyin", "pk")
    )
    known = phones.on_phones(person.pk for person in people)
    waiting = [person for person in people if not known[person.pk].logins and not known[person.pk].code]
    made = []
    for person in waiting[:SLIPS]:
        try:
            made.append(logins.issue_code(person, actor=actor_of(request)))
        except Refusal as refusal:
            messages.warning(request, sentence(refusal))
    if not made:
        messages.info(request, _now("Everybody with a number on file is signed in or holds a code."))
        return redirect("console:duty-phones")
    return _slips(request, made)


def _slips(request: HttpRequest, made: Iterable[tuple[SignInCode, str]]) -> HttpResponseBase:
    import segno

    address = request.build_absolute_uri(reverse("field-app"))
    slips = [
        {"person": issued.person, "code": f"{secret[:4]} {secret[4:]}", "until": issued.expires_at}
        for issued, secret in made
    ]
    picture = segno.make_qr(address, error="m").svg_data_uri(scale=3, border=1)
    return render(
        request, "console/duty/slips.html", {"tab": "phones", "slips": slips, "address": address, "qr": picture}
    )


@action(REVOKE_DEVICE)
def revoke(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The phone is lost: nobody sends from it any more."""
    login = found(DeviceLogin.objects.select_related("device"), pk=pk)
    devices.revoke(login.device, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _now("The phone is revoked. What it had sent before stays."))
    return redirect("console:duty-phone", login.person_id)


@action(REVOKE_DEVICE)
def sign_out(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One person leaves a phone that others use."""
    login = found(DeviceLogin.objects.select_related("person"), pk=pk)
    logins.end_login(login, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _now("%(name)s is signed out of this phone.") % {"name": login.person.name})
    return redirect("console:duty-phone", login.person_id)


@action(NOTE_CONSENTS)
def consent(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A yes or no on paper."""
    person = found(Person.objects.all(), pk=pk)
    capability = _sensitive(person).get(request.POST.get("capability", ""))
    if capability is None:
        raise Refusal(_now("The person's programme does not use this."), code="capability_off")
    given = request.POST.get("given") == "yes"
    note_consent(person, capability, given=given, at=_said_on(request.POST.get("on", "")), actor=actor_of(request))
    messages.success(request, _now("Noted."))
    return redirect("console:duty-phone", person.pk)


def _said_on(text: str) -> datetime | None:
    """The beginning of the day on which it was said or signed; None: now."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return None if day >= timezone.localdate() else timezone.make_aware(datetime.combine(day, time()))
