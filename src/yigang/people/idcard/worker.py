"""A process of its own that reads one picture from its input and writes lines of text as JSON; then its memory is free.

The models lie in the wheel, so nothing is fetched and nothing leaves the machine.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

import numpy as np
from PIL import Image
from rapidocr import RapidOCR

from yigang.people.idcard.parse import Line, parse

TURNS = (0, 270, 90, 180)
"""Degrees; a telephone held upright gives a card that lies on its side."""


def reader() -> Any:
    """The models, loaded once for a process."""
    return RapidOCR(params={"Global.log_level": "critical"})


def lines_of(models: Any, picture: Image.Image) -> list[tuple[float, float, float, str, float]]:
    """The lines of text that a picture shows, as the fields of `Line`."""
    found = models(np.array(picture.convert("RGB")))
    if found.boxes is None:
        return []
    return [
        (float(box[:, 0].min()), float(box[:, 1].min()), float(np.ptp(box[:, 1])), text, float(score))
        for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
    ]


def main() -> None:
    picture = Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("RGB")
    models = reader()
    turns = []
    for degrees in TURNS:
        lines = lines_of(models, picture.rotate(degrees, expand=True))
        turns.append(lines)
        read = parse([Line(*line) for line in lines])
        if read is not None and read.name and read.number:
            break
    sys.stdout.write(json.dumps(turns))


if __name__ == "__main__":
    main()
