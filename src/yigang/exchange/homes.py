"""Which household a row means: by its number, and by the village where several have the same one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from yigang.exchange.roster.places import Places
from yigang.exchange.whom import Cells, text
from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.people.models import Household


@dataclass
class Homes:
    """The households of a region, by number."""

    places: Places = field(default_factory=lambda: Places(""))
    known: Mapping[str, list[Household]] = field(default_factory=dict)

    @classmethod
    def below(cls, region_code: str) -> Homes:
        """Two queries."""
        known: dict[str, list[Household]] = {}
        for one in Household.objects.filter(region_code__startswith=regioncode.prefix_of(region_code)):
            known.setdefault(one.number, []).append(one)
        return cls(Places.below(region_code), known)

    def find(self, cells: Cells) -> Household:
        """By `household`, `town` and `village` of a row; a `Refusal` when that is not one."""
        number = str(cells["household"]).strip()
        found = self.known.get(number, [])
        if cells["village"] or cells["town"]:
            inside = regioncode.prefix_of(self.places.find(text(cells["town"]), text(cells["village"]), None))
            found = [one for one in found if one.region_code.startswith(inside)]
        if len(found) != 1:
            raise Refusal(
                _("%(count)d households have the number %(number)s."), {"count": len(found), "number": number},
                code="household", field="household", remedy=_("Compare number and village with the roster."),
            )  # fmt: skip
        return found[0]
