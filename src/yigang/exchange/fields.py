"""Rows of a service: each read by itself, and fields that are not known here told, because one renamed looks like a new one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Problem, Refusal

MOST_NAMED = 20
PROGRESS_EVERY = 5_000


def unknown(rows: Sequence[Mapping[str, Any]], known: Collection[str]) -> Iterator[Problem]:
    """One note that names them, with in how many rows they stand."""
    found = Counter(str(key) for row in rows for key in row if key not in known)
    if not found:
        return
    named = "、".join(f"{key[:40]} ({count})" for key, count in found.most_common(MOST_NAMED))
    yield Problem(
        "new_fields", _("The rows have fields that are not known here: %(fields)s."), {"fields": named},
        remedy=_("They are kept as they came. If rows could not be read, one of these may be a field that was renamed."),
        severity="note",
    )  # fmt: skip


def each_read(
    rows: Sequence[Mapping[str, Any]], read: Callable[[Mapping[str, Any], int], dict[str, object]],
    problems: list[Problem], progress: Callable[[int, int], None] | None,
) -> list[dict[str, object]]:  # fmt: skip
    """Every row as `read(row, number)` makes it, from number 1; one that is refused becomes a problem of its row."""
    found: list[dict[str, object]] = []
    for number, row in enumerate(rows, start=1):
        try:
            found.append(read(row, number))
        except Refusal as refusal:
            problems.append(Problem.of(refusal, row=number))
        if progress and (number % PROGRESS_EVERY == 0 or number == len(rows)):
            progress(number, len(rows))
    return found
