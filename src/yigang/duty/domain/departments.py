"""What a department of an attendance system says of a person's place: 齐伯镇/大坪村, 大坪村护林队, or a post's number."""

from __future__ import annotations

import re

from yigang.foundation import regioncode, regions
from yigang.foundation.enums import RegionLevel

POST, VILLAGE, TOWN = 4, 2, 1
"""How much it says that a department names the post, the village, the town."""
_PARTS = re.compile(r"[/／\\>＞,，;；、|·\s\-—–]+")
_TOWN, _VILLAGE = re.compile(r"(街道|镇|乡)$"), re.compile(r"(社区|村)$")


def fit(department: str, region_code: str, post: str = "") -> int:
    """How well the department fits somebody with a post there: the sum of what it names, 0 when it names another place.

    Only whole names count, so 大坪 is not found in 大坪上村. A department that names no place says nothing: 0.
    """
    town = regions.name_of(regioncode.pad(region_code[:9]))
    village = ""
    if regioncode.level_of(region_code) == RegionLevel.VILLAGE:
        village = regions.shortened(regions.name_of(region_code))
    found = [_said(piece, town, village, post) for piece in _pieces(department, town)]
    return 0 if None in found else sum({said for said in found if said})


def _pieces(department: str, town: str) -> list[str]:
    """The parts of a department; a town written in front of its village without a sign between is parted."""
    pieces = []
    for part in filter(None, _PARTS.split(department)):
        glued = part.startswith(town) and part != town
        pieces += [town, part.removeprefix(town)] if glued else [part]
    return [regions.shortened(piece) for piece in pieces]


def _said(piece: str, town: str, village: str, post: str) -> int | None:
    """What one part names of this person's place; None when it names another town or village."""
    if post and piece == post:
        return POST
    if village and (_same(piece, village, _VILLAGE) or (_VILLAGE.search(village) and piece.startswith(village))):
        return VILLAGE
    if _same(piece, regions.shortened(town), _TOWN):
        return TOWN
    elsewhere = _TOWN.search(piece) or (village and _VILLAGE.search(piece))
    return None if elsewhere else 0


def _same(piece: str, name: str, kind: re.Pattern[str]) -> bool:
    """The same name, with or without what kind of place it is; 白云镇 and 白云村 are two."""
    bare = kind.sub("", name)
    return piece in (name, bare) or (bool(kind.search(piece)) and kind.sub("", piece) == bare and len(bare) > 1)
