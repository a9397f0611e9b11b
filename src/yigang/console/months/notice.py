"""The list that hangs out in the village: name, village, post, days, amount, and nothing else about anybody."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.months.sheet import own_lines, settlement_of
from yigang.console.pages import page
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.foundation import calendar, regioncode
from yigang.foundation.calendar import NotPublished
from yigang.foundation.models import CalendarOverride
from yigang.payment.access import READ_SETTLEMENTS
from yigang.payment.models import Settlement

WORKING_DAYS = 7
"""How long a list hangs out. A rule of one district (pay lists are published 7 working days), kept as the usual."""

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DAYS = ("驻村天数", "出勤天数")
"""The measure shown as days: the policy's own, days in the village before days present."""


def rows_of(settlement: Settlement, village: str) -> list[dict[str, Any]]:
    """The people of a list, by village and name. Who is undetermined has no amount."""
    lines = own_lines(settlement)
    lines = lines.filter(region_code=village) if village else lines
    names = regions.names({line.region_code for line in lines})
    return [
        {
            "name": line.person.name, "village": names.get(line.region_code, line.region_code),
            "post": line.appointment.post.kind, "amount_fen": line.amount_fen,
            "days": next((line.trace[name] for name in DAYS if line.trace.get(name) is not None), None),
        }
        for line in lines
    ]  # fmt: skip


def hangs_until(settlement: Settlement) -> Any:
    """The last day of the list, or None before it is published or when the calendar of that year is not known."""
    if settlement.published_at is None:
        return None
    day = timezone.localdate(settlement.published_at)
    county = regioncode.pad(regioncode.county_of(settlement.region_code))
    overrides = {
        one.date: (one.working, one.name) for one in CalendarOverride.objects.filter(region_code=county, date__gte=day)
    }
    try:
        return calendar.add_working_days(day, WORKING_DAYS, overrides)
    except NotPublished:
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
        "total_fen": sum(row["amount_fen"] or 0 for row in rows), "until": hangs_until(settlement), "village": village,
        "working_days": WORKING_DAYS,
    }  # fmt: skip
    return render(request, "console/months/notice.html", context)


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
