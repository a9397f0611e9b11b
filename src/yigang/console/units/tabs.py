"""The pages about units."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.tenure.tabs import Offer, frame
from yigang.foundation.models import User

TABS = (
    ("units", _("Periods")),
    ("units-rankings", _("Rankings")),
    ("units-lines", _("Standings")),
    ("units-shares", _("Awards and penalties")),
    ("units-list", _("Units on the list")),
)


def units_frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    return frame(actor, current, *offers, tabs=TABS, name=_("Units"))


def name_where(rows: Iterable[Any]) -> None:
    """Give each row `where`, its town and village; `place` is its rank here."""
    found = list(rows)
    names = regions.names({code for row in found for code in (row.region_code, f"{row.region_code[:9]}000")})
    for row in found:
        row.where = regions.full_name(row.region_code, names)
