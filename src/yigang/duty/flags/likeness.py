"""Fingerprints of pictures by which near ones are found: which of two neighbouring patches is brighter (dHash).

64 bits find, 256 bits confirm. Brightness, size and compression hardly change them; turning does, and so does cutting off
more than a little, for which the middle of each picture has a fingerprint of its own, and mirrored ones are asked for too.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SIDE, FINE_SIDE = 8, 16
PART_BITS = 16
REACH = 7
"""Fingerprints that differ in at most seven bits agree in one of four parts but for one bit at most."""
MIDDLE = 0.85
"""The part of each edge that is kept when the middle is cut out."""
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
    """What is kept of a picture (`whole`, `middle`) and asked for beside (`mirrored`)."""

    whole: Print
    middle: Print
    mirrored: Print


def looks_of(content: bytes) -> Looks | None:
    """The fingerprints of a picture; None of one that shows nothing (a wall, the night)."""
    from PIL import Image, ImageOps, ImageStat

    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("L", (256, 256))
        grey = ImageOps.exif_transpose(picture).convert("L").resize((256, 256), Image.Resampling.BOX)
    if ImageStat.Stat(grey).stddev[0] < FLATTEST:
        return None
    edge = round(256 * (1 - MIDDLE) / 2)
    return Looks(
        print_of(grey), print_of(grey.crop((edge, edge, 256 - edge, 256 - edge))), print_of(ImageOps.mirror(grey))
    )


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
