"""Writing a notice. Nothing is public yet, but what may never be public is refused here already, by row and column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, names, regioncode, regions
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.notices import screening, terms
from yigang.notices.access import DRAFT_NOTICES, SET_RULES
from yigang.notices.columns import COLUMNS, EXTRA, OWN, Value
from yigang.notices.enums import NoticeKind, NoticeState
from yigang.notices.models import Notice, NoticeRow, NoticeRules
from yigang.notices.screening import CELL, PRIVATE, PROSE
from yigang.posts.models import Programme

SHOWN = ("number", "kind", "title", "state", "opens", "closes")
RULES = ("mask_names", "two_persons", "answer_days", "complaint_days", "contact")
LARGEST_FEN = 100_000_000
"""A million yuan. Nobody is paid that much, and a phone number written as an amount is larger."""
LARGEST = 10_000
LONGEST_TITLE, LONGEST_BODY = 120, 10_000


@dataclass(frozen=True)
class Row:
    """A line to be published. `region_code` is the person's village, `subject` which object of the office it is about."""

    name: str
    village: str = ""
    post: str = ""
    amount_fen: int | None = None
    days: int | None = None
    extra: Mapping[str, Value] = field(default_factory=dict)
    region_code: str = ""
    subject: tuple[str, int] | None = None

    def cells(self) -> dict[str, Value]:
        """Every column with something in it."""
        own = {code: getattr(self, code) for code in OWN}
        return {code: value for code, value in {**own, **self.extra}.items() if value not in (None, "")}


@transaction.atomic
def draft_notice(
    kind: NoticeKind, title: str, *, region_code: str, programme: Programme | None = None, body: str = "",
    rows: Iterable[Row] = (), opens: date, working_days: int, actor: User, fields: Sequence[str] | None = None,
    about: tuple[str, int] | None = None,
) -> Notice:  # fmt: skip
    """A notice that only the office sees. `fields` are the columns shown, by default those that hold something.

    `opens` does not count: the term ends on the `working_days`-th working day after it.
    """
    require(actor, DRAFT_NOTICES, region_code)
    rows, rules = list(rows), terms.rules_of(region_code)
    notice = Notice(
        region_code=region_code, programme=programme, programme_name=programme.name if programme else "",
        kind=NoticeKind(kind), issuer=regions.name_of(region_code), contact=rules.contact, mask_names=rules.mask_names,
        about_type=about[0] if about else "", about_id=about[1] if about else None, author=actor,
    )  # fmt: skip
    _write(notice, title, body, opens, working_days)
    notice.fields = _columns(rows, fields)
    notice.save()
    _write_rows(notice, rows)
    after = {**audit.snapshot(notice, SHOWN), "rows": len(rows)}
    audit.record("notices.draft_notice", notice, actor=actor, after=after)
    return notice


@transaction.atomic
def revise_notice(
    notice: Notice, title: str, *, body: str, opens: date, working_days: int, rows: Iterable[Row] | None = None,
    actor: User,
) -> Notice:  # fmt: skip
    """Write a draft anew; with `rows` its list too. A published notice does not change: take it down, write another."""
    notice = locked(notice)
    require(actor, DRAFT_NOTICES, notice.region_code)
    require_state(notice, NoticeState.DRAFT)
    before = audit.snapshot(notice, SHOWN)
    _write(notice, title, body, opens, working_days)
    if rows is not None:
        rows = list(rows)
        notice.fields = _columns(rows, None)
        notice.rows.all().delete()
        _write_rows(notice, rows)
    notice.save()
    audit.record("notices.revise_notice", notice, actor=actor, before=before, after=audit.snapshot(notice, SHOWN))
    return notice


@transaction.atomic
def discard_draft(notice: Notice, *, actor: User) -> None:
    """Throw a draft away; the audit trail keeps that it was there."""
    notice = locked(notice)
    require(actor, DRAFT_NOTICES, notice.region_code)
    require_state(notice, NoticeState.DRAFT)
    audit.record("notices.discard_draft", notice, actor=actor, before=audit.snapshot(notice, SHOWN))
    notice.delete()


@transaction.atomic
def set_rules(
    region_code: str, *, mask_names: bool, two_persons: bool, answer_days: int, complaint_days: int, contact: str,
    actor: User,
) -> NoticeRules:  # fmt: skip
    """How a county publishes. Holds for notices that are written from now on."""
    require(actor, SET_RULES, region_code)
    if answer_days < 1 or complaint_days < 1:
        raise Refusal(_("An answer takes at least one working day."), code="answer_days", field="answer_days")
    screening.refuse(contact, PRIVATE, where=_("where objections are taken in person"), field="contact")
    rules = terms.rules_of(region_code)
    before = audit.snapshot(rules, RULES) if rules.pk else None
    rules.mask_names, rules.two_persons, rules.contact = mask_names, two_persons, contact.strip()
    rules.answer_days, rules.complaint_days = answer_days, complaint_days
    rules.save()
    audit.record("notices.set_rules", rules, actor=actor, before=before, after=audit.snapshot(rules, RULES))
    return rules


