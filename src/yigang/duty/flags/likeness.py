"""Fingerprints of pictures by which near ones are found: which of two neighbouring patches is brighter (dHash).

64 bits find, 256 bits confirm. Brightness, size and compression hardly change them. Cutting and turning do: of each picture
the middle is kept too, larger and smaller, and a new one is asked for mirrored, cut around the middle and turned back by up to
five degrees.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE, FINE_SIDE = 8, 16
PART_BITS = 16
REACH = 7
"""Fingerprints that differ in at most seven bits agree in one of four parts but for one bit at most."""
MIDDLES = (0.85, 0.75)
"""The parts of each edge that are kept when the middle is cut out: who cuts a quarter off a picture sends its smaller middle."""
CUTS = (0.95, 0.90, 0.85)
"""The parts of each edge of a new picture that are asked for: a picture cut by 5 % of an edge shares its inner nine tenths with
the middle of the one it was cut from."""
TURNS = ((1.0, (0.97, 0.87)), (3.0, (0.97, 0.92, 0.87)), (5.0, (0.87,)))
"""Degrees by which a new picture is turned back, either way, and the parts of each edge that are then asked for: who turns a
picture cuts off its corners. Of drawn scenes more parts met no more."""
GREY_SIDE = 256
"""Edge in pixels of what a fingerprint is made from, whatever the shape of the picture."""
FLATTEST = 6.0
"""Pictures whose brightness varies less (standard deviation of 0 to 255) show nothing that could be known again."""


@dataclass(frozen=True)
class Print:
    """64 bits and 256 bits."""

    bits: int
    fine: int

    @property
    def parts(self) -> tuple[int, int, int, int]:
        """The four parts that are kept in the index."""
        first, second, third, fourth = (self.bits >> PART_BITS * place & 0xFFFF for place in range(4))
        return first, second, third, fourth


@dataclass(frozen=True)
class Looks:
    """What is kept of a picture (`whole`, `middles`) and asked for beside: `mirrored`, `changed` as (how, fingerprint)."""

    whole: Print
    middles: tuple[Print, ...]
    mirrored: Print
    changed: tuple[tuple[str, Print], ...] = ()


def looks_of(content: bytes, *, changed: bool = False) -> Looks | None:
    """The fingerprints of a picture; None of one that shows nothing (a wall, the night). `changed` is for asking."""
    from PIL import Image, ImageOps, ImageStat

    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("L", (GREY_SIDE, GREY_SIDE))
        upright = ImageOps.exif_transpose(picture).convert("L")
        shape = upright.width / upright.height
        grey = upright.resize((GREY_SIDE, GREY_SIDE), Image.Resampling.BOX)
    if ImageStat.Stat(grey).stddev[0] < FLATTEST:
        return None
    others = tuple(_changed(grey, shape)) if changed else ()
    middles = tuple(print_of(_inner(grey, part)) for part in MIDDLES)
    return Looks(print_of(grey), middles, print_of(ImageOps.mirror(grey)), others)


def _changed(grey: Image, shape: float) -> Iterator[tuple[str, Print]]:
    for part in CUTS:
        yield "cut", print_of(_inner(grey, part))
    for degrees, parts in TURNS:
        for turned in (_turned(grey, shape, -degrees), _turned(grey, shape, degrees)):
            for part in parts:
                yield "turned", print_of(_inner(turned, part))


def _inner(grey: Image, part: float) -> Image:
    """So much of each edge, around the middle."""
    edge = round(GREY_SIDE * (1 - part) / 2)
    return grey.crop((edge, edge, GREY_SIDE - edge, GREY_SIDE - edge))


def _turned(grey: Image, shape: float, degrees: float) -> Image:
    """Turned as the picture is, `shape` times as wide as high, though it lies here as a square."""
    from PIL import Image

    cos, sin, half = math.cos(math.radians(degrees)), math.sin(math.radians(degrees)), GREY_SIDE / 2
    across, down = sin / shape, sin * shape
    matrix = (cos, across, half * (1 - cos - across), -down, cos, half * (1 - cos + down))
    return grey.transform(grey.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR)


def print_of(grey: Image) -> Print:
    return Print(_bits(grey, SIDE), _bits(grey, FINE_SIDE))


def _bits(grey: Image, side: int) -> int:
    """For each of `side` rows, whether each patch is darker than the next to its right."""
    from PIL import Image

    patches = grey.resize((side + 1, side), Image.Resampling.LANCZOS).tobytes()
    bits = 0
    for row in range(side):
        line = patches[row * (side + 1) : (row + 1) * (side + 1)]
        for left, right in pairwise(line):
            bits = bits << 1 | (left < right)
    return bits


def near(part: int) -> list[int]:
    """The part itself, and with each of its bits turned."""
    return list(chain((part,), (part ^ 1 << place for place in range(PART_BITS))))


def apart(one: int, other: int) -> int:
    """In how many bits two fingerprints differ."""
    return (one ^ other).bit_count()
