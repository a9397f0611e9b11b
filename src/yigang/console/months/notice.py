"""The list that hangs out in the village: name, village, post, days, amount, and nothing else about anybody."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.months.sheet import own_lines, settlement_of
from yigang.console.pages import action, actor_of, page, paper
from yigang.console.papers.answer import pdf
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.foundation.access import may
from yigang.foundation.errors import Refusal
from yigang.notices import terms
from yigang.notices.domain.drafting import masked
from yigang.notices.enums import NoticeState
from yigang.payment.access import PUBLISH, READ_SETTLEMENTS
from yigang.payment.models import Settlement
from yigang.payment.settlement import hanging
from yigang.payment.settlement.village_list import DAYS, draft_list, notices_of, print_list, title_of
from yigang.policy.model import NoticePeriod

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def rows_of(settlement: Settlement, village: str) -> list[dict[str, Any]]:
    """The people of a list, by village and name, named by the county's rule. Who is undetermined has no amount."""
    lines = own_lines(settlement)
    lines = lines.filter(region_code=village) if village else lines
    names = regions.names({line.region_code for line in lines})
    hide = terms.rules_of(settlement.region_code).mask_names
    return [
        {
            "name": masked(line.person.name) if hide else line.person.name,
            "village": names.get(line.region_code, line.region_code),
            "post": line.appointment.post.kind, "amount_fen": line.amount_fen,
            "days": next((line.trace[name] for name in DAYS if line.trace.get(name) is not None), None),
        }
        for line in lines
    ]  # fmt: skip


def period_of(settlement: Settlement) -> NoticePeriod | None:
    """How long the policy lets the list hang; None also when the policy cannot be read, which the sheet says."""
    try:
        return hanging.period_of(settlement)
    except Refusal:
        return None


@page(READ_SETTLEMENTS)
def page_of_village(request: HttpRequest, pk: int) -> HttpResponse:
    """An A4 page to print, of one village or of the whole town."""
    settlement = settlement_of(request, pk)
    village = request.GET.get("village", "")
    rows = rows_of(settlement, village)
    places = regions.names([village or settlement.region_code])
    context = {
        "settlement": settlement, "rows": rows, "place": places.get(village or settlement.region_code, ""),
        "total_fen": sum(row["amount_fen"] or 0 for row in rows), "until": hanging.last_days([settlement])[settlement.pk],
        "village": village, "period": period_of(settlement),
        "notice": notices_of(settlement).exclude(state=NoticeState.TAKEN_DOWN).first(),
        "hang": may(actor_of(request), PUBLISH, settlement.region_code),
    }  # fmt: skip
    return render(request, "console/months/notice.html", context)


@action(READ_SETTLEMENTS)
def to_public_site(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Write the list as a notice; its page is where it is looked at and published."""
    notice = draft_list(settlement_of(request, pk), actor=actor_of(request))
    messages.success(request, _("The list is a draft notice now. Look at it, then publish it."))
    return redirect("console:notice", pk=notice.pk)


@paper(READ_SETTLEMENTS)
def posted(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a PDF for the wall."""
    settlement = settlement_of(request, pk)
    made = print_list(settlement, village=request.GET.get("village", ""), actor=actor_of(request))
    return pdf(made, title_of(settlement))


@page(READ_SETTLEMENTS)
def workbook(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as a workbook."""
    settlement = settlement_of(request, pk)
    rows = rows_of(settlement, request.GET.get("village", ""))
    title = _("%(programme)s: list of %(month)s") % {
        "programme": settlement.programme,
        "month": f"{settlement.month:%Y-%m}",
    }
    columns = [
        Column(_("Name")), Column(_("Village")), Column(_("Post")), Column(_("Days"), "integer"),
        Column(_("Amount (yuan)"), "money"),
    ]  # fmt: skip
    values = [[row["name"], row["village"], row["post"], row["days"], row["amount_fen"]] for row in rows]
    sheet = Sheet(f"{settlement.month:%Y-%m}", columns, values, titles=[title])
    content = workbook_bytes([sheet], created=settlement.calculated_at or timezone.now())
    disposition = content_disposition_header(True, f"{settlement.programme.code}-{settlement.month:%Y-%m}.xlsx") or ""
    return HttpResponse(content, content_type=XLSX, headers={"Content-Disposition": disposition})
