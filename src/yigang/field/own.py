"""What a person signed in on a phone asks of the chapters: the own posts, month, pay. Every question names the person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from django.db.models import Exists, OuterRef, Q

from yigang.appraisal.models import PeriodResult, PointEntry
from yigang.duty import facts
from yigang.duty.domain.devices import Signed
from yigang.duty.models import SetAside
from yigang.duty.queries import ABSENT, LEAVE, LETTERS, MISSED, NIGHT, PRESENT, TRAINING, marks_of
from yigang.foundation import regioncode
from yigang.foundation.facts import Selection
from yigang.notices.enums import NoticeState
from yigang.notices.models import Notice
from yigang.payment.enums import Step
from yigang.payment.models import Payment, SubsidyLine
from yigang.policy.period import Period
from yigang.policy.problems import NoVersion
from yigang.posts.rules import policy_file, policy_from
from yigang.tenure.models import Appointment

CHINA = ZoneInfo("Asia/Shanghai")
SHOWN_FROM = (Step.PUBLISHED, Step.SUBMITTED, Step.APPROVED, Step.SEALED)
"""A month is told to its people when it hangs in the village; before, figures are still being put together."""
CHECK_IN_SIGNS = ("on", "off", "night", "patrol", "other")


@dataclass(frozen=True)
class Check:
    """A check-in that counts, in local time."""

    at: datetime
    kind: str


@dataclass(frozen=True)
class Month:
    """A person's month as evidence has it."""

    days: Sequence[tuple[date, str, bool]]
    """Day, mark (one of `duty.queries`), whether there is a log."""
    checks: Mapping[date, Sequence[Check]]

    def count(self, *marks: str) -> int:
        return sum(mark in marks for _day, mark, _log in self.days)

    @property
    def counts(self) -> dict[str, int]:
        return {
            "present": self.count(PRESENT, NIGHT), "nights": self.count(NIGHT), "absent": self.count(ABSENT),
            "leave": self.count(LEAVE, TRAINING), "logs": sum(log for _day, _mark, log in self.days),
        }  # fmt: skip


def letter(mark: str) -> str:
    return LETTERS.get(mark, "")


def month_of(signed: Signed, period: Period) -> Month:
    """The days of a month, by the same reading as the office's. Four reads by the person's own index."""
    days = [period.first + timedelta(days=n) for n in range(period.days)]
    held = next(
        (post for post in signed.posts if post.starts <= period.last and (post.ends or period.last) >= period.first),
        None,
    )
    if held is None:
        return Month([(day, "", False) for day in days], {})
    selection = Selection(held.programme_id, "", period.first, period.last, (signed.person_id,))
    made = facts.check_ins(selection)
    marks = marks_of(made, facts.leaves(selection), selection)
    logs = set(facts.work_logs(selection)["date"])
    person = signed.person_id
    return Month([(day, marks.get((person, day), ""), day in logs) for day in days], _checks(made))


def _checks(made: pl.DataFrame) -> dict[date, list[Check]]:
    """Made, not missed, by their working day."""
    real = made.filter(
        ~pl.col("result").cast(pl.String).is_in(MISSED).fill_null(value=False), pl.col("source") != "SYSTEM"
    )
    found: dict[date, list[Check]] = {}
    for at, day, kind in real.sort("at").select("at", "day", pl.col("kind").cast(pl.String)).iter_rows():
        found.setdefault(day, []).append(Check(at.astimezone(CHINA), kind or "other"))
    return found


def posts_of(person_id: int) -> list[Appointment]:
    """Posts held, latest first, with what is said of each."""
    return list(Appointment.objects.filter(person=person_id).select_related("post", "programme").order_by("-starts"))


def current_of(held: Iterable[Appointment], today: date) -> Appointment | None:
    """The post that is held on a day."""
    return next((post for post in held if post.starts <= today and (post.ends is None or post.ends >= today)), None)


def required_days(policy_code: str, day: date) -> int | None:
    """How many days a whole month asks, where the policy names a number."""
    try:
        required = policy_from(policy_file(policy_code)).version_on(day.replace(day=1)).month.required
    except NoVersion:
        return None
    return required.days if required.basis == "days" else None


def points_of(person_id: int, first: date) -> list[PointEntry]:
    """The own entries of the ledger that count in a month, the newest first. One question."""
    rows = PointEntry.objects.filter(person=person_id, month=first).order_by("-pk")
    return list(rows.select_related("given_by", "reversed_by"))


def notices_for(regions: Iterable[str], today: date) -> list[Notice]:
    """What hangs out for these villages today: theirs, their towns' and their counties', newest first."""
    above = {regioncode.pad(code[:digits]) for code in regions for digits in regioncode.LENGTHS.values()}
    rows = Notice.objects.filter(
        region_code__in=above, state=NoticeState.PUBLISHED, opens__lte=today, closes__gte=today
    )
    return list(rows.order_by("-opens", "-pk").defer("fields")[:50])


def set_aside(person_id: int) -> int:
    """Records of the last ninety days that do not count."""
    since = datetime.now(CHINA) - timedelta(days=90)
    return SetAside.objects.filter(person=person_id, received_at__gte=since).count()


def lines_of(person_id: int, month: date) -> list[SubsidyLine]:
    """Results of the month and what later months put right of it, as far as they are told. Needs the towns' scope."""
    of_month = Q(month=month) | Q(corrects__month=month)
    rows = SubsidyLine.objects.filter(of_month, person=person_id, settlement__step__in=SHOWN_FROM)
    return list(rows.select_related("settlement__programme", "corrects__settlement__programme").order_by("pk"))


def periods_of(person_id: int, month: Period) -> list[PeriodResult]:
    """Results of the closed quarter and year that a month belongs to. Needs the towns' scope."""
    rows = PeriodResult.objects.filter(
        person=person_id, closing__reopened_at=None, closing__first__lte=month.first, closing__last__gte=month.last
    )
    return list(rows.select_related("closing").order_by("closing__last", "pk"))


def payments_of(lines: Iterable[SubsidyLine]) -> dict[int, Payment]:
    """Line → its last payment. Needs the towns' scope."""
    later = Payment.objects.filter(line=OuterRef("line"), pk__gt=OuterRef("pk"))
    rows = Payment.objects.filter(~Exists(later), line__in=[line.pk for line in lines]).select_related("entry")
    return {row.line_id: row for row in rows}


def set_aside_of(person_id: int, record: UUID) -> SetAside | None:
    """Why a record does not count, newest first."""
    return SetAside.objects.filter(person=person_id, record_id=record).order_by("-pk").first()
