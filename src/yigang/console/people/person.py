"""One person, read from top to bottom: who, household, now, money, the story."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Max, Q
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigang.appraisal.access import FILE_APPEAL, READ_POINTS
from yigang.appraisal.models import PeriodResult
from yigang.appraisal.period_words import sentences_of
from yigang.console import nav, regions
from yigang.console.duty.calendar import calendar_of, month_asked
from yigang.console.pages import actor_of, found, page
from yigang.console.people import timeline as story
from yigang.console.tenure.person import tenure_of
from yigang.duty.enums import Source
from yigang.duty.models import CheckIn, Pairing
from yigang.foundation import domain
from yigang.foundation.access import REVEAL, Decision, may
from yigang.foundation.models import StoredFile, User
from yigang.payment.bank.access import READ_PAYMENTS
from yigang.payment.enums import HoldState
from yigang.payment.hold_models import PayHold
from yigang.payment.models import BatchEntry, SubsidyLine
from yigang.people import places, queries
from yigang.people.access import KEEP_ACCOUNTS, KEEP_CONTACTS, KEEP_PEOPLE, READ_PEOPLE
from yigang.people.domain import PHOTO_TYPES
from yigang.people.models import BankAccount, LabourRecord, Person
from yigang.people.places import Located, home_of
from yigang.tenure.models import Appointment
from yigang.training.access import READ_TRAINING

MONTHS_SHOWN = 12
PERIODS_SHOWN = 5
PHONE_TAIL = 4


@dataclass(frozen=True)
class Secret:
    """A number that is masked until somebody asks, and may."""

    field: str
    masked: str


class Dossier:
    """What the page of a person shows, each part asked for once and only when it is shown."""

    def __init__(self, person: Person, actor: User) -> None:
        self.person, self.actor = person, actor
        self.day = timezone.localdate()
        self.soon = self.day + timedelta(days=queries.SOON_DAYS)

    @cached_property
    def place(self) -> str:
        known = regions.names((self.person.region_code, f"{self.person.region_code[:9]}000"))
        return regions.full_name(self.person.region_code, known)

    @property
    def age(self) -> int:
        return queries.age_on(self.person.birth, self.person.died_on or self.day)

    @cached_property
    def identity(self) -> Secret:
        return Secret("identity", queries.masked_identity(self.person))

    @cached_property
    def phone(self) -> Secret | None:
        return Secret("phone", masked_phone(self.person.phone)) if self.person.phone else None

    @cached_property
    def account(self) -> BankAccount | None:
        return self.person.accounts.filter(active=True).first()

    @cached_property
    def card(self) -> Secret | None:
        return Secret("card", queries.masked_card(self.account)) if self.account else None

    @cached_property
    def members(self) -> list[Person]:
        return list(self.person.household.members.order_by("birth")) if self.person.household else []

    @cached_property
    def helpers(self) -> list[Pairing]:
        """Who answers for the household, with the last visit."""
        if self.person.household is None:
            return []
        last = Max("visits__day", filter=Q(visits__withdrawn_at=None))
        paired = self.person.household.pairings.filter(ends=None).select_related("helper")
        return list(paired.annotate(last_visit=last))

    @cached_property
    def register(self) -> LabourRecord | None:
        """What the newest register says of the person."""
        return self.person.labour_records.select_related("edition").order_by("-edition__quarter").first()

    @cached_property
    def home(self) -> Located:
        """The point that distances to posts are counted from."""
        code = self.person.region_code
        return home_of(code, self.person.household, self.register, places.centres(code))

    @property
    def free_months(self) -> str:
        months = places.months_free(self.register)
        return "" if months is None else "、".join(map(str, months)) or _("none")

    @cached_property
    def causes(self) -> list[Any]:
        return list(self.person.household.causes.all()) if self.person.household else []

    @cached_property
    def held(self) -> Appointment | None:
        """The appointment in force, else the last one."""
        return self.person.appointments.select_related("post", "programme").order_by("-starts").first()

    @property
    def in_post(self) -> bool:
        return bool(self.held and self.held.starts <= self.day and (not self.held.ends or self.held.ends >= self.day))

    @cached_property
    def lines(self) -> list[SubsidyLine]:
        """The last twelve months, the newest first."""
        return list(self.person.lines.select_related("settlement").order_by("-month", "-pk")[:MONTHS_SHOWN])

    @cached_property
    def periods(self) -> list[tuple[PeriodResult, list[str]]]:
        """Closed quarters and years, the newest first, each with why."""
        rows = self.person.period_results.filter(closing__reopened_at=None).select_related("closing")
        return [(row, sentences_of(row)) for row in rows.order_by("-closing__last", "closing__rhythm")[:PERIODS_SHOWN]]

    @cached_property
    def last_payment(self) -> BatchEntry | None:
        return self.person.payments.select_related("batch").order_by("-pk").first()

    @cached_property
    def held_pay(self) -> list[PayHold]:
        """Holds on the pay that are live, for those who may open them."""
        if not may(self.actor, READ_PAYMENTS):
            return []
        return list(self.person.pay_holds.filter(state=HoldState.LIVE).select_related("programme"))

    @property
    def flags(self) -> list[tuple[str, str]]:
        """What must be looked at: (kind of tag, words)."""
        checks = (
            (bool(self.person.died_on), "bad", _("died on %(day)s") % {"day": self.person.died_on}),
            (bool(self.after_death), "bad", _("%(count)d check-ins after the death") % {"count": self.after_death}),
            (self.in_post and not self.account, "warn", _("no bank account to be paid to")),
            (bool(self.last_payment and self.last_payment.state == "refused"), "bad", _("last payment came back")),
            (bool(self.held_pay), "bad", _("pay is held back")),
            (bool(self.lines and self.lines[0].amount_fen is None), "warn", _("last month undetermined")),
            (self.person.identity_converted, "warn", _("identity number converted from 15 digits")),
            (bool(self.kinships), "warn", _("related to an official")),
        )
        return [(kind, words) for holds, kind, words in checks if holds]

    @cached_property
    def after_death(self) -> int:
        """Evidence of days after the death, which somebody should look into."""
        return evidence_after(self.person, self.person.died_on) if self.person.died_on else 0

    @cached_property
    def kinships(self) -> list[Any]:
        return list(self.person.kinships.all())

    @cached_property
    def hardships(self) -> list[Any]:
        return list(self.person.hardships.select_related("file").order_by("-since"))

    @cached_property
    def documents(self) -> list[tuple[str, StoredFile]]:
        """Files that belong to the person, with what they are."""
        leaves = self.person.leaves.filter(document__isnull=False).select_related("document")
        proxies = self.person.proxy_entries.filter(document__isnull=False).select_related("document")
        death = [(_("Evidence of the death"), self.person.death_file)] if self.person.death_file else []
        return [
            *death,
            *((str(one.get_kind_display()), one.file) for one in self.hardships if one.file),
            *((str(leave), leave.document) for leave in leaves if leave.document),
            *((_("Paper of %(day)s") % {"day": entry.day}, entry.document) for entry in proxies if entry.document),
        ]

    @cached_property
    def rights(self) -> dict[str, Decision]:
        """What this user may do here, and if not, why."""
        asked = {
            "keep": KEEP_PEOPLE, "contacts": KEEP_CONTACTS, "account": KEEP_ACCOUNTS, "reveal": REVEAL, "appeal": FILE_APPEAL,
        }  # fmt: skip
        return {name: may(self.actor, what, self.person.region_code) for name, what in asked.items()}

    @cached_property
    def chart(self) -> dict[str, Any]:
        """Amount and score of the last months, the oldest first, as an ECharts option."""
        lines = self.lines[::-1]
        return {
            "xAxis": {"type": "category", "data": [f"{line.month:%Y-%m}" for line in lines]},
            "yAxis": [{"type": "value"}, {"type": "value", "min": 0, "max": 100, "splitLine": {"show": False}}],
            "series": [
                {"type": "bar", "name": _("pay, yuan"), "barMaxWidth": 26, "data": [yuan_of(line) for line in lines]},
                {"type": "line", "name": _("score"), "yAxisIndex": 1, "data": [score_of(line) for line in lines]},
            ],
        }


def evidence_after(person: Person, day: date) -> int:
    """Check-ins that speak of somebody's presence after a day."""
    return CheckIn.objects.filter(person=person, day__gt=day).exclude(source=Source.SYSTEM).count()


