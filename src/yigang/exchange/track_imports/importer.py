"""Track files in the import life cycle: what each track amounts to is seen before it becomes a patrol.

A file holds tracks of one person, who is named beside it, or of several, whom a column names. A silence of six hours parts one
patrol from the next. See `docs/algorithms/imports.md`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Any

import polars as pl
from django.utils import timezone as clock
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.duty import domain
from yigang.duty.access import RECORD_TRACKS
from yigang.duty.domain.patrols import file_identity
from yigang.duty.models import Patrol
from yigang.duty.tracks import Limits, clean, measure
from yigang.exchange import tracks
from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import Datum, ImportKind
from yigang.exchange.registry import Applied, Context, Difference, Preview, Touched, register
from yigang.exchange.track_imports.whose import Holders, holders
from yigang.foundation import gcj02
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.jobs import Progress
from yigang.people.models import Person

MOST = 2_000_000
"""Fixes of one file: a month of a fix a second in office hours."""
SILENCE = timedelta(hours=6)
CHINA = timezone(timedelta(hours=8))
REASONS = {
    "no_time": _lazy("no time"), "no_place": _lazy("no place"), "repeated": _lazy("copies"),
    "same_time": _lazy("another place at the same time"), "inaccurate": _lazy("inaccurate"),
    "impossible": _lazy("not reachable"),
}  # fmt: skip


@dataclass(frozen=True)
class Part:
    """One patrol of a file: the word that names whose it is, the person, and its fixes in WGS-84."""

    word: str
    number: int
    person: Person | None
    fixes: pl.DataFrame

    @property
    def day(self) -> date | None:
        first = self.fixes["time"].min()
        return first.astimezone(CHINA).date() if isinstance(first, datetime) else None

    @property
    def label(self) -> str:
        return f"{self.person.name if self.person else self.word} {self.day or '—'}"


class TrackImporter:
    """See `registry.Importer`. The plan names the patrols to be made; their fixes are read from the file again."""

    kind: ImportKind = ImportKind.TRACK
    capability = RECORD_TRACKS
    columns: Sequence[ColumnSpec] = ()
    needs_programme = False

    def preview(self, context: Context, progress: Progress) -> Preview:
        parts, known = _parts(context)
        problems = list(_problems(parts, known, context))
        standing = _standing(parts)
        good = [part for part in parts if part.person and part.day and known.tracked_on(part.person, part.day)]
        new = [part for part in good if identity_of(part) not in standing]
        problems += _withdrawn_before(good, standing)
        differences = []
        for number, part in enumerate(new, 1):
            differences.append(_difference(part))
            progress(number, len(new))
        refused = any(problem.severity == "error" for problem in problems)
        return Preview(
            counts={
                "rows": sum(part.fixes.height for part in parts), "new": len(new), "unchanged": len(good) - len(new),
                "people": len({part.person.pk for part in good if part.person}),
            },
            problems=problems, differences=differences,
            plan="" if refused or not good else json.dumps([str(identity_of(part)) for part in new]),
        )  # fmt: skip

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        wanted = set(json.loads(plan))
        parts, _known = _parts(context)
        chosen = [part for part in parts if part.person and str(identity_of(part)) in wanted]
        if len({identity_of(part) for part in chosen}) != len(wanted):
            raise Refusal(
                _("Who holds which post has changed since this file was read."), code="data_changed",
                remedy=_("Read the file again and look at the differences."),
            )  # fmt: skip
        made = []
        for number, part in enumerate(chosen, 1):
            assert part.person is not None
            made.append(domain.hand_in_track(part.person, part.fixes, name=context.stored.name, actor=context.actor))
            progress(number, len(chosen))
        touched = [Touched(patrol.person_id, str(patrol.region_code), "new") for patrol in made]
        return Applied({"new": len(made)}, json.dumps([str(patrol.pk) for patrol in made]), touched=touched)

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        """Withdraw the patrols; their fixes stay and no longer count."""
        for patrol in Patrol.objects.filter(pk__in=json.loads(applied.journal)).order_by("pk"):
            if patrol.withdrawn_at is None:
                domain.withdraw_patrol(patrol, reason=reason, actor=context.actor)


def _parts(context: Context) -> tuple[list[Part], Holders]:
    """The file's patrols, converted to WGS-84 where it says that it is not."""
    found = tracks.read(context.path)
    count = sum(fixes.height for fixes in found.values())
    if count > MOST:
        raise Refusal(
            _("The file has %(count)d fixes; at most %(most)d are read at once."), {"count": count, "most": MOST},
            code="track_fixes", remedy=_("Hand it in day by day."),
        )  # fmt: skip
    whose = context.options.get("whose", "").strip()
    known = holders([whose] if whose else found, context.region_code)
    shifted = context.options.get("datum") == Datum.GCJ02
    parts = []
    for word, fixes in found.items():
        person = known.find(whose or word)
        placed = _to_wgs84(fixes) if shifted else fixes
        parts += [Part(whose or word, number, person, part) for number, part in enumerate(apart(placed))]
    return parts, known


