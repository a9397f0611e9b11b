"""The kinds of files that can be imported, each with its reader, writer and way back.

A kind is an `Importer`; `exchange.domain` runs all of them through one life cycle (read, look, apply or not, undo) and
keeps file, problems, differences and audit. An importer knows its shape only and is registered by `register`, in a
module that `INSTALLED_IMPORTERS` names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from importlib import import_module
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

from yigang.duty.models import Intake
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.foundation.access import Capability
from yigang.foundation.errors import Problem
from yigang.foundation.jobs import Progress
from yigang.foundation.models import StoredFile, User
from yigang.posts.models import Programme

INSTALLED_IMPORTERS = [
    "yigang.exchange.roster.importer", "yigang.exchange.duty_imports.importers",
    "yigang.exchange.comparison.importer", "yigang.exchange.marks.importer", "yigang.exchange.register.importer",
    "yigang.exchange.centres.importer", "yigang.exchange.provisions.importer", "yigang.exchange.results.importer",
    "yigang.exchange.geodata.importer", "yigang.exchange.track_imports.importer", "yigang.exchange.pairings.importer",
    "yigang.exchange.questions.importer",
    "yigang.exchange.rectifications.importer", "yigang.exchange.ledgers.asset_income",
    "yigang.exchange.ledgers.household_income", "yigang.exchange.ledgers.visits",
]  # fmt: skip
"""Modules that register an importer when they are imported."""

What = Literal["new", "changed", "vanished"]


@dataclass(frozen=True)
class Context:
    """For whom and for what a file is read. `region_code` is the region the user imports for, within his scope."""

    actor: User
    region_code: str
    programme: Programme | None
    stored: StoredFile
    content: Path | Callable[[], Path]
    """The file, or what opens it: many an import is applied without a second look at it."""
    options: Mapping[str, str] = field(default_factory=dict)
    """What was said beside the file, by the kind's own keys: of which register, true on which day."""
    remembered: Mapping[str, str] = field(default_factory=dict)
    """Simplified heading → our key, as a person chose it for this kind of heading before; "" leaves a column out."""

    @property
    def path(self) -> Path:
        return self.content() if callable(self.content) else self.content


@dataclass(frozen=True)
class Difference:
    """One thing that the import would add or change, as a person reads it: masked, in words, field by field."""

    what: What
    label: str
    row: int | None = None
    before: Mapping[str, str] = field(default_factory=dict)
    after: Mapping[str, str] = field(default_factory=dict)
    region_code: str = ""


@dataclass(frozen=True)
class Preview:
    """What a file holds and would do. `plan` is text that `apply` is given back; it is kept encrypted."""

    counts: Mapping[str, int] = field(default_factory=dict)
    """Rows by what happens to them: `rows`, `new`, `changed`, `unchanged`, `vanished`, and what the kind adds."""
    problems: Sequence[Problem] = ()
    differences: Sequence[Difference] = ()
    plan: str = ""
    mapping: Mapping[str, str] = field(default_factory=dict)
    """Our key → the file's heading."""
    headings: Sequence[str] = ()
    """All headings of the file, in order, for the page on which columns are chosen; empty when there is no choice."""
    header_digest: str = ""

    @property
    def refused(self) -> bool:
        """Nothing of a file with an error is taken."""
        return any(problem.severity == "error" for problem in self.problems)


class Touched(NamedTuple):
    """Somebody of whom an import wrote something."""

    person_id: int
    region_code: str
    what: What


@dataclass(frozen=True)
class Applied:
    """What was done: `journal` is text that `undo` is given back (kept encrypted), `intake` the evidence's intake."""

    counts: Mapping[str, int] = field(default_factory=dict)
    journal: str = ""
    intake: Intake | None = None
    at: datetime | None = None
    """When undoing: when it was applied."""
    touched: Sequence[Touched] = ()
    """Whom it was about, for each person's own story."""


class Importer(Protocol):
    """One kind of file. All three run inside a transaction and the actor's scope; a `Refusal` changes nothing."""

    kind: ImportKind
    capability: Capability
    columns: Sequence[ColumnSpec]
    needs_programme: bool

    def preview(self, context: Context, progress: Progress) -> Preview:
        """Read the file and say what it would do. Raises `Refusal` when there is no table in it."""

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        """Do what the preview said, whole; refused when the data has changed so that something else would happen."""

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        """Put back what was before; refused when something has built on it."""


_importers: dict[str, Importer] = {}
_with_own_form: set[str] = set()


def register(importer: Importer, *, own_form: bool = False) -> None:
    """Declare the importer of a kind; a kind has one. With `own_form` it is handed in where its options are asked for."""
    assert importer.kind not in _importers, importer.kind
    _importers[importer.kind] = importer
    if own_form:
        _with_own_form.add(importer.kind)


def of_common_form() -> dict[str, Importer]:
    """The kinds that need nothing but the file and its programme."""
    return {kind: importer for kind, importer in importers().items() if kind not in _with_own_form}


def importers() -> dict[str, Importer]:
    """Every importer by its kind."""
    for module in INSTALLED_IMPORTERS:
        import_module(module)
    return _importers


def importer_of(kind: str) -> Importer:
    return importers()[kind]
