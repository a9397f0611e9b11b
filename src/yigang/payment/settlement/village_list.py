"""The month's list as a notice: name, village, post, days and amount on the public site, beside the paper in the village."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import money, regions
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.foundation.papers import Paper
from yigang.foundation.wording import chinese
from yigang.notices import queries
from yigang.notices.domain import Row, discard_draft, draft_notice, take_down
from yigang.notices.enums import NoticeKind, NoticeState
from yigang.notices.models import Notice
from yigang.notices.papers import Posted, lines_of, typeset_posted
from yigang.payment.access import PUBLISH, READ_SETTLEMENTS
from yigang.payment.enums import LineKind, Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import hanging

WORKING_DAYS = 7
"""How long a pay list hangs on the public site where the policy asks for no time. A rule of one district, kept as the usual."""
DAYS = ("驻村天数", "出勤天数")
"""The measure shown as days: the policy's own, days in the village before days present."""
ABOUT = "payment.settlement"
PENDING = "待定"
COLUMNS_SHOWN = ("name", "village", "post", "days", "amount_fen")
NOT_HUNG_OUT = "核算稿，尚未公示"


@transaction.atomic
def draft_list(settlement: Settlement, *, actor: User) -> Notice:
    """Write the notice of a month whose lists hang out. It is published with the notices' own verb, maybe by another."""
    require(actor, PUBLISH, settlement.region_code)
    settlement = Settlement.objects.select_for_update().get(pk=settlement.pk)
    if settlement.step == Step.SEALED or settlement.published_at is None:
        raise Refusal(
            _("The month's lists do not hang out now."), code="not_hung_out", remedy=_("Publish the month first.")
        )
    live = notices_of(settlement).exclude(state=NoticeState.TAKEN_DOWN).first()
    if live is not None:
        raise Refusal(
            _("This month's list is a notice already: %(notice)s"), {"notice": str(live)}, code="listed_already",
            remedy=_("If its rows are wrong, take that one down first."),
        )  # fmt: skip
    period = hanging.period_of(settlement)
    return draft_notice(
        NoticeKind.PAYMENT_LIST, title_of(settlement), region_code=settlement.region_code,
        programme=settlement.programme, rows=[row_of(line) for line in _lines(settlement)],
        opens=timezone.localdate(settlement.published_at),
        working_days=period.working_days if period else WORKING_DAYS, about=(ABOUT, settlement.pk), actor=actor,
    )  # fmt: skip


def print_list(settlement: Settlement, *, village: str = "", actor: User) -> Paper:
    """The list on A4 for the wall, of one village when one is named, by the notices' rules."""
    require(actor, READ_SETTLEMENTS, settlement.region_code)
    lines = _lines(settlement)
    lines = lines.filter(region_code=village) if village else lines
    rows = [row_of(line) for line in lines]
    fields = [*COLUMNS_SHOWN, *(["result"] if any(row.amount_fen is None for row in rows) else [])]
    return typeset_posted(
        Posted(
            title_of(settlement), regions.name_of(settlement.region_code), fields,
            lines_of(rows, settlement.region_code, fields), text=[regions.name_of(village)] if village else [],
            closing=[_sum_of(rows), *_term_of(settlement)], day=chinese(timezone.localdate(settlement.published_at))
            if settlement.published_at else "", mark="" if settlement.published_at else NOT_HUNG_OUT,
        )
    )  # fmt: skip


def title_of(settlement: Settlement) -> str:
    return f"{settlement.programme.name}{settlement.month.year}年{settlement.month.month}月补助发放公示"


@transaction.atomic
def withdraw(settlement: Settlement, *, actor: User) -> None:
    """The month was sent back, and what hangs out no longer holds: take its notice down, throw a draft of it away."""
    reason = _("The month was sent back: %(reason)s") % {"reason": settlement.returned_reason}
    for notice in notices_of(settlement).exclude(state=NoticeState.TAKEN_DOWN):
        if notice.state == NoticeState.DRAFT:
            discard_draft(notice, actor=actor)
        else:
            take_down(notice, reason=reason, actor=actor)


def notices_of(settlement: Settlement) -> QuerySet[Notice]:
    """The notices that were written about a month; newest first."""
    return queries.notices_about(ABOUT, settlement.pk)


def row_of(line: SubsidyLine) -> Row:
    """A person's line. Who is undetermined has no amount and says so."""
    return Row(
        line.person.name, post=line.appointment.post.kind, amount_fen=line.amount_fen, days=days_of(line),
        extra={"result": PENDING} if line.amount_fen is None else {}, region_code=line.region_code,
        subject=("payment.subsidyline", line.pk),
    )  # fmt: skip


def days_of(line: SubsidyLine) -> int | None:
    """Whole days of the measure that the policy speaks of; nothing when it counts halves or is not known."""
    value = next((line.trace[name] for name in DAYS if (line.trace or {}).get(name) is not None), None)
    return int(value) if isinstance(value, int | float) and float(value).is_integer() else None


def _lines(settlement: Settlement) -> QuerySet[SubsidyLine]:
    rows = SubsidyLine.objects.filter(settlement=settlement, kind=LineKind.REGULAR, month=settlement.month)
    return rows.select_related("person", "appointment__post").order_by("region_code", "person__pinyin", "pk")


def _sum_of(rows: list[Row]) -> str:
    pending = sum(row.amount_fen is None for row in rows)
    return (
        f"共 {len(rows)} 人，合计 {money.show(sum(row.amount_fen or 0 for row in rows))} 元"
        + (f"，另有 {pending} 人待定" if pending else "") + "。"
    )  # fmt: skip


def _term_of(settlement: Settlement) -> list[str]:
    """How long it hangs, where that is known, and where to object."""
    until = hanging.last_days([settlement])[settlement.pk]
    term = f"公示至{chinese(until)}。" if until else ""
    return [f"{term}对名单有异议的，请在公示期内向村民委员会或者乡镇人民政府反映，可以不署名。"]
