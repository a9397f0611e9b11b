"""What a public list may show: an allow-list. Whatever is not in it cannot be published, by a verb or by the database.

Never an identity number, card number, phone, address or illness (field facts §6). The law asks for name, village, post
and amount; the others are what a rank or a result needs.
"""

from dataclasses import dataclass
from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from yigang.foundation import money
from yigang.foundation.errors import Text


@dataclass(frozen=True)
class Allowed:
    """A column that may be published: its label, how a cell is shown, and how long a text may be."""

    label: Text
    kind: str = "text"
    longest: int = 40


Value: TypeAlias = str | int | float | None

COLUMNS: dict[str, Allowed] = {
    "name": Allowed(_("Name"), longest=60),
    "village": Allowed(_("Village"), longest=80),
    "post": Allowed(_("Post"), longest=60),
    "amount_fen": Allowed(_("Amount (yuan)"), "money"),
    "days": Allowed(_("Days"), "integer"),
    "rank": Allowed(_("Rank"), "integer"),
    "score": Allowed(_("Score"), "number"),
    "result": Allowed(_("Result")),
    "grade": Allowed(_("Grade")),
    "month": Allowed(_("Month")),
    "team": Allowed(_("Team")),
    "post_number": Allowed(_("Post number")),
    "term": Allowed(_("Term")),
}
"""Code → column. The database keeps the same list for `extra` (migration 0002) and a test compares them."""

OWN = ("name", "village", "post", "amount_fen", "days")
"""Columns of their own in the table; the others lie in `extra`."""
EXTRA = tuple(code for code in COLUMNS if code not in OWN)


def written(value: Value, column: Allowed) -> str:
    """How a cell is written: money in yuan with two places, a dash where there is nothing."""
    if value is None or value == "":
        return "—"
    if column.kind == "money":
        assert isinstance(value, int)
        return money.show(value)
    return f"{value:g}" if isinstance(value, float) else str(value)
