"""A notice on A4 for the wall, and the list for posting (公示名单) of one village or of all.

Both are set from rows that went through the gate of the public site: allowed columns only, names as the county's rule shows
them. What is not published, or no longer, says so at the head of every page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy as _

from yigang.foundation import regions
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.foundation.papers import Paper, qr, typeset
from yigang.foundation.papers.listing import Heading, table
from yigang.foundation.wording import chinese
from yigang.notices import terms
from yigang.notices.access import READ_NOTICES
from yigang.notices.columns import COLUMNS, Value, written
from yigang.notices.domain.drafting import Row, masked, refuse_cells
from yigang.notices.domain.publishing import cells
from yigang.notices.enums import NoticeState
from yigang.notices.models import Notice

TEMPLATE = Path(__file__).parent / "notice.typ"
MARKS = {NoticeState.DRAFT.value: "草稿，尚未发布，不得张贴", NoticeState.TAKEN_DOWN.value: "已撤下，不得张贴"}
OBJECTIONS = "对名单有异议的，请在公示期内向村民委员会、乡镇人民政府反映，或者扫描二维码，可以不署名。"

Line = tuple[int, Sequence[Value]]
"""A person's number in the list and the cells of the columns shown."""


@dataclass(frozen=True)
class Posted:
    """What hangs on the wall. `address` is that of the public page, for its code; empty: none is set."""

    title: str
    issuer: str
    fields: Sequence[str]
    lines: Sequence[Line]
    number: str = ""
    text: Sequence[str] = ()
    closing: Sequence[str] = ()
    day: str = ""
    address: str = ""
    mark: str = ""


def print_notice(notice: Notice, address: str, *, actor: User) -> Paper:
    """The whole notice: text, list, term, how to object, and the code of its page on the public site."""
    _require_sight(notice, actor)
    text = [line.strip() for line in notice.body.splitlines() if line.strip()]
    return _of_notice(notice, notice.title, text, _lines(notice), address)


def print_list(notice: Notice, address: str, *, village: str = "", actor: User) -> Paper:
    """The list alone, of one village when one is named; everybody keeps the number in the notice."""
    _require_sight(notice, actor)
    lines = _lines(notice, village)
    if not lines:
        raise Refusal(_("The notice lists nobody there."), code="nobody", remedy=_("Choose another village."))
    place = regions.name_of(village) if village else notice.issuer
    return _of_notice(notice, f"{notice.title}名单", [f"{place}，{len(lines)} 人。"], lines, address)


def _require_sight(notice: Notice, actor: User) -> None:
    """What everybody may read on the site, offices below print too, to hang it out; a draft is its own office's."""
    everybodys = notice.state in (NoticeState.PUBLISHED, NoticeState.CLOSED)
    require(actor, READ_NOTICES, None if everybodys else notice.region_code)


def lines_of(rows: Sequence[Row], region_code: str, fields: Sequence[str]) -> list[Line]:
    """Rows that are no notice yet, as one would show them: refused for what may not be public, names by the rule."""
    hide = terms.rules_of(region_code).mask_names
    lines: list[Line] = []
    for number, row in enumerate(rows, 1):
        known: dict[str, Value] = row.cells()
        refuse_cells(known, number)
        shown = {**known, "name": masked(row.name) if hide else row.name}
        lines.append((number, [shown.get(code) for code in fields]))
    return lines


def typeset_posted(posted: Posted) -> Paper:
    """The PDF, in Chinese whatever the reader's language is."""
    with translation.override("zh-hans"):
        headings = [Heading(str(COLUMNS[code].label), COLUMNS[code].kind != "text") for code in posted.fields]
        cells_ = [
            [str(number), *(written(value, COLUMNS[code]) for code, value in zip(posted.fields, values, strict=True))]
            for number, values in posted.lines
        ]
        data: dict[str, Any] = {
            "title": posted.title, "number": posted.number, "text": list(posted.text), "closing": list(posted.closing),
            "table": table([Heading("序号"), *headings], cells_), "issuer": posted.issuer, "day": posted.day,
            "address": posted.address, "mark": posted.mark,
        }  # fmt: skip
    return typeset(TEMPLATE, data, pictures={"qr.svg": qr(posted.address)} if posted.address else {})


def _of_notice(notice: Notice, title: str, text: Sequence[str], lines: Sequence[Line], address: str) -> Paper:
    public = notice.state == NoticeState.PUBLISHED
    opens, closes = chinese(notice.opens), chinese(notice.closes)
    closing = [f"公示期：{opens}至{closes}（{notice.working_days} 个工作日）。", OBJECTIONS]
    if notice.contact:
        closing.append(f"受理地点：{notice.contact}")
    return typeset_posted(
        Posted(
            title, notice.issuer, notice.fields, lines, number=notice.number, text=text, closing=closing, day=opens,
            address=address if public else "", mark=MARKS.get(notice.state, ""),
        )
    )  # fmt: skip


def _lines(notice: Notice, village: str = "") -> list[Line]:
    rows = notice.rows.filter(region_code=village) if village else notice.rows.all()
    return [(row.position, cells(notice, row)) for row in rows]
