"""Pictures that people hand in: what is taken, what is left of them, what is refused and why."""

import io
import struct
import zlib

import pytest
from PIL import Image
from tests.foundation.factories import picture

from yigang.foundation import pictures
from yigang.foundation.domain import store_paper, store_picture
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile

VILLAGE = "520403100201"
ORIENTATION, GPS = 0x0112, 0x8825


def with_exif(orientation: int = 6) -> bytes:
    """A photo of a telephone held upright: stored lying, with the place where it was taken."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[GPS] = {1: "N", 2: (26.0, 24.0, 0.0), 3: "E", 4: (106.0, 15.0, 0.0)}
    return picture(size=(400, 300), exif=exif.tobytes(), comment=b"found at home")


def bomb(edge: int = 50_000) -> bytes:
    """A PNG of few bytes that says it has 2.5 thousand million pixels."""
    head = struct.pack(">IIBBBBB", edge, edge, 8, 2, 0, 0, 0)

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")


def refused(content: bytes, **options: int) -> Refusal:
    with pytest.raises(Refusal) as caught:
        pictures.cleaned(content, **options)
    return caught.value


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_what_is_kept_is_a_jpeg_of_our_own(kind):
    kept = pictures.cleaned(picture(kind))
    assert (kept.width, kept.height, kept.content_type) == (300, 400, "image/jpeg")
    assert Image.open(io.BytesIO(kept.content)).format == "JPEG"


def test_it_is_turned_upright_and_says_nothing_of_where_it_was_taken():
    kept = pictures.cleaned(with_exif())
    again = Image.open(io.BytesIO(kept.content))
    assert again.size == (300, 400)
    assert not again.getexif()
    assert b"found at home" not in kept.content


def test_a_second_file_behind_the_picture_is_left_behind():
    assert b"<script>" not in pictures.cleaned(picture() + b"<script>alert(1)</script>").content


def test_a_large_picture_is_made_as_small_as_needed():
    kept = pictures.cleaned(picture(size=(4000, 3000)), longest_edge=1600)
    assert (kept.width, kept.height) == (1600, 1200)


def test_see_through_parts_become_white_not_black():
    buffer = io.BytesIO()
    Image.new("RGBA", (50, 50), (0, 0, 0, 0)).save(buffer, "PNG")
    kept = Image.open(io.BytesIO(pictures.cleaned(buffer.getvalue()).content))
    assert kept.getpixel((10, 10)) == (255, 255, 255)


def test_forty_megabytes_are_refused_with_the_limit_named():
    refusal = refused(picture() + b"\0" * (40 * 2**20))
    assert refusal.code == "picture_bytes"
    assert "40 MB" in str(refusal)
    assert "20" in str(refusal)


@pytest.mark.parametrize("content", [b"%PDF-1.7 named photo.jpg", b"", b"<svg/>", b"GIF89a", b"MZ\x90"])
def test_what_is_no_picture_by_its_content_is_refused(content):
    assert refused(content).code == "no_picture"


@pytest.mark.parametrize("edge", [8_000, 50_000])
def test_a_picture_bomb_is_refused_before_it_is_decoded(edge):
    assert refused(bomb(edge)).code == "picture_pixels"


def test_half_a_picture_is_refused():
    content = picture("PNG", colour="red")
    assert refused(content[: len(content) // 2]).code == "damaged_picture"
    assert refused(b"\xff\xd8\xff").code == "damaged_picture"


def test_a_thumbnail_is_refused_where_more_is_needed():
    refusal = refused(picture(size=(90, 119)), shortest_edge=120)
    assert refusal.code == "picture_small"
    assert "90 × 119" in str(refusal)


def test_the_file_kept_is_called_what_it_is(town_officer):
    stored = store_picture(picture("PNG"), name="C:\\照片\\张三.png", region_code=VILLAGE, actor=town_officer)
    assert (stored.name, stored.content_type) == ("张三.jpg", "image/jpeg")


class TestPapers:
    def test_a_pdf_is_kept_as_it_is(self, town_officer):
        stored = store_paper(b"%PDF-1.7\n", name="协议.jpg", region_code=VILLAGE, actor=town_officer)
        assert (stored.name, stored.content_type, stored.size) == ("协议.pdf", "application/pdf", 9)

    def test_a_photo_of_a_paper_is_a_paper(self, town_officer):
        stored = store_paper(with_exif(), name="协议.jpg", region_code=VILLAGE, actor=town_officer)
        assert stored.content_type == "image/jpeg"

    @pytest.mark.parametrize(
        ("content", "code"), [(b"PK\x03\x04", "no_paper"), (b"%PDF-" + b"\0" * (21 * 2**20), "paper_bytes")]
    )
    def test_anything_else_is_refused_and_nothing_is_kept(self, town_officer, content, code):
        with pytest.raises(Refusal) as caught:
            store_paper(content, name="证明.pdf", region_code=VILLAGE, actor=town_officer)
        assert caught.value.code == code
        assert not StoredFile.objects.exists()
