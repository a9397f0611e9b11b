"""Pictures for tests, drawn here."""

import io

from PIL import Image


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (300, 400), *, colour: str = "teal", **options: object
) -> bytes:
    """A picture of one colour as a telephone would hand it in; `options` go to Pillow's `save`."""
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, kind, **options)
    return buffer.getvalue()
