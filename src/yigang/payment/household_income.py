"""What a household lives on in a year, with what its posts paid: nothing that was paid is typed a second time.

Net income is wages, farming and business, property, transfers and pay from posts, less costs. It is undetermined, and
stays so, while one of the figures or the number of members is not known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Aggregate,
    BigIntegerField,
    DecimalField,
    F,
    Func,
    IntegerField,
    JSONField,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
)
from django.db.models import FilteredRelation as Joined
from django.db.models.functions import Cast, Coalesce, Left, NullIf, Round
from django.db.models.lookups import LessThan
from django.utils.translation import gettext as _

from yigang.foundation import money, regioncode
from yigang.foundation.enums import RegionLevel
from yigang.foundation.money import Fen
from yigang.people.models import Household, IncomeYear, WarningLine
from yigang.people.models.incomes import KINDS

WHOLE = BigIntegerField()
EXACT = DecimalField(max_digits=20, decimal_places=2)


def with_income(households: QuerySet[Household], year: int) -> QuerySet[Any]:
    """Households with figures, pay of posts, net, per head, share of the post and the line of a year.

    Pay counts in the year of the month it is for, once the bank says that it is paid. `under` is null while the net, the
    members or the line are not known. Pay and members are sums that the database keeps, joined by their keys, so that
    a county is sorted and narrowed by any of it at once.
    """
    columns = {kind: F(f"ledger__{kind}") for kind in KINDS}
    return (
        households.annotate(
            ledger=Joined("incomes", condition=Q(incomes__year=year)), paid=Joined("pays", condition=Q(pays__year=year))
        )
        .annotate(**columns, post_fen=Coalesce("paid__fen", Value(0)), people=_people(year), line_fen=_line(year))
        .annotate(
            net_fen=F("wage_fen") + F("business_fen") + F("property_fen") + F("transfer_fen") + F("post_fen")
            - F("cost_fen")
        )
        .annotate(
            per_head_fen=Cast(Round(Cast("net_fen", EXACT) / NullIf("people", 0)), WHOLE),
            under=LessThan(F("net_fen"), F("line_fen") * NullIf("people", 0)),
        )
    )  # fmt: skip


class ByCounty(Aggregate):
    """The lines of a year by the six digits of their counties: asked once, looked up for every household."""

    function = "jsonb_object_agg"
    output_field = JSONField()


def _people(year: int) -> Coalesce:
    """Members who lived at the year's end."""
    dead = Func(Value(year), F("size__deaths"), function="width_bucket", output_field=IntegerField())
    return Coalesce(F("size__members") - dead, Value(0))


def _line(year: int) -> Cast:
    asked = WarningLine.objects.filter(year=year).order_by().values("year")
    lines = asked.annotate(lines=ByCounty(_county(), F("per_head_fen"))).values("lines")
    found = Func(Subquery(lines), _county(), template="(%(expressions)s)", arg_joiner=" ->> ", output_field=TextField())
    return Cast(found, WHOLE)


def _county() -> Left:
    return Left("region_code", regioncode.LENGTHS[RegionLevel.COUNTY])


@dataclass(frozen=True)
class Standing:
    """One household's year as it is told: a row of `with_income`."""

    row: Any

    @property
    def share(self) -> str:
        """Per cent of the net income that the posts paid, one decimal; a dash while that means nothing."""
        net: Fen | None = self.row.net_fen
        return "—" if not net or net < 0 else f"{100 * self.row.post_fen / net:.1f} %"

    def missing(self) -> list[str]:
        """What is not known, in words."""
        labels = {field.name: str(field.verbose_name) for field in IncomeYear._meta.fields}
        absent = [labels[kind] for kind in KINDS if getattr(self.row, kind) is None]
        if len(absent) == len(KINDS):
            absent = [_("every figure of this year")]
        return absent if self.row.people else [*absent, _("members of the household")]

    def reasons(self) -> Iterator[str]:
        """Why a household stands under the line: by how much, and what it does not have."""
        if not self.row.under:
            return
        told = {"per_head": money.show(self.row.per_head_fen), "line": money.show(self.row.line_fen)}
        yield _("%(per_head)s yuan per head, the line is %(line)s") % told
        yield from (cause.text for cause in self.row.causes.all())
        if not self.row.wage_fen and not self.row.post_fen:
            yield _("nobody earns wages")
        if self.row.cost_fen and self.row.cost_fen > self.row.business_fen:
            yield _("farming costs more than it brings")
