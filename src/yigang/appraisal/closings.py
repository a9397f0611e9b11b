"""Closing a quarter or a year for good: judged for everybody at once, kept with what it was judged by; reopened with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.appraisal import period_facts, queries
from yigang.appraisal.access import CLOSE_PERIOD
from yigang.appraisal.enums import Period
from yigang.appraisal.models import Closing, PeriodResult, YearResult
from yigang.foundation import audit, monthlocks, regioncode, rls
from yigang.foundation.access import require
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Refusal
from yigang.foundation.facts import Selection, array_text, read, write
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.locks import hold
from yigang.foundation.models import Region, User
from yigang.policy.judge_period import judge_period
from yigang.policy.model import PolicyVersion
from yigang.policy.rhythms import Rhythm
from yigang.policy.settle import lines_digest, row_json
from yigang.posts.models import Programme
from yigang.posts.rules import policy_file, policy_from, text_on

OpenMonths = Callable[[Programme, str, date, date], Sequence[tuple[str, date]]]
"""(programme, prefix, first, last) → towns and months in which somebody served and whose month is not sealed."""
_OPEN: list[OpenMonths] = []
AfterClosing = Callable[[Closing, User], None]
_AFTER: list[AfterClosing] = []
NAMED = 6
"""Open months that a refusal names."""
STAGES = 3
UNCLOSED = """
SELECT served.town, extract(quarter FROM served.first)::int
FROM (SELECT DISTINCT rpad(left(a.region_code, 9), 12, '0') AS town, quarter::date AS first
      FROM tenure_appointment a JOIN posts_programme p ON p.id = a.programme_id
      CROSS JOIN LATERAL generate_series(
        date_trunc('quarter', GREATEST(a.starts, %s::date, p.starts)::timestamp),
        LEAST(COALESCE(a.ends, %s::date), %s::date, COALESCE(p.ends, %s::date))::timestamp, '3 months') AS quarter
      WHERE a.programme_id = %s AND a.region_code ^@ %s AND a.days && daterange(%s, %s, '[]')) served
WHERE NOT EXISTS (
  SELECT FROM appraisal_closing c WHERE c.programme_id = %s AND c.rhythm = 'quarter' AND c.reopened_at IS NULL
     AND c.first = served.first AND served.town ^@ yigang_region_prefix(c.region_code))
