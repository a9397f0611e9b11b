"""Pictures that people hand in: looked at before they are opened, turned upright, written anew without their metadata.

A picture is decoded and encoded again, so that what is stored is a picture and nothing else: no position of the
telephone, no second file behind it, no program that calls itself `.jpg`.
"""

import io
import warnings
from dataclasses import dataclass
from math import isfinite

from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from yigang.foundation.errors import Refusal

FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_BYTES = 20 * 2**20
LARGEST_PIXELS = 60_000_000
"""The largest telephones make 50 megapixels; decoded, this is 180 MB."""
LONGEST_EDGE = 2_400
QUALITY = 85


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG of our own making."""

    content: bytes
    width: int
    height: int
    content_type: str = "image/jpeg"


def is_picture(content: bytes) -> bool:
    """Whether the first bytes are those of a picture that is taken."""
    return content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n")) or (
        content[:4] == b"RIFF" and content[8:12] == b"WEBP"
    )


def capture_of(content: bytes) -> dict[str, str | float]:
    """What a picture says of its taking: time, camera, position (degrees). Only its own words, which anybody can write."""
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
            exif = picture.getexif()
            details, place = exif.get_ifd(ExifTags.IFD.Exif), exif.get_ifd(ExifTags.IFD.GPSInfo)
    except (Image.DecompressionBombError, OSError, SyntaxError, ValueError):
        return {}
    words = {
        "taken": details.get(ExifTags.Base.DateTimeOriginal), "zone": details.get(ExifTags.Base.OffsetTimeOriginal),
        "maker": exif.get(ExifTags.Base.Make), "model": exif.get(ExifTags.Base.Model),
        "program": exif.get(ExifTags.Base.Software),
    }  # fmt: skip
    said: dict[str, str | float] = {
        name: str(word).replace("\x00", "").strip()[:80] for name, word in words.items() if word
    }
    for name, value, side, negative in (
        ("latitude", ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLatitudeRef, "S"),
        ("longitude", ExifTags.GPS.GPSLongitude, ExifTags.GPS.GPSLongitudeRef, "W"),
    ):
        degrees = _degrees(place.get(value))
        if degrees is not None:
            said[name] = -degrees if place.get(side) == negative else degrees
    return said


def _degrees(parts: object) -> float | None:
    """Degrees, minutes and seconds as EXIF writes them, as degrees; None when it is anything else."""
    try:
        degrees, minutes, seconds = (float(part) for part in parts)  # type: ignore[attr-defined] # as the file has it
        total = degrees + minutes / 60 + seconds / 3600
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    return round(total, 7) if isfinite(total) else None


def cleaned(
    content: bytes, *, longest_edge: int = LONGEST_EDGE, shortest_edge: int = 0, field: str = "file"
) -> Picture:
    """The picture upright, not larger than needed, without metadata; a `Refusal` says what is wrong with it.

    Edges are in pixels; a picture with an edge below `shortest_edge` shows too little and is refused.
    """
    if len(content) > LARGEST_BYTES:
        raise Refusal(
            _("The picture has %(size)d MB; at most %(most)d are taken."),
            {"size": len(content) // 2**20, "most": LARGEST_BYTES // 2**20}, code="picture_bytes", field=field,
            remedy=_("Take it in a smaller size."),
        )  # fmt: skip
    if not is_picture(content):
        raise Refusal(
            _("This is no picture: its content is not JPEG, PNG or WebP, whatever its name says."), code="no_picture",
            field=field,
        )  # fmt: skip
    try:
        picture = _opened(content, field)
        if min(picture.size) < shortest_edge:
            raise _too_small(picture, shortest_edge, field)
        return _written_anew(picture, longest_edge)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels(field) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        if isinstance(error, Refusal):
            raise
        raise Refusal(
            _("The picture is damaged and cannot be opened."), code="damaged_picture", field=field,
            remedy=_("Take it once more."),
        ) from error  # fmt: skip


def _opened(content: bytes, field: str) -> Image.Image:
    """The picture, its size asked before a pixel is decoded."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    if picture.width * picture.height > LARGEST_PIXELS:
        raise _too_many_pixels(field)
    return picture


def _too_many_pixels(field: str) -> Refusal:
    return Refusal(
        _("The picture has more than %(most)d million pixels."), {"most": LARGEST_PIXELS // 1_000_000},
        code="picture_pixels", field=field, remedy=_("Take it in a smaller size."),
    )  # fmt: skip


def _too_small(picture: Image.Image, least: int, field: str) -> Refusal:
    return Refusal(
        _("The picture is too small: %(width)d × %(height)d pixels; each edge needs %(least)d."),
        {"width": picture.width, "height": picture.height, "least": least}, code="picture_small", field=field,
        remedy=_("Hand in the original, not a preview."),
    )  # fmt: skip


def _written_anew(picture: Image.Image, longest_edge: int) -> Picture:
    picture.draft("RGB", (longest_edge, longest_edge))
    upright = ImageOps.exif_transpose(picture)
    upright.thumbnail((longest_edge, longest_edge))
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright.convert("RGB"), mask=upright.convert("RGBA").getchannel("A"))
    buffer = io.BytesIO()
    flat.save(buffer, "JPEG", quality=QUALITY, optimize=True)
    return Picture(buffer.getvalue(), flat.width, flat.height)
