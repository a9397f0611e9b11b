"""Which fonts papers are set in, and which signs they have.

Noto Sans CJK comes with the program (44,810 signs, rare names among them). A folder of the office takes more fonts: one
for signs that Noto lacks, or the 仿宋 that the office has a licence for.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

import noto_cjk_sans_otc
import typst
from django.conf import settings

FAMILY = "Noto Sans CJK SC"
UNDRAWN = {"Cc", "Cf", "Zl", "Zp"}
VARIATIONS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
"""Selectors that choose a form of the sign before them."""


def folders() -> list[str]:
    """Where fonts are looked for."""
    return [str(Path(noto_cjk_sans_otc.__file__).parent), *map(str, settings.FONT_FOLDERS)]


def families() -> list[str]:
    """Families in the order in which a sign is looked for: ours first, then the office's."""
    return list(dict.fromkeys(font.family for font in _faces()))


def is_drawn(sign: str) -> bool:
    """Whether a sign leaves ink or a gap; line breaks and selectors do not."""
    code = ord(sign)
    return unicodedata.category(sign) not in UNDRAWN and not any(low <= code <= high for low, high in VARIATIONS)


@lru_cache(maxsize=1)
def _faces() -> tuple[typst.FontInfo, ...]:
    """Ours in its Chinese form, then the office's by name; looked for once in a process."""
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=folders()).fonts()
    ours = [font for font in found if font.family == FAMILY]
    others = [font for font in found if not _is_ours(font)]
    return (*ours, *sorted(others, key=lambda font: (font.family, font.weight)))


def _is_ours(font: typst.FontInfo) -> bool:
    return Path(font.path or "").parent == Path(folders()[0])


@lru_cache(maxsize=1)
def signs() -> frozenset[str]:
    """Every sign that can be set. Read from the fonts' tables once in a process: about half a second."""
    from fontTools.ttLib import TTFont

    known: set[str] = set()
    for face in _faces():
        with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
            known.update(map(chr, font.getBestCmap()))
    return frozenset(known)
