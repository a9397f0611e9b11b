"""A process of its own that reads one picture from its input and writes lines of text as JSON; then its memory is free.

The models lie in the wheel, so nothing is fetched and nothing leaves the machine.
"""

from __future__ import annotations

import io
import json
import sys

import numpy as np
from PIL import Image
from rapidocr import RapidOCR

from yigang.people.idcard.parse import Line, parse

TURNS = (0, 270, 90, 180)
"""Degrees; a telephone held upright gives a card that lies on its side."""


def main() -> None:
    picture = Image.open(io.BytesIO(sys.stdin.buffer.read())).convert("RGB")
    reader = RapidOCR(params={"Global.log_level": "critical"})
    turns = []
    for degrees in TURNS:
        found = reader(np.array(picture.rotate(degrees, expand=True)))
        lines = [
            (float(box[:, 0].min()), float(box[:, 1].min()), float(np.ptp(box[:, 1])), text, float(score))
            for box, text, score in zip(found.boxes, found.txts, found.scores, strict=True)
        ] if found.boxes is not None else []  # fmt: skip
        turns.append(lines)
        read = parse([Line(*line) for line in lines])
        if read is not None and read.name and read.number:
            break
    sys.stdout.write(json.dumps(turns))


if __name__ == "__main__":
    main()
