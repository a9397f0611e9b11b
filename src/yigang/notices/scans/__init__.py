"""What attached pictures and scanned pages show: read on this machine, in a process of its own, and screened like text.

A page that cannot be read for certain is named, and then a person has to look at it: nothing passes as read that was not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from yigang.notices import screening
from yigang.notices.screening import CELL, Found
from yigang.people import idcard

if TYPE_CHECKING:
    from pypdf import PageObject, PdfReader

WORKER = "yigang.notices.scans.worker"
SECONDS_A_PAGE, MOST_SECONDS = 120, 1_800
PDF = "application/pdf"


@dataclass(frozen=True)
class Page:
    """The lines that a page shows. Not `sure`: it is blurred, or cannot be opened; somebody has to look."""

    number: int
    texts: tuple[str, ...]
    sure: bool


@dataclass(frozen=True)
class Reading:
    """The first page with something private on it, if any, and the pages on which nothing is certain."""

    page: int | None = None
    found: Found | None = None
    unsure: tuple[int, ...] = ()


def installed() -> bool:
    """Whether pictures can be read here: the extra `ocr`."""
    return idcard.installed()


def pictured(reader: PdfReader) -> Iterator[int]:
    """Pages whose text alone does not tell what they show, from 1: with pictures, or drawn without any text."""
    for number, page in enumerate(reader.pages, 1):
        if page.images.keys() or (_draws(page) and not page.extract_text().strip()):
            yield number


def _draws(page: PageObject) -> bool:
    contents = page.get_contents()
    return contents is not None and bool(contents.get_data().strip())


def read(content: bytes, content_type: str, pages: int) -> Reading:
    """Read and screen a file with so many pages to look at. Seconds a page, and 600 MB while it runs."""
    kind = "pdf" if content_type == PDF else "picture"
    command = [sys.executable, "-m", WORKER, kind]
    seconds = min(SECONDS_A_PAGE * max(pages, 1), MOST_SECONDS)
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=seconds, check=True)  # noqa: S603 - our own program and one of two words
    except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
        return Reading(unsure=(0,))
    return screened(Page(number, tuple(texts), sure) for number, texts, sure in json.loads(done.stdout))


def screened(pages: Iterable[Page]) -> Reading:
    """What is found on them, line by line and in neighbouring lines together, as an address may run on."""
    unsure: list[int] = []
    for page in pages:
        for text in (*page.texts, *(" ".join(pair) for pair in zip(page.texts, page.texts[1:], strict=False))):
            if found := screening.screen(text, CELL):
                return Reading(page.number, found)
        if not page.sure:
            unsure.append(page.number)
    return Reading(unsure=tuple(unsure))
