"""Questions about months and lines, for people."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils import translation
from django.utils.translation import gettext as _

from yigang.foundation import money
from yigang.payment.enums import LineKind, LineState, Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement.judged import version_of
from yigang.policy import Sentence, explain, explain_plain
from yigang.posts.models import Programme


def sentences_of(line: SubsidyLine, lang: str) -> list[Sentence]:
    """Why this line is what it is: `lang` is zh or en. A correction says first what it corrects and why."""
    first = [Sentence(text) for text in _brought(line, lang)]
    return [*first, *(explain(line.trace, version_of(_judging(line)), lang) if judged(line) else [])]


def plain_sentences_of(line: SubsidyLine, lang: str) -> list[str]:
    """The same for the post holder: the money first, then in few words why."""
    return [
        *_brought(line, lang),
        *(explain_plain(line.trace, version_of(_judging(line)), lang) if judged(line) else []),
    ]


def judged(line: SubsidyLine) -> bool:
    """Whether the line carries the engine's figures; a correction by hand and a bonus do not."""
    return "state" in line.trace


def _judging(line: SubsidyLine) -> Settlement:
    """The settlement whose policy made the line's figures: for what an earlier month brought in, that month's."""
    if line.corrects is not None:
        return line.corrects.settlement
    if line.month != line.settlement.month:
        sealed = line.settlement
        return Settlement.objects.get(programme=sealed.programme_id, region_code=sealed.region_code, month=line.month)
    return line.settlement


def _brought(line: SubsidyLine, lang: str) -> list[str]:
    """For lines that correct, or belong to, a month sealed before."""
    if line.kind == LineKind.REGULAR and line.month == line.settlement.month:
        return []
    of = line.corrects.month if line.corrects else line.month
    with translation.override("en" if lang == "en" else "zh-hans"):
        said = _("Correction of %(month)s: %(amount)s yuan. Reason: %(reason)s")
        return [said % {"month": f"{of:%Y-%m}", "amount": money.plain(line.amount_fen or 0), "reason": line.reason}]


def previous_of(settlement: Settlement) -> Settlement | None:
    """The town's month before this one."""
    before = Settlement.objects.filter(
        programme=settlement.programme_id, region_code=settlement.region_code, month__lt=settlement.month
    )
    return before.order_by("-month").first()


@dataclass(frozen=True)
class Changed:
    """Somebody whose amount moved since the month before. `difference_fen` counts what was or is held as nothing."""

    line: SubsidyLine
    before: SubsidyLine

    @property
    def difference_fen(self) -> int:
        return (self.line.amount_fen or 0) - (self.before.amount_fen or 0)


def most_changed(settlement: Settlement, before: Settlement | None, count: int = 10) -> list[Changed]:
    """The people whose amount moved most since the month before, largest first."""
    if before is None:
        return []
    then = {line.appointment_id: line for line in _own(before)}
    pairs = [Changed(line, then[line.appointment_id]) for line in _own(settlement) if line.appointment_id in then]
    moved = [pair for pair in pairs if pair.difference_fen]
    return sorted(moved, key=lambda pair: (-abs(pair.difference_fen), pair.line.pk))[:count]


def _own(settlement: Settlement) -> QuerySet[SubsidyLine]:
    rows = SubsidyLine.objects.filter(settlement=settlement, kind=LineKind.REGULAR, month=settlement.month)
    return rows.select_related("person").defer("trace")


@dataclass(frozen=True)
class Village:
    """How a village's people came off; `paid` have an amount above nothing, `unpaid` are decided at nothing."""

    region_code: str
    paid: int
    unpaid: int
    held: int
    total_fen: int


def by_village(settlement: Settlement) -> list[Village]:
    """Results of a month by village, in the order of codes."""
    rows = SubsidyLine.objects.filter(settlement=settlement, kind=LineKind.REGULAR, month=settlement.month)
    held = Q(state=LineState.UNDETERMINED)
    found = rows.values("region_code").annotate(
        paid=Count("pk", filter=Q(amount_fen__gt=0)), unpaid=Count("pk", filter=Q(amount_fen=0)),
        held=Count("pk", filter=held), total_fen=Coalesce(Sum("amount_fen"), 0),
    )  # fmt: skip
    return [Village(**row) for row in found.order_by("region_code")]


def held_before(settlement: Settlement) -> QuerySet[SubsidyLine]:
    """Lines of earlier sealed months that are still undetermined: due until their facts arrive."""
    paid = SubsidyLine.objects.filter(corrects=OuterRef("pk"))
    rows = SubsidyLine.objects.filter(
        settlement__programme=settlement.programme_id, settlement__region_code=settlement.region_code,
        settlement__step=Step.SEALED, month__lt=settlement.month, state=LineState.UNDETERMINED,
    )  # fmt: skip
    return rows.filter(~Exists(paid)).select_related("person", "settlement").order_by("month", "person__pinyin")


def brought_into(settlement: Settlement) -> QuerySet[SubsidyLine]:
    """Corrections of earlier months, and lines those months did not know, that stand in this one."""
    rows = SubsidyLine.objects.filter(settlement=settlement).exclude(
        kind=LineKind.REGULAR, month=F("settlement__month")
    )
    return rows.select_related("person", "corrects").order_by("pk")


def next_role(step: str) -> str:
    """Who has the month in hand at a step, in a word."""
    town, county, finance = _("Town officer"), _("County manager"), _("Finance")
    return {
        Step.COLLECTING: town, Step.CALCULATED: town, Step.PUBLISHED: town, Step.SUBMITTED: county,
        Step.APPROVED: county, Step.SEALED: finance,
    }[Step(step)]  # fmt: skip


def missing_counts(lines: Iterable[SubsidyLine]) -> dict[str, int]:
    """What is missing and for how many, most frequent first."""
    counts: dict[str, int] = {}
    for line in lines:
        for name in line.missing:
            counts[name] = counts.get(name, 0) + 1
    return dict(sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])))


UNSEALED = """
SELECT DISTINCT rpad(left(a.region_code, 9), 12, '0') AS town, served.month::date
FROM tenure_appointment a JOIN posts_programme p ON p.id = a.programme_id
CROSS JOIN LATERAL generate_series(
  date_trunc('month', GREATEST(a.starts, %s::date, p.starts)::timestamp),
  LEAST(COALESCE(a.ends, %s::date), %s::date, COALESCE(p.ends, %s::date))::timestamp, '1 month') AS served(month)
WHERE a.programme_id = %s AND a.region_code ^@ %s AND a.days && daterange(%s, %s, '[]')
  AND NOT EXISTS (SELECT FROM payment_settlement s WHERE s.programme_id = a.programme_id AND s.step = 'sealed'
                  AND s.month = served.month::date AND s.region_code = rpad(left(a.region_code, 9), 12, '0'))
ORDER BY 2, 1
"""


def unsealed(programme: Programme, prefix: str, first: date, last: date) -> list[tuple[str, date]]:
    """Towns and months in which somebody served and whose month is not sealed, in order of time."""
    with connection.cursor() as cursor:
        cursor.execute(UNSEALED, [first, last, last, last, programme.pk, prefix, first, last])
        return list(cursor.fetchall())
