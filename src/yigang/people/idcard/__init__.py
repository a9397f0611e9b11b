"""The photo of an identity card fills a form: read on this machine, in a process of its own, kept nowhere.

What is read are proposals. A field that does not agree with the number's check digit, birth date or sex stays empty and
says why, and a person confirms each of the others.
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys

from django.utils.translation import gettext_lazy as _

from yigang.foundation import pictures
from yigang.foundation.errors import Refusal
from yigang.people.idcard.parse import Line, Reading, parse

LEAST_EDGE = 300
"""Pixels of a photo's shorter edge; below, plausible but wrong names were read."""
SECONDS = 60
"""A photo takes one or two, on a busy machine many more; longer than this nobody is kept waiting."""
WORKER = "yigang.people.idcard.worker"


def installed() -> bool:
    """Whether reading is there: the extra `ocr`."""
    return importlib.util.find_spec("rapidocr") is not None and importlib.util.find_spec("onnxruntime") is not None


def checked(content: bytes) -> bytes:
    """A photo that can be looked at, upright and without what a telephone writes into it; raises `Refusal` for another."""
    if not installed():
        raise Refusal(
            _("Reading cards is not installed on this machine."), code="no_reading", field="photo",
            remedy=_("Fill the form by hand."),
        )  # fmt: skip
    return pictures.cleaned(content, longest_edge=1_600, shortest_edge=LEAST_EDGE, field="photo").content


def read(picture: bytes) -> Reading:
    """What a checked photo shows; a `Refusal` says why it shows no card. Takes a second or two, and 600 MB while it runs."""
    turns = _lines(picture)
    best: Reading | None = None
    for turn in turns:
        reading = parse(turn)
        if reading is not None and (best is None or reading.certainty > best.certainty):
            best = reading
    if best is None:
        raise Refusal(
            _("No identity card can be made out in this photo."), code="not_a_card", field="photo",
            remedy=_("Lay the side with the portrait flat, without glare, and let it fill the picture."),
        )  # fmt: skip
    if not best.name and not best.number:
        raise Refusal(
            _("There is a card, but it cannot be read: %(why)s"), {"why": "；".join(map(str, best.problems))},
            code="card_blurred", field="photo", remedy=_("Take it once more, sharp and in good light."),
        )  # fmt: skip
    return best


def _lines(content: bytes) -> list[list[Line]]:
    """The lines of text that a process of its own finds, for each way the picture was turned until one made sense."""
    command = [sys.executable, "-m", WORKER]
    try:
        done = subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=True)  # noqa: S603 - our own program
    except subprocess.TimeoutExpired as error:
        raise Refusal(
            _("The photo was not read within %(seconds)d seconds."), {"seconds": SECONDS}, code="reading_slow",
            field="photo", remedy=_("Send it again in a few seconds, or fill the form by hand."),
        ) from error  # fmt: skip
    except subprocess.CalledProcessError as error:
        raise Refusal(
            _("The photo could not be read."), code="reading_failed", field="photo", remedy=_("Fill the form by hand.")
        ) from error
    return [[Line(*line) for line in turn] for turn in json.loads(done.stdout)]
