"""How a bank wants its batch file and answers it: layouts as YAML, those of `layouts/` and an office's own.

A layout names columns and words; it computes nothing. Unknown keys are refused, so that a misspelt one is not ignored.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Refusal

FOLDER = Path(__file__).parent / "layouts"
KEYS = frozenset(
    ("serial", "name", "identity", "account", "amount", "bank", "phone", "region", "purpose", "period", "remark")
)
"""What a line of a batch can show."""
RETURN_KEYS = ("serial", "name", "account", "amount", "status", "reason")
NAME_FIELDS = frozenset(("code", "batch", "date", "count", "total"))


class LayoutError(Refusal):
    """A layout file that cannot be used."""


@dataclass(frozen=True, slots=True)
class Layout:
    """One bank's batch file and return file. `returns` maps our keys to the headings the bank uses."""

    code: str
    title: str
    file: Literal["xlsx", "csv"]
    file_name: str
    amount_unit: Literal["yuan", "fen"]
    columns: tuple[tuple[str, str], ...]
    """Heading and key, in order."""
    returns: Mapping[str, tuple[str, ...]]
    paid: frozenset[str]
    refused: frozenset[str]
    encoding: str = "utf-8"
    delimiter: str = ","


@cache
def presets() -> dict[str, Layout]:
    """The layouts that come with the program, by code."""
    layouts = [read_layout(path) for path in sorted(FOLDER.glob("*.yaml"))]
    return {layout.code: layout for layout in layouts}


def read_layout(path: Path) -> Layout:
    """Read one layout file; `LayoutError` names the file and what is wrong in it."""
    try:
        return parse_layout(path.read_text(encoding="utf-8"))
    except LayoutError as error:
        raise LayoutError("%(file)s: %(error)s", {"file": path.name, "error": str(error)}, code=error.code) from None


def parse_layout(text: str) -> Layout:
    """Read a layout from YAML text."""
    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise LayoutError(_("This is no YAML: %(error)s"), {"error": str(error)}, code="not_yaml") from None
    if not isinstance(data, dict):
        raise LayoutError(_("A layout is a mapping of names to values."), code="not_a_layout")
    _exact_keys(
        data,
        {"code", "title", "file", "file_name", "amount_unit", "columns", "returns"},
        {"encoding", "delimiter"},
    )
    returns = data["returns"]
    _exact_keys(returns, {"columns", "paid", "refused"}, set())
    layout = Layout(
        code=str(data["code"]),
        title=str(data["title"]),
        file=_one_of(data, "file", ("xlsx", "csv")),
        file_name=str(data["file_name"]),
        amount_unit=_one_of(data, "amount_unit", ("yuan", "fen")),
        columns=tuple(_column(entry) for entry in data["columns"]),
        returns={str(key): tuple(map(str, names)) for key, names in returns["columns"].items()},
        paid=frozenset(map(str, returns["paid"])),
        refused=frozenset(map(str, returns["refused"])),
        encoding=str(data.get("encoding", "utf-8")),
        delimiter=str(data.get("delimiter", ",")),
    )
    _check(layout)
    return layout


def _column(entry: Any) -> tuple[str, str]:
    if not isinstance(entry, dict):
        raise LayoutError(_("A column is written as {header: …, key: …}."), code="not_a_column")
    _exact_keys(entry, {"header", "key"}, set())
    return str(entry["header"]), str(entry["key"])


def _exact_keys(data: Any, required: set[str], optional: set[str]) -> None:
    keys = set(data) if isinstance(data, dict) else set()
    if missing := required - keys:
        raise LayoutError(_("%(names)s is missing."), {"names": ", ".join(sorted(missing))}, code="missing")
    if unknown := keys - required - optional:
        raise LayoutError(_("%(names)s is not known."), {"names": ", ".join(sorted(map(str, unknown)))}, code="unknown")


def _one_of(data: Mapping[str, Any], key: str, allowed: tuple[str, ...]) -> Any:
    if data[key] not in allowed:
        raise LayoutError(
            _("%(key)s must be one of %(allowed)s."), {"key": key, "allowed": ", ".join(allowed)}, code="not_allowed"
        )
    return data[key]


def _check(layout: Layout) -> None:
    """What the shape alone does not show."""
    keys = [key for _header, key in layout.columns]
    if wrong := sorted(set(keys) - KEYS) + sorted(set(layout.returns) - set(RETURN_KEYS)):
        raise LayoutError(_("%(names)s is not known."), {"names": ", ".join(wrong)}, code="unknown")
    if absent := sorted({"serial", "name", "account", "amount"} - set(keys)) + sorted(
        {"serial", "status"} - set(layout.returns)
    ):
        raise LayoutError(_("%(names)s is missing."), {"names": ", ".join(absent)}, code="missing")
    if both := layout.paid & layout.refused:
        raise LayoutError(_("%(words)s means both paid and refused."), {"words": ", ".join(both)}, code="ambiguous")
    try:
        codecs.lookup(layout.encoding)
        layout.file_name.format(**dict.fromkeys(NAME_FIELDS, ""))
    except (LookupError, ValueError) as error:
        raise LayoutError(
            _("The encoding or the pattern of the file name cannot be used: %(error)s."),
            {"error": str(error)},
            code="not_allowed",
        ) from None
