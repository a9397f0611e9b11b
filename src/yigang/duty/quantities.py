"""Units of work results: what each measures, and how much of its dimension's base unit it is.

Factors are exact: 1 mu is 10,000/15 m², so 1 m² is 0.0015 mu and 1 ha is 15 mu; 1 li is 500 m; 万 is 10,000. Quantities of
one dimension are added up in the base unit and shown in the larger unit from 10,000 base units on (length: from 1,000).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from yigang.duty.enums import Unit
from yigang.foundation.errors import Refusal

MOST = Decimal(10) ** 11
"""As much as a quantity's column holds."""
PLACES = 3


@dataclass(frozen=True)
class Measure:
    """What a unit measures and how many base units it is."""

    dimension: str
    factor: Decimal


UNITS: dict[Unit, Measure] = {
    Unit.SQUARE_METRE: Measure("area", Decimal("0.0015")),
    Unit.MU: Measure("area", Decimal(1)),
    Unit.HECTARE: Measure("area", Decimal(15)),
    Unit.WAN_MU: Measure("area", Decimal(10_000)),
    Unit.METRE: Measure("length", Decimal(1)),
    Unit.LI: Measure("length", Decimal(500)),
    Unit.KILOMETRE: Measure("length", Decimal(1_000)),
    Unit.PLANT: Measure("plants", Decimal(1)),
    Unit.WAN_PLANT: Measure("plants", Decimal(10_000)),
    Unit.KILOGRAM: Measure("weight", Decimal(1)),
    Unit.TON: Measure("weight", Decimal(1_000)),
    Unit.PIECE: Measure("pieces", Decimal(1)),
    Unit.PLACE: Measure("places", Decimal(1)),
    Unit.TIME: Measure("times", Decimal(1)),
    Unit.HOUSEHOLD: Measure("households", Decimal(1)),
}
BASE = {measure.dimension: unit for unit, measure in UNITS.items() if measure.factor == 1}
LARGE = {
    "area": Unit.WAN_MU,
    "length": Unit.KILOMETRE,
    "plants": Unit.WAN_PLANT,
    "weight": Unit.TON,
}
"""The unit that large sums are shown in."""
DIMENSIONS = tuple(BASE)


def amount_of(quantity: Decimal, unit: Unit) -> Decimal:
    """The quantity in base units. Refused: nothing or less, more than a column holds, more than three decimals."""
    if not quantity.is_finite() or quantity <= 0:
        raise Refusal(_("A quantity is more than nothing."), code="quantity", field="quantity")
    exponent = quantity.normalize().as_tuple().exponent
    if quantity >= MOST or (isinstance(exponent, int) and -exponent > PLACES):
        raise Refusal(
            _("%(quantity)s is too large or too fine a quantity."), {"quantity": quantity}, code="quantity",
            field="quantity", remedy=_("Write at most three decimals, or choose a larger unit."),
        )  # fmt: skip
    return quantity * UNITS[unit].factor


def shown(amount: Decimal, dimension: str) -> tuple[Decimal, Unit]:
    """A sum in the unit that reads best, exact."""
    large = LARGE.get(dimension)
    if large and amount >= UNITS[large].factor:
        return _plain(amount / UNITS[large].factor), large
    return _plain(amount), BASE[dimension]


def _plain(value: Decimal) -> Decimal:
    """Without zeros at its end and without an exponent."""
    short = value.normalize()
    exponent = short.as_tuple().exponent
    return short.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else short


def in_words(amount: Decimal, dimension: str) -> str:
    """A sum with its unit, such as “2.5 km”."""
    value, unit = shown(amount, dimension)
    return f"{value:f} {unit.label}"
