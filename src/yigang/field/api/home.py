"""The first page of the phone: today in one sentence, what is due, what may be recorded and on what basis."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from ninja import Router, Schema

from yigang.duty.capabilities import on_the_phone
from yigang.duty.domain.devices import Signed
from yigang.duty.own import unexplained
from yigang.field import own
from yigang.field.api.answers import Answer, Trouble
from yigang.field.api.reading import Token, language, read
from yigang.foundation import regions
from yigang.oversight.queries import told_to
from yigang.payment.bank.holds import holds_of
from yigang.people import consents
from yigang.people.models import Consent
from yigang.policy.capabilities import Capability
from yigang.policy.period import Period
from yigang.tenure.models import Appointment

router = Router(tags=["reading"])


class Who(Schema):
    """The person, as the phone shows it."""

    id: str
    name: str
    village: str


class Post(Schema):
    """A post that is held, or was."""

    programme: str
    kind: str
    number: str
    place: str
    village: str
    starts: date
    ends: date | None
    plan_start: str
    plan_end: str
    current: bool


class CapabilityTold(Schema):
    """Something that may be recorded: what is kept, on what basis, and whether the person agreed where that is asked."""

    code: str
    name: str
    keeps: str
    basis: str
    within: str
    sensitive: bool
    text_version: str
    given: bool | None
    """The last word: yes, no, or nothing said; always true where no separate consent is asked."""
    usable: bool
    """On, and agreed to in the words that hold now."""


class Due(Schema):
    """Something that waits for the person. `page` is the app's page for it."""

    code: str
    page: str
    text: str
    count: int = 1


class Checked(Schema):
    """A check-in of today that the server has."""

    at: datetime
    kind: str


class Day(Schema):
    """A day of the calendar."""

    day: date
    mark: str
    letter: str
    log: bool


class MonthSoFar(Schema):
    """The month up to today."""

    month: str
    required_days: int | None
    present: int
    nights: int
    leave: int
    absent: int
    logs: int
    days: list[Day]


class Home(Answer):
    """Everything that the first page shows."""

    today: date
    sentence: str
    person: Who
    posts: list[Post]
    capabilities: list[CapabilityTold]
    due: list[Due]
    checked: list[Checked]
    month: MonthSoFar


@router.get("home", response={200: Home, 401: Trouble, 429: Trouble}, auth=Token())
def home(request: HttpRequest) -> HttpResponse:
    """What is due today, posts, capabilities with their basis, the month so far."""
    return read(request, _home)


def _home(signed: Signed) -> Home:
    today = timezone.localdate()
    held = own.posts_of(signed.person_id)
    current = own.current_of(held, today)
    usable = capabilities_of(current, signed.person_id, today)
    month, checked = _month(signed, today, current)
    return Home(
        today=today, person=Who(id=str(signed.person_id), name=signed.name, village=regions.name_of(signed.home)),
        posts=[_post(post, current) for post in held], capabilities=usable, checked=checked, month=month,
        sentence=_sentence(current, usable, checked, month, today), due=_due(signed, usable, month, today),
    )  # fmt: skip


def _post(post: Appointment, current: Appointment | None) -> Post:
    return Post(
        programme=post.programme.name, kind=post.post.kind, number=post.post.number, place=post.post.place,
        village=regions.name_of(post.region_code), starts=post.starts, ends=post.ends, current=post == current,
        plan_start=f"{post.plan_start:%H:%M}" if post.plan_start else "",
        plan_end=f"{post.plan_end:%H:%M}" if post.plan_end else "",
    )  # fmt: skip


def capabilities_of(current: Appointment | None, person_id: int, today: date) -> list[CapabilityTold]:
    """What is on for the person's post; nothing without one."""
    if current is None:
        return []
    on = on_the_phone(current.programme.policy_code, today)
    said = consents.standing(person_id)
    return [_told(each, said) for each in on.values()]


