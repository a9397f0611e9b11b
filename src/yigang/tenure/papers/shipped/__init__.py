"""The Word templates that come along: one for each shipped policy, else the one of the programme's kind.

Their text stands beside this file, a paragraph a line, the title first, with the same fields as an office's own template. It
names no sum and no number of days: those are filled in from the policy (`待遇`, `出勤要求`), so that they cannot differ.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path
from typing import Any

from yigang.posts.enums import ProgrammeKind
from yigang.posts.models import Programme

FOLDER = Path(__file__).parent
OF_KIND = {
    ProgrammeKind.RANGER.value: "pingba-ranger", ProgrammeKind.VILLAGE_TEAM.value: "huaihua-team",
    ProgrammeKind.PUBLIC_WELFARE.value: "rural-post-400",
}  # fmt: skip
"""For a policy that brings no text of its own."""
TITLE, SIZE = 22, 16
"""Points: second and third size of GB/T 9704."""


def codes() -> list[str]:
    """The policies with a template of their own."""
    return sorted(file.stem for file in FOLDER.glob("*.txt"))


def code_of(programme: Programme) -> str:
    """Which of the texts a programme's agreements begin with."""
    known = codes()
    return programme.policy_code if programme.policy_code in known else OF_KIND.get(programme.kind, known[0])


def name_of(code: str) -> str:
    """Its title, which is the name of the template."""
    return _lines(code)[0]


@lru_cache(maxsize=16)
def document(code: str) -> bytes:
    """The Word document, laid out after GB/T 9704."""
    from docx import Document
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm

    made = Document()
    page = made.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.top_margin, page.bottom_margin, page.left_margin, page.right_margin = Cm(3.7), Cm(3.5), Cm(2.8), Cm(2.6)
    title, *clauses = _lines(code)
    _line(made, title, "方正小标宋简体", TITLE, WD_ALIGN_PARAGRAPH.CENTER)
    _line(made, "协议编号：{{协议编号}}", "仿宋_GB2312", SIZE, WD_ALIGN_PARAGRAPH.RIGHT)
    for clause in clauses:
        _line(made, clause, "仿宋_GB2312", SIZE, WD_ALIGN_PARAGRAPH.JUSTIFY, indent=True)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def _lines(code: str) -> list[str]:
    return (FOLDER / f"{code}.txt").read_text("utf-8").splitlines()


def _line(made: Any, text: str, font: str, size: int, align: Any, *, indent: bool = False) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    paragraph = made.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = Pt(28)
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.first_line_indent = Pt(size * 2) if indent else None
    run = paragraph.add_run(text)
    run.font.size, run.font.name = Pt(size), font
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # noqa: SLF001 - python-docx has no other door to this
