"""Pictures are written anew: upright, without metadata, not larger than needed; what is none is refused before it is opened."""

import io

import pytest
from PIL import Image

from yigang.foundation import pictures
from yigang.foundation.errors import Refusal

ORIENTATION, ARTIST = 0x0112, 0x013B


def made(size: tuple[int, int] = (40, 20), kind: str = "JPEG", mode: str = "RGB", **exif: int) -> bytes:
    buffer, data = io.BytesIO(), Image.Exif()
    data[ARTIST] = "somebody"
    for name, value in exif.items():
        data[{"orientation": ORIENTATION}[name]] = value
    Image.new(mode, size, 1 if mode == "1" else "red").save(buffer, kind, exif=data)
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_every_kind_becomes_a_jpeg_without_metadata(kind):
    clean = pictures.cleaned(made(kind=kind))
    assert clean.content.startswith(b"\xff\xd8\xff")
    assert b"somebody" not in clean.content
    assert not Image.open(io.BytesIO(clean.content)).getexif()


def test_a_picture_taken_sideways_stands_upright():
    assert (pictures.cleaned(made((40, 20), orientation=6)).width, 40) == (20, 40)


def test_a_large_picture_is_made_smaller_and_a_small_one_is_left():
    assert max(pictures.cleaned(made((3_000, 1_000))).width, 0) == pictures.LONGEST_EDGE
    assert pictures.cleaned(made((40, 20))).width == 40


def test_transparent_becomes_white():
    clean = pictures.cleaned(made(kind="PNG", mode="RGBA"))
    assert Image.open(io.BytesIO(clean.content)).mode == "RGB"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"%PDF-1.7", "no_picture"), (b"", "no_picture"), (b"GIF89a", "no_picture"), (made()[:60], "damaged_picture"),
        (b"\xff\xd8\xff" + b"x" * (41 * 2**20), "picture_bytes"), (made((9_000, 9_000), "PNG", "1"), "picture_pixels"),
    ],
    ids=["a PDF named .jpg", "nothing", "a GIF", "half a picture", "41 MB", "a bomb"],
)  # fmt: skip
def test_what_is_no_picture_is_refused_in_words(content, code):
    with pytest.raises(Refusal) as caught:
        pictures.cleaned(content, field="photo")
    assert (caught.value.code, caught.value.field) == (code, "photo")