def _told(each: Capability, said: dict[str, Consent]) -> CapabilityTold:
    word, lang = said.get(each.kind.code), language()
    rests_on = (said.get(code) for code in each.kind.needs)
    stopped = any(one is not None and not one.given for one in rests_on)
    return CapabilityTold(
        code=each.kind.code, name=each.kind.name.to(lang), keeps=each.kind.keeps.to(lang), basis=each.basis,
        within=each.within, sensitive=each.kind.sensitive, text_version=each.text_version,
        given=(word.given if word else None) if each.kind.sensitive else True,
        usable=not each.kind.sensitive or (consents.holds(word, each) and not stopped),
    )  # fmt: skip


def _month(signed: Signed, today: date, current: Appointment | None) -> tuple[MonthSoFar, list[Checked]]:
    period = Period(today.year, today.month)
    found = own.month_of(signed, period)
    asked = own.required_days(current.programme.policy_code, today) if current else None
    days = [Day(day=day, mark=mark, letter=own.letter(mark), log=log) for day, mark, log in found.days if day <= today]
    month = MonthSoFar(month=f"{today:%Y-%m}", required_days=asked, days=days, **found.counts)
    return month, [Checked(at=each.at, kind=each.kind) for each in found.checks.get(today, ())]


def _sentence(
    current: Appointment | None, usable: Sequence[CapabilityTold], checked: Sequence[Checked], month: MonthSoFar,
    today: date,
) -> str:  # fmt: skip
    """Today in one sentence."""
    if current is None:
        return _("You hold no post today. Nothing is asked of you.")
    mark = next((day.mark for day in month.days if day.day == today), "")
    if mark in ("leave", "training"):
        return _("You are on leave today.")
    on = {each.code for each in usable}
    if "check_in" not in on:
        return _("Nothing has to be checked in on the phone; your village keeps the days on paper.")
    arrived = next((each for each in checked if each.kind in ("on", "other", "patrol")), None)
    if arrived is None:
        start = f"{current.plan_start:%H:%M}" if current.plan_start else ""
        return (
            _("Today from %(start)s: not checked in yet.") % {"start": start}
            if start
            else _("Not checked in yet today.")
        )
    if any(each.kind == "off" for each in checked):
        return _("Checked in and out today. Thank you for your work.")
    return _("Checked in at %(at)s. Do not forget to check out.") % {"at": f"{arrived.at:%H:%M}"}


def _due(signed: Signed, usable: Sequence[CapabilityTold], month: MonthSoFar, today: date) -> list[Due]:
    """What waits, most pressing first."""
    found: list[Due] = []
    asked = [each for each in usable if each.sensitive and each.given is None]
    if asked:
        text = _("Say whether you agree: %(what)s.") % {"what": _(", ").join(each.name for each in asked)}
        found.append(Due(code="consents", page="consents", text=text, count=len(asked)))
    if any(each.code == "log" for each in usable) and not any(day.log for day in month.days if day.day == today):
        found.append(Due(code="log", page="log", text=_("Today's log is not written yet.")))
    if aside := own.set_aside(signed.person_id):
        text = ngettext("%(count)d record does not count. See why.", "%(count)d records do not count. See why.", aside)
        found.append(Due(code="set_aside", page="waiting", text=text % {"count": aside}, count=aside))
    if open_days := unexplained(signed.person_id):
        count = len(open_days)
        text = ngettext(
            "%(count)d question about your records. Say how it was.",
            "%(count)d questions about your records. Say how it was.",
            count,
        )
        found.append(
            Due(code="questions", page=f"month/{open_days[0]:%Y-%m}", text=text % {"count": count}, count=count)
        )
    if untold := told_to(signed.person_id).filter(told_on=None).count():
        text = ngettext(
            "An inspection has a consequence for you. Read it.", "%(count)d consequences for you. Read them.", untold
        )
        found.append(Due(code="consequences", page="consequences", text=text % {"count": untold}, count=untold))
    if untold := holds_of(signed.person_id).filter(told_on=None).count():
        text = _("Part of your pay is held back. Read why, and say how it was.")
        found.append(Due(code="held_pay", page="consequences", text=text, count=untold))
    if hanging := own.notices_for(signed.prefixes, today):
        text = ngettext("%(count)d notice hangs out.", "%(count)d notices hang out.", len(hanging))
        found.append(Due(code="notices", page="notices", text=text % {"count": len(hanging)}, count=len(hanging)))
    return found