def yuan_of(line: SubsidyLine) -> float | None:
    return None if line.amount_fen is None else line.amount_fen / 100


def score_of(line: SubsidyLine) -> float | None:
    return None if line.score is None else float(line.score)


def masked_phone(phone: str) -> str:
    return f"{phone[:3]}****{phone[-PHONE_TAIL:]}"


def person_of(pk: int) -> Person:
    return found(Person.objects.select_related("household", "photo", "death_file"), pk=pk)


@page(READ_PEOPLE)
def person(request: HttpRequest, pk: int) -> HttpResponseBase:
    return render(request, "console/people/person.html", dossier_context(request, person_of(pk)))


def dossier_context(request: HttpRequest, row: Person) -> dict[str, Any]:
    dossier = Dossier(row, actor_of(request))
    calendar = calendar_of(row, month_shown(request, dossier))
    return {
        "dossier": dossier, "person": row, "calendar": calendar, "tenure": tenure_of(row),
        "reads_training": bool(may(actor_of(request), READ_TRAINING)),
        "reads_points": bool(may(actor_of(request), READ_POINTS)), **timeline_context(request, row),
    }  # fmt: skip


def month_shown(request: HttpRequest, dossier: Dossier) -> date:
    """The month that the calendar shows: the one asked for, else the last that has a result, else this one."""
    return month_asked(request) if "month" in request.GET or not dossier.lines else dossier.lines[0].month


