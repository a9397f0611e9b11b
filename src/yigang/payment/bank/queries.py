"""Questions about batches and months: where every fen of a sealed month is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import connection
from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from yigang.foundation.money import Fen
from yigang.payment.bank.waiting import by_month
from yigang.payment.enums import EntryState
from yigang.payment.models import BankBatch, BankReturn, BatchEntry, BudgetLine, Payment
from yigang.posts.models import Programme


@dataclass(frozen=True, slots=True)
class MonthStanding:
    """Where the money of a sealed month is, in fen. The six parts always sum to what was sealed."""

    month: date
    people: int
    undetermined: int
    sealed_fen: Fen
    paid_fen: Fen
    pending_fen: Fen
    refused_fen: Fen
    held_fen: Fen
    on_hold_fen: Fen
    """Held back by an officer; `held_fen` is what cannot be paid for other reasons."""
    open_fen: Fen
    """Not in a batch yet and payable now."""

    @property
    def difference_fen(self) -> Fen:
        """Zero; shown so that everybody can see that it is."""
        unpaid = self.refused_fen + self.held_fen + self.on_hold_fen + self.open_fen
        parts = self.paid_fen + self.pending_fen + unpaid
        return self.sealed_fen - parts


SEALED = """
SELECT s.month, count(DISTINCT l.person_id), count(*) FILTER (WHERE l.state = 'undetermined'),
       coalesce(sum(l.amount_fen), 0)::bigint
FROM payment_subsidyline l JOIN payment_settlement s ON s.id = l.settlement_id
WHERE s.step = 'sealed' AND s.programme_id = %s AND l.region_code ^@ %s
GROUP BY s.month ORDER BY s.month DESC
"""
LIVE = """
SELECT s.month, coalesce(sum(l.amount_fen) FILTER (WHERE e.state = 'paid'), 0)::bigint,
       coalesce(sum(l.amount_fen) FILTER (WHERE e.state = 'pending'), 0)::bigint
FROM payment_payment p JOIN payment_batchentry e ON e.id = p.entry_id
JOIN payment_subsidyline l ON l.id = p.line_id JOIN payment_settlement s ON s.id = l.settlement_id
WHERE p.live AND s.programme_id = %s AND l.region_code ^@ %s
GROUP BY s.month
"""


def standing(programme: Programme, region_prefix: str) -> list[MonthStanding]:
    """Every sealed month, newest first: sealed = paid + waiting for the bank + refused + held + on hold + open.

    The parts come from three questions (the lines, the payments, what no payment pays), so that the difference is a proof.
    """
    waiting = by_month(programme, region_prefix)
    with connection.cursor() as cursor:
        cursor.execute(LIVE, [programme.pk, region_prefix])
        live = {month: (paid, pending) for month, paid, pending in cursor.fetchall()}
        cursor.execute(SEALED, [programme.pk, region_prefix])
        return [
            MonthStanding(
                month, people, undetermined, sealed, *live.get(month, (0, 0)), waiting[month]["refused"],
                waiting[month]["held"], waiting[month]["on_hold"], waiting[month]["open"],
            )
            for month, people, undetermined, sealed in cursor.fetchall()
        ]  # fmt: skip


def batches() -> QuerySet[BankBatch]:
    """Batches in scope, newest first, with how many were paid and refused and how many are awaited, by their returns."""
    answers = BankReturn.objects.filter(batch=OuterRef("pk")).order_by().values("batch")
    counts = {
        f"{name}_count": Coalesce(Subquery(answers.annotate(sum=Sum(name)).values("sum")), 0)
        for name in ("paid", "refused")
    }
    rows = BankBatch.objects.select_related("programme", "author", "approver", "budget_line__fund").annotate(**counts)
    return rows.annotate(pending_count=F("count") - F("paid_count") - F("refused_count"))


def entries_of(batch: BankBatch) -> QuerySet[BatchEntry]:
    """A batch's rows by serial."""
    return batch.entries.select_related("person", "account").order_by("serial")


def search_entries(rows: QuerySet[BatchEntry], words: str) -> QuerySet[BatchEntry]:
    """Rows by name, pinyin initials or serial."""
    words = words.strip()
    wanted = Q(person__name__contains=words) | Q(person__initials__startswith=words.lower())
    return rows.filter(wanted | Q(serial=int(words)) if words.isdecimal() and len(words) < 10 else wanted)


def months_of(batch: BankBatch) -> list[date]:
    """The months whose lines the batch pays."""
    months = Payment.objects.filter(entry__batch=batch).values_list("line__settlement__month", flat=True)
    return sorted(months.order_by().distinct())


def refused_entries() -> QuerySet[BatchEntry]:
    """Entries that the bank refused and whose lines no later payment has taken up, newest first."""
    open_lines = Q(payments__isnull=False) & ~Q(payments__line__payments__live=True)
    entries = BatchEntry.objects.filter(open_lines, state=EntryState.REFUSED).distinct()
    return entries.select_related("person", "account", "batch").order_by("-pk")


def budget_lines(programmes: Iterable[Programme] | None = None) -> QuerySet[BudgetLine]:
    """Budget lines in sight, newest fund first."""
    lines = BudgetLine.objects.select_related("fund", "programme").order_by("-fund__year", "fund__name", "pk")
    return lines if programmes is None else lines.filter(programme__in=programmes)
