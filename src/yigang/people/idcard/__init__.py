"""The photo of an identity card fills a form: read on this machine, in a process of its own, kept nowhere.

One photo at a time is read on a machine, and not for long, so that whoever does something else there does not wait for it.

What is read are proposals. A field that does not agree with the number's check digit, birth date or sex stays empty and
says why, and a person confirms each of the others.
"""

from __future__ import annotations

import fcntl
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
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


def read(content: bytes) -> Reading:
    """What a photo shows; a `Refusal` says why it shows no card. Takes a second or two, and 600 MB while it runs."""
    if not installed():
        raise Refusal(
            _("Reading cards is not installed on this machine."), code="no_reading", field="photo",
            remedy=_("Fill the form by hand."),
        )  # fmt: skip
    picture = pictures.cleaned(content, longest_edge=1_600, shortest_edge=LEAST_EDGE, field="photo")
    with _alone():
        turns = _lines(picture.content)
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


@contextmanager
def _alone() -> Iterator[None]:
    """The only reading on this machine; a `Refusal` when there is another. The lock goes with the process that holds it."""
    with Path(settings.FILE_UPLOAD_TEMP_DIR, "idcard.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise Refusal(
                _("Another card is being read at this moment."), code="reading_busy", field="photo",
                remedy=_("Send it again in a few seconds, or fill the form by hand."),
            ) from error  # fmt: skip
        yield


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
