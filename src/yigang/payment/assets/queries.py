"""Questions about the allocation ledger: what each purpose of a place has left, and what came and went by month."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from yigang.foundation.money import Fen
from yigang.payment.asset_models import AllocationEntry
from yigang.payment.enums import AllocationPurpose
from yigang.people.enums import Relation
from yigang.people.models import Person


@dataclass(frozen=True)
class Flow:
    """What came in and what was spent, both not negative, in fen. A reversal counts against what it reverses."""

    income_fen: Fen = 0
    spent_fen: Fen = 0

    @property
    def left_fen(self) -> Fen:
        return self.income_fen - self.spent_fen


def aided(entries: Iterable[AllocationEntry]) -> dict[int, str]:
    """Entry → the name of who was aided, a household by its head's. One query for all households, none without any."""
    entries = list(entries)
    homes = {one.household_id for one in entries if one.household_id}
    heads = (
        dict(Person.objects.filter(household__in=homes, relation=Relation.HEAD).values_list("household", "name"))
        if homes
        else {}
    )
    told = {one.pk: one.person.name for one in entries if one.person}
    return told | {one.pk: heads.get(one.household_id, "") for one in entries if one.household_id}


CAME = Q(kind="income") | Q(kind="reversal", income__isnull=False)


def balance_of(region_code: str, purpose: AllocationPurpose) -> Fen:
    """What is left now: the balance of the newest entry."""
    newest = AllocationEntry.objects.filter(region_code=region_code, purpose=purpose).order_by("-serial")
    return newest.values_list("balance_fen", flat=True).first() or 0


def by_place(entries: QuerySet[AllocationEntry]) -> dict[str, dict[AllocationPurpose, Flow]]:
    """Place → purpose → what came and went. One query."""
    found: dict[str, dict[AllocationPurpose, Flow]] = {}
    for place, purpose, income, spent in _flows(entries, "region_code", "purpose"):
        found.setdefault(place, {})[AllocationPurpose(purpose)] = Flow(income, spent)
    return found


def by_month(entries: QuerySet[AllocationEntry], year: int) -> dict[date, dict[AllocationPurpose, Flow]]:
    """First day of each month of a year in which something happened → purpose → flow. One query."""
    found: dict[date, dict[AllocationPurpose, Flow]] = {}
    of_year = entries.filter(day__year=year).annotate(month=TruncMonth("day"))
    for month, purpose, income, spent in _flows(of_year, "month", "purpose"):
        found.setdefault(month, {})[AllocationPurpose(purpose)] = Flow(income, spent)
    return dict(sorted(found.items()))


def _flows(entries: QuerySet[AllocationEntry], *keys: str) -> Iterable[tuple[Any, ...]]:
    sums = {
        "came": Sum("amount_fen", filter=CAME, default=0),
        "went": Sum(-F("amount_fen"), filter=~CAME, default=0),
    }
    rows: Iterable[tuple[Any, ...]] = (
        entries.order_by().values(*keys).annotate(**sums).values_list(*keys, "came", "went")
    )
    return rows
