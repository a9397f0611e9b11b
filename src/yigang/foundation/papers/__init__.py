"""Papers: PDF/A-2b made by Typst from a template of ours and data, with the font embedded.

Data goes in as JSON and is set as text, so a name that holds `#`, `[` or `$` comes out as it was written. Signs that no
font has are set as 〓, as printers do, and named in the paper and to the caller: nothing is left blank in silence.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import segno
import typst
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from yigang.foundation.models import User
from yigang.foundation.papers import fonts

HOUSE = Path(__file__).parent / "house.typ"
PDF = "application/pdf"
STANDARD: Final = "a-2b"
GETA = "〓"
"""What printers set for a sign that they do not have."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A PDF, and the signs that had to be set as 〓 and must be written by hand."""

    content: bytes
    missing: tuple[str, ...] = ()


def typeset(template: Path, data: Mapping[str, Any], *, pictures: Mapping[str, bytes] | None = None) -> Paper:
    """Fill a template. It reads `data` as `sys.inputs.data` and pictures by the names they are given here.

    The compiler sees a folder of its own that holds nothing else, and no font but ours and the office's.
    """
    plain = json.loads(json.dumps(data, cls=DjangoJSONEncoder))
    missing = tuple(sorted(set(_text_of(plain)) - fonts.signs()))
    if missing:
        plain = _replaced(plain, str.maketrans(dict.fromkeys(missing, GETA)))
    plain["missing"] = [f"U+{ord(sign):04X}" for sign in missing]
    with tempfile.TemporaryDirectory(prefix="yigang-paper-") as folder:
        root = Path(folder)
        shutil.copy(HOUSE, root / "house.typ")
        main = Path(shutil.copy(template, root / "main.typ"))
        for name, content in (pictures or {}).items():
            (root / name).write_bytes(content)
        compiler = typst.Compiler(root=str(root), font_paths=fonts.folders(), ignore_system_fonts=True)
        made = compiler.compile(
            input=str(main), format="pdf", pdf_standards=[STANDARD], timestamp=int(timezone.now().timestamp()),
            sys_inputs={"data": json.dumps(plain, ensure_ascii=False), "fonts": json.dumps(fonts.families())},
        )  # fmt: skip
    assert isinstance(made, bytes)
    return Paper(made, missing)


def qr(address: str) -> bytes:
    """A QR code as SVG, without the quiet zone. One mask is given, since trying all eight takes ten times as long."""
    code = segno.make_qr(address, error="m", mask=2, boost_error=False)
    buffer = io.BytesIO()
    code.save(buffer, kind="svg", border=0, xmldecl=False, nl=False)
    return buffer.getvalue()


def printed_by(actor: User) -> str:
    """When and by whom, for the foot of a paper."""
    return f"{timezone.localtime():%Y-%m-%d %H:%M} {actor.name}"


def _text_of(value: Any) -> str:
    """Every sign of every text in plain JSON; those that are never drawn left out."""
    if isinstance(value, str):
        return "".join(sign for sign in value if fonts.is_drawn(sign))
    if isinstance(value, dict):
        return "".join(map(_text_of, value.values()))
    return "".join(map(_text_of, value)) if isinstance(value, list) else ""


def _replaced(value: Any, table: dict[int, str]) -> Any:
    if isinstance(value, str):
        return value.translate(table)
    if isinstance(value, dict):
        return {key: _replaced(one, table) for key, one in value.items()}
    return [_replaced(one, table) for one in value] if isinstance(value, list) else value