def apart(fixes: pl.DataFrame) -> list[pl.DataFrame]:
    """The fixes in the order of their time, cut at long silences; those without a time go with the first."""
    ordered = fixes.sort("time", nulls_last=False)
    silent = (pl.col("time").diff() > SILENCE).fill_null(value=False)
    return ordered.with_columns(part=silent.cum_sum()).partition_by("part", include_key=False, maintain_order=True)


def _to_wgs84(fixes: pl.DataFrame) -> pl.DataFrame:
    lats, lngs = gcj02.many_to_wgs84(fixes["latitude"].to_numpy(), fixes["longitude"].to_numpy())
    moved = fixes.with_columns(latitude=pl.Series(lats), longitude=pl.Series(lngs))
    return moved.with_columns(pl.col("latitude", "longitude").fill_nan(None))


def identity_of(part: Part) -> Any:
    """The number that the patrol will have: the same fixes of the same person are the same patrol."""
    assert part.person is not None
    return file_identity(part.person.pk, part.fixes)


def _standing(parts: Sequence[Part]) -> dict[Any, Patrol]:
    """Those of the patrols that are there already, by number."""
    wanted = [identity_of(part) for part in parts if part.person]
    return Patrol.objects.defer("track").in_bulk(wanted)


def _problems(parts: Sequence[Part], known: Holders, context: Context) -> Iterator[Problem]:
    """Whose a track is not known, or must not be kept; nothing is taken when that leaves none."""
    alone = bool(context.options.get("whose", "").strip()) or len({part.word for part in parts}) == 1
    severity: Any = "error" if alone else "warning"
    for word in dict.fromkeys(part.word for part in parts if part.person is None):
        yield Problem(
            "unknown_person", _lazy("Whose tracks “%(word)s” are is not known: no holder of a post here, or several."),
            {"word": word or "—"}, severity=severity,
            remedy=_lazy("Name the person by telephone or by the code of a tracker, beside the file or in its column."),
        )  # fmt: skip
    for part in parts:
        if part.person is None:
            continue
        if part.day is None:
            yield Problem("no_time", _lazy("No fix of %(label)s has a time."), {"label": part.label}, severity=severity)
        elif not known.tracked_on(part.person, part.day):
            sentence = _lazy("%(label)s: no post on that day whose policy allows tracks.")
            yield Problem("no_post", sentence, {"label": part.label}, severity=severity)
        elif part.day > clock.localdate():
            yield Problem("future", _lazy("%(label)s lies in the future."), {"label": part.label}, severity="error")


def _withdrawn_before(parts: Sequence[Part], standing: dict[Any, Patrol]) -> Iterator[Problem]:
    for part in parts:
        patrol = standing.get(identity_of(part))
        if patrol is not None and patrol.withdrawn_at:
            sentence = _lazy("%(label)s was handed in before and withdrawn (%(reason)s); it stays withdrawn.")
            told = {"label": part.label, "reason": patrol.withdrawn_reason}
            yield Problem("withdrawn", sentence, told, severity="warning")


def _difference(part: Part) -> Difference:
    """What the track amounts to, and what of it does not count, by reason."""
    found = measure(clean(part.fixes, Limits()))
    left_out = "、".join(f"{REASONS[reason]} {count}" for reason, count in found.left_out.items() if count)
    after = {
        _("Distance"): f"{found.distance_m / 1000:.2f} km", _("On the move"): _hours(found.moving_s),
        _("Fixes"): str(found.fixes), _("Left out"): left_out or "0", _("Gaps"): str(found.gaps),
    }  # fmt: skip
    return Difference("new", part.label, after=after, region_code="")


def _hours(seconds: float) -> str:
    minutes = round(seconds / 60)
    return f"{minutes // 60}:{minutes % 60:02d}"


register(TrackImporter())
