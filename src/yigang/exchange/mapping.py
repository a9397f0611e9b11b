"""Which columns people chose for which headings, and what of it helps with a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from yigang.exchange.columns import simplify
from yigang.exchange.tables import RawTable

Chosen = Mapping[str, Mapping[str, str]]
"""Digest of a heading → simplified name of a column → our key, "" for a column that is left out."""


def header_digest(names: Sequence[str]) -> str:
    """What tells one kind of heading from another."""
    return hashlib.sha256("\n".join(map(simplify, names)).encode()).hexdigest() if names else ""


def agreed(chosen: Chosen) -> dict[str, str]:
    """Names that mean one thing wherever somebody chose: a help with a heading that was never seen."""
    meanings: dict[str, set[str]] = {}
    for names in chosen.values():
        for name, key in names.items():
            meanings.setdefault(name, set()).add(key)
    return {name: keys.pop() for name, keys in meanings.items() if len(keys) == 1}


def mapping_of(raw: RawTable) -> dict[str, str]:
    """Our key → the file's heading."""
    return {key: raw.mapping.names[column] for key, column in raw.mapping.columns.items()}
