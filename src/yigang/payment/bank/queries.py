"""Questions about batches and months: where every fen of a sealed month is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db import connection
from django.db.models import Count, OuterRef, Q, QuerySet

from yigang.foundation.money import Fen
from yigang.payment.bank.proposal import Proposal, propose
from yigang.payment.enums import EntryState
from yigang.payment.models import BankBatch, BatchEntry, BudgetLine, Payment
from yigang.posts.models import Programme


@dataclass(frozen=True, slots=True)
class MonthStanding:
    """Where the money of a sealed month is, in fen. The five parts always sum to what was sealed."""

    month: date
    people: int
    undetermined: int
    sealed_fen: Fen
    paid_fen: Fen
    pending_fen: Fen
    refused_fen: Fen
    held_fen: Fen
    open_fen: Fen
    """Not in a batch yet and payable now."""

    @property
    def difference_fen(self) -> Fen:
        """Zero; shown so that everybody can see that it is."""
        parts = self.paid_fen + self.pending_fen + self.refused_fen + self.held_fen + self.open_fen
        return self.sealed_fen - parts


STANDING = """
WITH line AS (
  SELECT s.month, l.id, l.person_id, l.amount_fen, l.state,
         max(CASE WHEN p.live THEN e.state END) AS live,
         bool_or(e.state = 'refused') IS TRUE AS refused
  FROM payment_subsidyline l JOIN payment_settlement s ON s.id = l.settlement_id
  LEFT JOIN payment_payment p ON p.line_id = l.id
  LEFT JOIN payment_batchentry e ON e.id = p.entry_id
  WHERE s.step = 'sealed' AND s.programme_id = %s AND l.region_code ^@ %s
  GROUP BY s.month, l.id)
SELECT month, count(DISTINCT person_id), count(*) FILTER (WHERE state = 'undetermined'),
  coalesce(sum(amount_fen), 0)::bigint,
  coalesce(sum(amount_fen) FILTER (WHERE live = 'paid'), 0)::bigint,
  coalesce(sum(amount_fen) FILTER (WHERE live = 'pending'), 0)::bigint,
  coalesce(sum(amount_fen) FILTER (WHERE live IS NULL AND refused), 0)::bigint,
  coalesce(sum(amount_fen) FILTER (WHERE live IS NULL AND NOT refused AND id = ANY (%s)), 0)::bigint,
  coalesce(sum(amount_fen) FILTER (WHERE live IS NULL AND NOT refused AND NOT id = ANY (%s)), 0)::bigint
FROM line GROUP BY month ORDER BY month DESC
"""


def standing(programme: Programme, region_prefix: str, proposal: Proposal | None = None) -> list[MonthStanding]:
    """Every sealed month, newest first: sealed = paid + waiting for the bank + refused + held + open."""
    proposal = proposal or propose(programme, region_prefix)
    held = [line.pk for row in proposal.held for line in row.lines]
    with connection.cursor() as cursor:
        cursor.execute(STANDING, [programme.pk, region_prefix, held, held])
        return [MonthStanding(*row) for row in cursor.fetchall()]


def batches() -> QuerySet[BankBatch]:
    """Batches in scope, newest first, with how their entries stand."""
    states = {
        f"{state}_count": Count("entries", filter=Q(entries__state=state))
        for state in (EntryState.PENDING, EntryState.PAID, EntryState.REFUSED)
    }
    return BankBatch.objects.select_related("programme", "author", "approver", "budget_line__fund").annotate(**states)


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
    months = _months().filter(entry__batch=batch).order_by("line__settlement__month")
    return list(months.values_list("line__settlement__month", flat=True))


def with_months(rows: QuerySet[BankBatch]) -> QuerySet[BankBatch]:
    """Batches with `months`, the months whose lines they pay."""
    months = _months().filter(entry__batch=OuterRef("pk")).order_by("line__settlement__month")
    return rows.annotate(months=ArraySubquery(months.values("line__settlement__month")))


def _months() -> QuerySet[Payment]:
    return Payment.objects.distinct("line__settlement__month")


def refused_entries() -> QuerySet[BatchEntry]:
    """Entries that the bank refused and whose lines no later payment has taken up, newest first."""
    open_lines = Q(payments__isnull=False) & ~Q(payments__line__payments__live=True)
    entries = BatchEntry.objects.filter(open_lines, state=EntryState.REFUSED).distinct()
    return entries.select_related("person", "account", "batch").order_by("-pk")


def budget_lines(programmes: Iterable[Programme] | None = None) -> QuerySet[BudgetLine]:
    """Budget lines in sight, newest fund first."""
    lines = BudgetLine.objects.select_related("fund", "programme").order_by("-fund__year", "fund__name", "pk")
    return lines if programmes is None else lines.filter(programme__in=programmes)
