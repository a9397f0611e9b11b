"""A process of its own that reads one file from its input and writes its pages as JSON; then its memory is free.

Whatever a malicious file does, it does here. A page: its number, its lines, and whether they are certain.
"""

from __future__ import annotations

import io
import json
import sys
import warnings
from collections.abc import Iterator
from statistics import mean
from typing import Any

from PIL import Image
from pypdf import PageObject, PdfReader  # noqa: TID253 - a process of its own, which is started to open such files
from rapidocr import RapidOCR

from yigang.foundation.pictures import LARGEST_PIXELS, LONGEST_EDGE
from yigang.notices.scans import pictured
from yigang.people.idcard.worker import lines_of

UPSIDE_DOWN = 180
SURE = 0.85
"""Lines the right way up are read with 0.97 on average, upside down with 0.6: then the page is turned."""
LEAST = 0.7
"""Below, what was read is no text that anybody could rely on."""


def main(kind: str) -> None:
    Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    # Without the model that turns single lines: it takes one line in twenty of a table of numbers for upside down.
    models = RapidOCR(params={"Global.log_level": "critical", "Global.use_cls": False})
    content = io.BytesIO(sys.stdin.buffer.read())
    pages = _of_pdf(content) if kind == "pdf" else _of_picture(content)
    sys.stdout.write(json.dumps([_page(models, number, pictures) for number, pictures in pages]))


def _of_picture(content: io.BytesIO) -> Iterator[tuple[int, list[Image.Image]]]:
    yield 1, [Image.open(content)]


def _of_pdf(content: io.BytesIO) -> Iterator[tuple[int, list[Image.Image]]]:
    """The pictures of each page that shows more than its text; none where they cannot be taken out."""
    reader = PdfReader(content)
    for number in pictured(reader):
        yield number, _pictures(reader.pages[number - 1])


def _pictures(page: PageObject) -> list[Image.Image]:
    try:
        return [found.image for found in page.images if found.image is not None]
    except Exception:  # noqa: BLE001 - whatever is wrong with somebody's file, its page is one that nobody has read
        return []


def _page(models: Any, number: int, pictures: list[Image.Image]) -> tuple[int, list[str], bool]:
    read = [_read(models, picture) for picture in pictures]
    return number, [text for texts, _sure in read for text in texts], bool(read) and all(sure for _texts, sure in read)


def _read(models: Any, picture: Image.Image) -> tuple[list[str], bool]:
    """The lines of a picture either way up. One without any line shows no text."""
    picture = picture.convert("RGB")
    picture.thumbnail((LONGEST_EDGE, LONGEST_EDGE))
    texts, certainty = _lines(models, picture)
    if certainty >= SURE:
        return texts, True
    turned, certain_turned = _lines(models, picture.rotate(UPSIDE_DOWN))
    return [*texts, *turned], max(certainty, certain_turned) >= LEAST


def _lines(models: Any, picture: Image.Image) -> tuple[list[str], float]:
    lines = lines_of(models, picture)
    return [line[3] for line in lines], mean(line[4] for line in lines) if lines else 1.0


if __name__ == "__main__":
    main(sys.argv[1])