def locked(notice: Notice) -> Notice:
    """The notice as it is now, held until the transaction ends."""
    found = Notice.objects.select_for_update(of=("self",)).filter(pk=notice.pk).first()
    if found is None:
        raise Refusal(
            _("The draft “%(title)s” was thrown away meanwhile."), {"title": notice.title}, code="notice_gone",
            remedy=_("Go back to the list of notices."),
        )  # fmt: skip
    return found


def require_state(notice: Notice, *allowed: NoticeState) -> None:
    if notice.state not in allowed:
        states = " / ".join(str(state.label) for state in allowed)
        raise Refusal(
            _("The notice “%(title)s” is “%(state)s”; this needs: %(allowed)s."),
            {"title": notice.title, "state": notice.get_state_display(), "allowed": states}, code="notice_state",
        )  # fmt: skip


def refuse_personal_data(notice: Notice) -> None:
    """Look through title, text and every row once more; publishing asks again what writing asked."""
    _refuse_text(notice)
    for row in notice.rows.all():
        own = {code: getattr(row, code) for code in OWN}
        refuse_cells({**own, **row.extra}, row.position)


def refuse_cells(cells: Mapping[str, Value], number: int) -> None:
    """Refuse a row with a column that is not allowed, or a cell that holds what must not be public."""
    for code, value in cells.items():
        if code not in COLUMNS:
            raise Refusal(
                _("Row %(row)d has a column “%(column)s”, which may not be published."),
                {"row": number, "column": code}, code="forbidden_column", row=number, column=code,
                remedy=_("Allowed are: %s.") % _listed(),
            )  # fmt: skip
        if value not in (None, ""):
            _refuse_cell(code, value, number)


def masked(name: str) -> str:
    """`张三` → `张*`, `张小三` → `张*三`, `阿卜杜拉·买买提` → `阿******提`."""
    return name[:1] + "*" * max(1, len(name) - 2) + (name[-1] if len(name) > 2 else "")


def _write(notice: Notice, title: str, body: str, opens: date, working_days: int) -> None:
    if not title.strip():
        raise Refusal(_("The notice has no title."), code="title_missing", field="title")
    if len(title.strip()) > LONGEST_TITLE or len(body) > LONGEST_BODY:
        raise Refusal(_("The title or the text is too long."), code="too_long", field="title")
    if working_days < 1:
        raise Refusal(_("A notice lasts at least one working day."), code="working_days", field="working_days")
    notice.title, notice.body, notice.opens, notice.working_days = title.strip(), body.strip(), opens, working_days
    notice.closes = terms.last_day(notice.region_code, opens, working_days)
    _refuse_text(notice)


def _refuse_text(notice: Notice) -> None:
    screening.refuse(notice.title, PROSE, where=_("Title"), field="title")
    screening.refuse(notice.body, PROSE, where=_("Text"), field="body")
    screening.refuse(notice.contact, PRIVATE, where=_("where objections are taken in person"), field="contact")


def _columns(rows: Sequence[Row], wanted: Sequence[str] | None) -> list[str]:
    """The columns shown, in the order of the allow-list."""
    for number, row in enumerate(rows, 1):
        refuse_cells(row.cells(), number)
    filled = {code for row in rows for code in row.cells()}
    return [code for code in COLUMNS if code in filled and (wanted is None or code in wanted)]


def _write_rows(notice: Notice, rows: Sequence[Row]) -> None:
    NoticeRow.objects.bulk_create([_row(notice, row, number) for number, row in enumerate(rows, 1)], batch_size=1_000)


def _row(notice: Notice, row: Row, number: int) -> NoticeRow:
    name = names.normalise(row.name)
    if not name:
        raise Refusal(_("Row %(row)d has no name."), {"row": number}, code="name_missing", row=number, column="name")
    village = row.region_code or notice.region_code
    if not village.startswith(regioncode.prefix_of(notice.region_code)):
        raise Refusal(
            _("Row %(row)d lies outside the region of the notice."), {"row": number}, code="row_outside", row=number
        )
    extra = {code: row.extra[code] for code in EXTRA if row.extra.get(code) not in (None, "")}
    return NoticeRow(
        region_code=village, notice=notice, position=number, name=name[:60],
        shown_name=masked(name[:60]) if notice.mask_names else name[:60], village=row.village or _village(row),
        post=row.post, amount_fen=row.amount_fen, days=row.days, extra=extra,
        subject_type=row.subject[0] if row.subject else "", subject_id=row.subject[1] if row.subject else None,
    )  # fmt: skip


def _village(row: Row) -> str:
    return regions.name_of(row.region_code) if row.region_code else ""


def _refuse_cell(code: str, value: Any, number: int) -> None:
    allowed = COLUMNS[code]
    screening.refuse(value, CELL, where=allowed.label, row=number)
    largest = LARGEST_FEN if code == "amount_fen" else LARGEST
    wrong = (
        not isinstance(value, str) or len(value) > allowed.longest
        if allowed.kind == "text"
        else isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= largest
    )
    if wrong:
        raise Refusal(
            _("Row %(row)d, column “%(column)s”: “%(value)s” cannot be published there."),
            {"row": number, "column": allowed.label, "value": str(value)[:20]}, code="cell", row=number, column=code,
        )  # fmt: skip


def _listed() -> str:
    return "、".join(str(allowed.label) for allowed in COLUMNS.values())
