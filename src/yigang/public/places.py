"""Regions that have notices, for finding one's village in two taps: county, then village under its town."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet

from yigang.foundation import regioncode, regions
from yigang.foundation.enums import RegionLevel
from yigang.foundation.models import Region
from yigang.public.models import PublicNotice, PublicRow


@dataclass
class Place:
    """A region with a link, and the regions below it that have notices."""

    prefix: str
    name: str
    below: list["Place"] = field(default_factory=list)


def codes_with_notices() -> set[str]:
    """Every region that issued a notice or stands in a list that is open."""
    issued = PublicNotice.objects.order_by().values_list("region_code", flat=True).distinct()
    return {*issued, *PublicRow.objects.order_by().values_list("region_code", flat=True).distinct()}


def counties(codes: Iterable[str]) -> list[Place]:
    """The counties (or cities, provinces) that hold notices, by code."""
    tops = sorted({_top(code) for code in codes})
    names = _names(tops)
    return [Place(regioncode.prefix_of(code), " ".join(_path(code, names))) for code in tops]


def towns_of(prefix: str, codes: Iterable[str]) -> list[Place]:
    """The towns of a county, each with its villages, as far as they have notices."""
    inside = {code for code in codes if code.startswith(prefix) and len(regioncode.prefix_of(code)) > len(prefix)}
    towns = sorted({f"{code[:9]}000" for code in inside if code[6:9] != "000"})
    names = _names([*towns, *inside])
    found = {code: Place(code[:9], names.get(code, code)) for code in towns}
    for code in sorted(inside):
        if regioncode.level_of(code) == RegionLevel.VILLAGE:
            found[f"{code[:9]}000"].below.append(Place(code, regions.shortened(names.get(code, code))))
    return list(found.values())


def path_to(code: str) -> list[Place]:
    """From the county down to the region, for going up again."""
    chain = [code]
    while (parent := regioncode.parent_of(chain[0])) is not None and regioncode.level_of(parent) >= RegionLevel.COUNTY:
        chain.insert(0, parent)
    names = _names(chain)
    return [Place(regioncode.prefix_of(part), names.get(part, part)) for part in chain]


def around(prefix: str) -> Q:
    """Notices that concern a region: its own, those of the regions above it, and those of the regions below."""
    above = [regioncode.pad(prefix[:length]) for length in regioncode.LENGTHS.values() if length <= len(prefix)]
    return Q(region_code__in=above) | Q(region_code__startswith=prefix)


def concerning(prefix: str) -> QuerySet[PublicNotice]:
    return PublicNotice.objects.filter(around(prefix)).order_by("-open", "-opens", "-id")


def known_name(prefix: str) -> str | None:
    """The region's name, None for a code that nobody knows."""
    code = regioncode.pad(prefix)
    return _names([code]).get(code)


def _top(code: str) -> str:
    """The county of a code, or the code itself when it lies above counties."""
    return f"{code[:6]}000000" if regioncode.level_of(code) >= RegionLevel.COUNTY else code


def _names(codes: Sequence[str]) -> dict[str, str]:
    rows = Region.objects.filter(code__in=codes).order_by("valid_from").values_list("code", "name")
    return dict(rows)


def _path(code: str, names: dict[str, str]) -> list[str]:
    return [names.get(code, code)]
