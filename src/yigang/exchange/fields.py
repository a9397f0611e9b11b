"""Fields of a service's rows that are not known here: told, because a field that was renamed looks like one that is new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Problem

MOST_NAMED = 20


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
