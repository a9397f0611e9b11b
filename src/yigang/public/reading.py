"""Pages to read: find one's village, its notices, one notice with its list, its printed sheet, its files."""

import io
from typing import Any

import segno
from django.core.files.storage import default_storage
from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from yigang.foundation import regioncode
from yigang.notices.columns import COLUMNS
from yigang.notices.enums import NoticeKind
from yigang.public import places, remembering
from yigang.public.models import PublicFile, PublicNotice, PublicRemoved, PublicRow
from yigang.public.pages import address, reading, shown

NOTICES_SHOWN, ROWS_SHOWN = 20, 100
LONGEST_WORDS = 40


@reading
def home(request: HttpRequest) -> HttpResponse:
    """Counties, or with one county its towns and villages at once: two taps to one's village, one when it is remembered."""
    codes = places.codes_with_notices()
    counties = places.counties(codes)
    towns = places.towns_of(counties[0].prefix, codes) if len(counties) == 1 else []
    latest = PublicNotice.objects.filter(open=True)[:5]
    last = None if "forget" in request.GET else remembering.remembered(request)
    context = {"counties": counties, "towns": towns, "latest": latest, "last": last}
    return remembering.differs(request, shown(request, "home.html", context))


@reading
def region(request: HttpRequest, prefix: str) -> HttpResponse:
    """The notices that concern a region; of a county also its towns and villages."""
    if len(prefix) not in regioncode.LENGTHS.values() or not (name := places.known_name(prefix)):
        raise Http404
    rows, asked = narrowed(request, places.concerning(prefix))
    towns = places.towns_of(prefix, places.codes_with_notices()) if len(prefix) in (6, 9) else []
    context = {
        "prefix": prefix, "name": name, "path": places.path_to(regioncode.pad(prefix)), "towns": towns,
        "page": page_of(request, rows, NOTICES_SHOWN), "kinds": NoticeKind.choices, "asked": asked,
    }  # fmt: skip
    return remembering.remember(request, shown(request, "region.html", context), prefix)


@reading
def programme(request: HttpRequest, pk: int) -> HttpResponse:
    """The notices of one programme."""
    rows = PublicNotice.objects.filter(programme_id=pk).order_by("-open", "-opens", "-id")
    newest = rows.first()
    if newest is None:
        raise Http404
    context = {"pk": pk, "name": newest.programme_name, "page": page_of(request, rows, NOTICES_SHOWN)}
    return shown(request, "programme.html", context)


@reading
def search(request: HttpRequest) -> HttpResponse:
    """Notices by words of their title, number, issuer or programme. Nobody's name is searched over all lists."""
    words = request.GET.get("q", "").strip()[:LONGEST_WORDS]
    rows = PublicNotice.objects.none()
    if words:
        rows = matching(PublicNotice.objects.order_by("-open", "-opens", "-id"), words)
    return shown(request, "search.html", {"words": words, "page": page_of(request, rows, NOTICES_SHOWN)})


@reading
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """What, where, until when, who, and how to object."""
    if gone := PublicRemoved.objects.filter(pk=pk).first():
        return removed(request, gone)
    one = notice_of(pk)
    words, village = request.GET.get("q", "").strip()[:LONGEST_WORDS], request.GET.get("village", "")
    rows = one.rows.filter(name__icontains=words) if words else one.rows.all()
    rows = rows.filter(region_code__startswith=village) if village.isdigit() else rows
    page = page_of(request, rows, ROWS_SHOWN)
    context = {
        "notice": one, "page": page, "table": table(one, page), "words": words, "village": village,
        "files": list(one.files.all()), "answers": list(one.answers.all()),
        "prefix": regioncode.prefix_of(one.region_code), "path": places.path_to(one.region_code),
        "searchable": one.open and (words or page.paginator.num_pages > 1),
    }  # fmt: skip
    return shown(request, "notice.html", context)


def removed(request: HttpRequest, one: PublicRemoved) -> HttpResponse:
    """Who scans the code of a sheet that still hangs is told that it no longer holds."""
    given = {"number": one.number, "day": one.removed_on}
    sentences = [_("%(number)s was taken down on %(day)s and no longer holds.") % given]
    if one.made_anew:
        sentences.append(
            _(
                "The month is being computed again. Its new list will hang here for its full time, and one may object to it."
            )
        )
    context = {"title": _("Taken down"), "sentences": sentences, "prefix": regioncode.prefix_of(one.region_code)}
    return shown(request, "message.html", context, status=410)


@reading
def printed(request: HttpRequest, pk: int) -> HttpResponse:
    """The A4 sheet for the wall, the whole list, with the QR code of this notice."""
    one = notice_of(pk)
    context = {"notice": one, "table": table(one, list(one.rows.all())), "url": absolute(request, one)}
    return shown(request, "printed.html", context)


@reading
def qr(request: HttpRequest, pk: int) -> HttpResponse:
    """The notice's address as a QR code."""
    buffer = io.BytesIO()
    segno.make(absolute(request, notice_of(pk)), error="m").save(buffer, kind="svg", scale=4, border=2, xmldecl=False)
    return HttpResponse(buffer.getvalue(), content_type="image/svg+xml")


@reading
def file(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:  # noqa: ARG001 - Django's signature
    """An attachment, given to be saved."""
    row = PublicFile.objects.filter(pk=file_pk, notice_id=pk).first()
    if row is None or not default_storage.exists(row.path):
        raise Http404
    response = FileResponse(
        default_storage.open(row.path), as_attachment=True, filename=row.name, content_type=row.content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def notice_of(pk: int) -> PublicNotice:
    one = PublicNotice.objects.filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


def absolute(request: HttpRequest, one: PublicNotice) -> str:
    return request.build_absolute_uri(address(request, "notice", one.pk))


def matching(rows: "QuerySet[PublicNotice]", words: str) -> "QuerySet[PublicNotice]":
    for word in words.split()[:5]:
        rows = rows.filter(
            Q(title__icontains=word) | Q(number__icontains=word) | Q(programme_name__icontains=word)
        )  # fmt: skip
    return rows


def narrowed(request: HttpRequest, rows: "QuerySet[PublicNotice]") -> tuple["QuerySet[PublicNotice]", dict[str, str]]:
    """The rows by the kind and the programme that are asked for, and what is asked."""
    kind, programme_pk = request.GET.get("kind", ""), request.GET.get("programme", "")
    if kind in NoticeKind.values:
        rows = rows.filter(kind=kind)
    if programme_pk.isdigit() and len(programme_pk) < 15:
        rows = rows.filter(programme_id=int(programme_pk))
    return rows, {"kind": kind, "programme": programme_pk}


def page_of(request: HttpRequest, rows: Any, size: int) -> Page[Any]:
    return Paginator(rows, size).get_page(request.GET.get("page"))


def table(one: PublicNotice, rows: Any) -> dict[str, Any]:
    """Headings and lines: each line's row and its cells with their columns."""
    columns = [(code, COLUMNS[code]) for code in one.fields]
    lines = [(row, [(column, value_of(row, code)) for code, column in columns]) for row in rows]
    return {"headings": [column for _code, column in columns], "lines": lines}


def value_of(row: PublicRow, code: str) -> Any:
    return getattr(row, code) if code in OWN else row.extra.get(code)


OWN = frozenset({"name", "village", "post", "amount_fen", "days"})