@page(READ_PEOPLE)
def timeline(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The story alone, for a change of chapter."""
    row = person_of(pk)
    return render(request, "console/people/timeline.html", {"person": row, **timeline_context(request, row)})


def timeline_context(request: HttpRequest, row: Person) -> dict[str, Any]:
    chapter, reader = request.GET.get("chapter", ""), actor_of(request)
    events = readable(request, story.events(row, reader, chapter))
    return {"events": events, "chapter": chapter, "chapters": story.chapters_of(reader)}


def readable(request: HttpRequest, events: list[story.Event]) -> list[story.Event]:
    """The events, with links only into chapters that the reader may open."""
    open_to = {one.key for one in nav.chapters_for(actor_of(request))}
    return [event if event.chapter in open_to else replace(event, url="") for event in events]


@require_POST
@page(READ_PEOPLE)
def reveal_field(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show one masked number. Noted in the audit trail first; no entry, no number."""
    row = person_of(pk)
    field = request.POST.get("field", "")
    if field not in CLEAR:
        raise BadRequest
    domain.reveal(row, [field], actor=actor_of(request))
    value = CLEAR[field](row)
    if request.headers.get("HX-Request"):
        return render(request, "console/people/revealed.html", {"value": value})
    return render(request, "console/people/person.html", {**dossier_context(request, row), "revealed": {field: value}})


def clear_card(row: Person) -> str:
    account = row.accounts.filter(active=True).first()
    return queries.card_number(account) if account else ""


CLEAR = {
    "identity": queries.identity_number,
    "phone": lambda row: row.phone,
    "card": clear_card,
}
"""Field → its value in clear."""


@page(READ_PEOPLE)
def photo(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - every view takes the request
    """The photo of a person one may see; only pictures, never anything that a browser would run."""
    row = person_of(pk)
    if row.photo is None or row.photo.content_type not in PHOTO_TYPES:
        raise Http404
    response = FileResponse(row.photo.content.open("rb"), content_type=row.photo.content_type)
    response["X-Content-Type-Options"] = "nosniff"
    return response
