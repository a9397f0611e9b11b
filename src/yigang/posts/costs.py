"""What a place costs: the twelve months' amounts of the programme's policy, or those of the months it is worked in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.foundation import money
from yigang.foundation.errors import Refusal
from yigang.policy.load import load_policy, policies_folder
from yigang.policy.period import Period
from yigang.policy.problems import NoVersion, PolicyError
from yigang.posts.models import Programme

YEAR = tuple(range(1, 13))


@dataclass(frozen=True)
class PlaceCost:
    """What one place costs in a year, month by month, with the amount's name and the clause it stands on."""

    year: int
    by_month: dict[int, int]
    """Month → fen of a whole month, before additions and deductions."""
    name: str = ""
    cites: str = ""

    @property
    def fen(self) -> int:
        return sum(self.by_month.values())

    def in_words(self) -> str:
        """Where the figure comes from, such as `管护补助：833.33 × 11 + 833.37 × 1 = 10,000.00`."""
        if not self.fen:
            return _now("The policy pays nothing for a place.")
        amounts = list(self.by_month.values())
        terms = " + ".join(f"{money.show(fen)} × {amounts.count(fen)}" for fen in dict.fromkeys(amounts))
        return f"{self.name}：{terms} = {money.show(self.fen)}"


def yearly_cost(programme: Programme, year: int, months: Sequence[int] = YEAR) -> PlaceCost:
    """The amount of each month by the text in force then. Additions by grade, deductions and bonuses are not in it.

    Refused when the policy cannot be read or has no text for one of the months.
    """
    file = policies_folder() / f"{programme.policy_code}.yaml"
    amounts: dict[int, int] = {}
    name = cites = ""
    try:
        policy = load_policy(file)
        for month in sorted(set(months)):
            period = Period(year, month)
            pay = policy.version_on(period).pay
            amounts[month] = pay.amount.of(period) if pay else 0
            name, cites = (pay.amount.name, pay.cites) if pay else (name, cites)
    except (PolicyError, NoVersion, OSError) as error:
        raise Refusal(
            _("The policy “%(code)s” does not say what a place costs in %(year)d: %(why)s"),
            {"code": programme.policy_code, "year": year, "why": str(error)}, code="no_cost", field="year",
            remedy=_("Ask for a year in which a text of the policy is in force."),
        ) from error  # fmt: skip
    return PlaceCost(year, amounts, name, cites)