ORDER BY 2, 1
"""


LAST = """
SELECT DISTINCT ON (person_id) id FROM tenure_appointment
WHERE programme_id = %s AND days && daterange(%s, %s, '[]') ORDER BY person_id, starts DESC, id DESC
"""


def after_closing(follow: AfterClosing) -> None:
    """Let a later chapter do what follows from a closing, in the same transaction."""
    _AFTER.append(follow)


def ask_open(asked: OpenMonths) -> None:
    """Let the chapter that seals months say which are still open."""
    _OPEN.append(asked)


@dataclass(frozen=True)
class Asked:
    """A period of a programme in a region, and the text that judges it."""

    programme: Programme
    rhythm: Rhythm
    version: PolicyVersion
    first: date
    region: str

    @property
    def last(self) -> date:
        return self.rhythm.last_of(self.first)

    @property
    def prefix(self) -> str:
        return regioncode.prefix_of(self.region)

    @property
    def selection(self) -> Selection:
        return Selection(self.programme.pk, self.prefix, self.first, self.last)


@dataclass(frozen=True)
class Standing:
    """How a period would be closed now: the facts and the results, both sorted by appointment."""

    facts: pl.DataFrame
    results: pl.DataFrame

    @property
    def undetermined(self) -> int:
        return self.results["grade"].null_count()

    def grades(self) -> dict[str, int]:
        """How many people get which grade; those undetermined are not counted."""
        counted = self.results.drop_nulls("grade").group_by("grade").len().sort("len", descending=True)
        return dict(counted.iter_rows())


def asked_for(programme: Programme, code: str, first: date, region: str) -> Asked:
    """A period by its rhythm and any of its days; refused where the policy does not have the rhythm."""
    rhythm = queries.rhythm_for(programme, code, first) if code in {Period.QUARTER, Period.YEAR} else None
    if rhythm is None:
        raise Refusal(_("The policy of this programme closes no such period."), code="no_rhythm")
    first = rhythm.first_of(first)
    version = text_on(policy_from(policy_file(programme.policy_code)), rhythm.last_of(first))
    return Asked(programme, rhythm, version, first, region)


def standing(asked: Asked) -> Standing:
    """Work a period out from what is on file now; the same facts give the same results."""
    facts = period_facts.measures(asked.programme, asked.rhythm, asked.selection)
    return Standing(facts, judge_period(facts, asked.rhythm))


def live(asked: Asked) -> Closing | None:
    """The closing that counts for the region: its own, or that of a place above it."""
    rows = Closing.objects.filter(
        programme=asked.programme, rhythm=asked.rhythm.code, first=asked.first, reopened_at=None
    )
    return next((row for row in rows if asked.region.startswith(regioncode.prefix_of(row.region_code))), None)


def open_below(asked: Asked) -> list[tuple[str, str]]:
    """Towns and the months or quarters in them that are still open."""
    months = [
        (code, f"{month:%Y-%m}")
        for ask in _OPEN for code, month in ask(asked.programme, asked.prefix, asked.first, asked.last)
    ]  # fmt: skip
    return months + _open_quarters(asked)


def _open_quarters(asked: Asked) -> list[tuple[str, str]]:
    """Towns and quarters in which somebody served and which are closed neither there nor above."""
    if not any(one.of == "quarter" for one in asked.rhythm.inputs):
        return []
    first, last = asked.first, asked.last
    with connection.cursor() as cursor:
        cursor.execute(
            UNCLOSED, [first, last, last, last, asked.programme.pk, asked.prefix, first, last, asked.programme.pk]
        )
        return [(town, _now("quarter %(number)d") % {"number": number}) for town, number in cursor.fetchall()]


@transaction.atomic
def close(asked: Asked, *, actor: User, progress: Progress = silent) -> Closing:
    """Close a period: results are kept as they come out now, and for a year as the results of the year that renewals ask for.

    Refused before it is over, while a month or quarter in it is open, and a second time. Whoever is undetermined is kept so.
    """
    require(actor, CLOSE_PERIOD, asked.region)
    _alone(asked.region, asked.first, asked.last)
    _refuse(asked)
    found = standing(asked)
    if not found.results.height:
        raise Refusal(_("Nobody of this programme served here in this period."), code="nobody")
    progress(1, STAGES)
    closing = _made(asked, found, actor)
    _keep(closing, found.results)
    progress(2, STAGES)
    if asked.rhythm.code == Period.YEAR:
        _keep_years(closing, asked, found.results)
    after = {
        "rhythm": closing.rhythm, "first": closing.first, "version": closing.version, "count": closing.people,
        "undetermined": closing.undetermined, "results_digest": closing.results_digest,
    }  # fmt: skip
    audit.record("appraisal.close_period", closing, actor=actor, after=after)
    for follow in _AFTER:
        follow(closing, actor)
    progress(STAGES, STAGES)
    return closing


def _alone(region: str, first: date, last: date) -> None:
    """Nobody writes evidence of these months there, nor closes or reopens a period of them, until this transaction ends."""
    for month in range(first.month, last.month + 1):
        monthlocks.seal_month(region, date(first.year, month, 1))


def _refuse(asked: Asked) -> None:
    if regioncode.level_of(asked.region) > RegionLevel.TOWN:
        raise Refusal(_("A period is closed for a whole town or county."), code="below_town")
    if asked.last >= timezone.localdate():
        raise Refusal(
            _("The period ends on %(last)s; it is closed afterwards."), {"last": asked.last}, code="open_period"
        )
    rows = Closing.objects.filter(
        programme=asked.programme, rhythm=asked.rhythm.code, first=asked.first, reopened_at=None
    )
    for other in rows:
        if regioncode.on_one_line(other.region_code, asked.region):
            raise Refusal(
                _("%(period)s was closed on %(day)s."), {"period": other, "day": timezone.localdate(other.closed_at)},
                code="closed", remedy=_("Reopen it with a reason to close it anew."),
            )  # fmt: skip
    opened = open_below(asked)
    if opened:
        said = "、".join(named(opened[:NAMED]))
        raise Refusal(
            _("%(count)d months or quarters in it are still open: %(named)s."), {"count": len(opened), "named": said},
            code="open_below", remedy=_("Seal these months and close these quarters first."),
        )  # fmt: skip


def named(opened: Sequence[tuple[str, str]]) -> list[str]:
    """Open months and quarters with the name of their town."""
    names = dict(Region.objects.filter(code__in={code for code, _what in opened}).values_list("code", "name"))
    return [f"{names.get(code, code)} {what}" for code, what in opened]


def _made(asked: Asked, found: Standing, actor: User) -> Closing:
    before = Closing.objects.filter(
        programme=asked.programme, rhythm=asked.rhythm.code, first=asked.first, region_code=asked.region
    ).count()
    return Closing.objects.create(
        region_code=asked.region, programme=asked.programme, rhythm=asked.rhythm.code, first=asked.first,
        last=asked.last, version=before + 1, policy_digest=asked.version.digest, facts_digest=lines_digest(found.facts),
        results_digest=lines_digest(found.results), people=found.results.height, undetermined=found.undetermined,
        closed_by=actor,
    )  # fmt: skip


def _keep(closing: Closing, results: pl.DataFrame) -> int:
    traces = row_json(results.drop("appointment_id", "person_id", "region_code", "missing", "consequences", "because"))
    return write(
        "appraisal_periodresult",
        results.select(
            "region_code", pl.lit(closing.pk).alias("closing_id"), "appointment_id", "person_id",
            *(pl.col(name).fill_null("") for name in ("grade", "clause", "cites")), "score", "passed",
            *(array_text(name) for name in ("missing", "consequences", "because")), traces.alias("trace"),
        ),
    )  # fmt: skip


def _keep_years(closing: Closing, asked: Asked, results: pl.DataFrame) -> None:
    """The result of each person's last appointment, as the result of the year; it counts instead of an earlier one.

    Last is what began last, also where it was entered first. Who served in another town later has the result from there.
    """
    last = _last_held(asked, results).drop_nulls("grade")
    said = _now("%(name)s of %(year)s, closing no. %(number)d") % {
        "name": asked.rhythm.name, "year": closing.first.year, "number": closing.version,
    }  # fmt: skip
    now = timezone.now().isoformat()
    constant = {
        "programme_id": asked.programme.pk, "year": closing.first.year, "document": said, "closing_id": closing.pk,
        "decided_on": timezone.localdate(), "given_by_id": closing.closed_by_id, "given_at": now, "withdrawn_why": "",
    }  # fmt: skip
    write(
        "appraisal_yearresult",
        last.select(
            "region_code", "person_id", "grade", "score",
            *(pl.lit(value).alias(name) for name, value in constant.items()),
        ),
    )  # fmt: skip


def _last_held(asked: Asked, results: pl.DataFrame) -> pl.DataFrame:
    """The results of appointments after which their person held no other of the programme in the period, wherever."""
    speaking = last_held(asked.programme.pk, asked.first, asked.last)
    return results.filter(pl.col("appointment_id").is_in(list(speaking)))


def last_held(programme_id: int, first: date, last: date) -> frozenset[int]:
    """Appointments whose person held no other of the programme after them in the period, wherever: they speak for it."""
    with rls.everywhere("who served in another town later has the result of the year from there"):
        later = read(LAST, [programme_id, first, last], {"appointment_id": pl.Int64})
    return frozenset(later["appointment_id"])


@transaction.atomic
def reopen(closing: Closing, reason: str, *, actor: User) -> Closing:
    """A closed period no longer counts, so that it can be closed anew; it stays on file. Refused while a year rests on it: a year
    that is being closed meanwhile is waited for.
    """
    require(actor, CLOSE_PERIOD, closing.region_code)
    _alone(closing.region_code, closing.first, closing.last)
    closing = hold(Closing.objects.filter(pk=closing.pk)).get()
    if not reason.strip():
        raise Refusal(_("Say why the period is reopened."), code="reason_missing", field="reason")
    if closing.reopened_at is not None:
        raise Refusal(_("The period was reopened before."), code="withdrawn")
    for year in _resting_on(closing):
        raise Refusal(
            _("%(later)s rests on it and is closed."),
            {"later": year},
            code="rests_on",
            remedy=_("Reopen the year first."),
        )
    closing.reopened_by, closing.reopened_at, closing.reopened_why = actor, timezone.now(), reason.strip()[:200]
    closing.save(update_fields=["reopened_by", "reopened_at", "reopened_why"])
    YearResult.objects.filter(closing=closing, withdrawn_at=None).update(
        withdrawn_by=actor, withdrawn_at=closing.reopened_at, withdrawn_why=closing.reopened_why
    )
    after = {"rhythm": closing.rhythm, "first": closing.first, "reason": closing.reopened_why}
    audit.record("appraisal.reopen_period", closing, actor=actor, after=after)
    return closing


def _resting_on(closing: Closing) -> list[Closing]:
    if closing.rhythm != Period.QUARTER:
        return []
    rows = Closing.objects.filter(
        programme=closing.programme,
        rhythm=Period.YEAR,
        reopened_at=None,
        first__lte=closing.first,
        last__gte=closing.last,
    )
    return [row for row in rows if regioncode.on_one_line(row.region_code, closing.region_code)]


@dataclass(frozen=True)
class Change:
    """Somebody whose result is another one than in the closing before. None: was not in it."""

    appointment_id: int
    before: str | None
    now: str | None


def changes(asked: Asked, found: Standing) -> list[Change]:
    """Whose grade or score would differ from the last closing of the period, which was reopened."""
    before = Closing.objects.filter(
        programme=asked.programme, rhythm=asked.rhythm.code, first=asked.first, region_code=asked.region
    ).order_by("-version").first()  # fmt: skip
    if before is None:
        return []
    then = {
        key: _said(grade, score)
        for key, grade, score in PeriodResult.objects.filter(closing=before).values_list(
            "appointment", "grade", "score"
        )
    }
    now = {
        key: _said(grade or "", score)
        for key, grade, score in found.results.select("appointment_id", "grade", "score").iter_rows()
    }
    return [
        Change(key, then.get(key), now.get(key)) for key in sorted(then.keys() | now.keys()) if then.get(key) != now.get(key)
    ]  # fmt: skip


def _said(grade: str, score: object) -> str:
    return " ".join(str(each) for each in (grade or _now("undetermined"), score) if each is not None)
