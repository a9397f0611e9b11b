"""Pages to say something: object to a notice, complain, suggest, and see by the receipt what became of it."""

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from yigang.foundation import regioncode
from yigang.foundation.errors import Refusal
from yigang.notices import domain, receipts
from yigang.notices.domain import Sender
from yigang.notices.enums import Decision, ObjectionKind, ObjectionState
from yigang.notices.models import Notice, NoticeRow, Objection
from yigang.public import gate, places
from yigang.public.forms import Asked, ComplaintForm, ReceiptForm, SenderForm
from yigang.public.models import PublicNotice, PublicRow
from yigang.public.pages import form, public_role, say, shown, status_of
from yigang.public.reading import notice_of

STATUS = ("kind", "state", "region_code", "notice_id", "received_on", "due_on", "decision", "answer", "answered_on")


@form
def objection(request: HttpRequest, pk: int) -> HttpResponse:
    """Object to a notice or to one row of it."""
    with public_role():
        one = notice_of(pk)
        row = _row(one, request.GET.get("row", ""))
    asked = SenderForm(request.POST or None)
    taken = _taken(request, asked, lambda data: _object(one, row, data))
    if taken:
        return _receipt_page(request, taken)
    context = {"notice": one, "row": row, "form": asked, "prefix": regioncode.prefix_of(one.region_code)}
    return shown(request, "object.html", context, status_of(asked))


@form
def complaint(request: HttpRequest, prefix: str) -> HttpResponse:
    """Complain about the work of a region, or suggest something."""
    with public_role():
        name = places.known_name(prefix) if len(prefix) in regioncode.LENGTHS.values() else None
    if name is None:
        raise Http404
    asked = ComplaintForm(request.POST or None)
    taken = _taken(request, asked, lambda data: _complain(prefix, data))
    if taken:
        return _receipt_page(request, taken)
    return shown(request, "complain.html", {"name": name, "prefix": prefix, "form": asked}, status_of(asked))


@form
def receipt(request: HttpRequest) -> HttpResponse:
    """What became of an objection, by its number. The number travels in the form, never in an address or a log."""
    asked = ReceiptForm(request.POST or None)
    found: dict[str, Any] | None = None
    if request.method == "POST" and asked.is_valid():
        try:
            gate.count(request, gate.LOOK_UP)
            found = _status_of(receipts.normalise(asked.cleaned_data["receipt"]))
        except Refusal as refusal:
            say(asked, refusal)
    return shown(request, "receipt.html", {"form": asked, "found": found}, status_of(asked))


def _taken(request: HttpRequest, asked: Asked, take: Callable[[dict[str, Any]], Objection]) -> Objection | None:
    """What was sent, taken; or None with the form saying why not."""
    if request.method != "POST":
        return None
    try:
        gate.admit(request, gate.WRITE)
        if asked.is_valid():
            return take(asked.cleaned_data)
    except Refusal as refusal:
        say(asked, refusal)
    asked.ask_again()
    return None


def _object(one: PublicNotice, row: PublicRow | None, data: dict[str, Any]) -> Objection:
    with domain.as_visitor(one.region_code):
        notice = Notice.objects.get(pk=one.pk)
        line = NoticeRow.objects.get(pk=row.pk) if row else None
        return domain.object_to(notice, line, data["text"], sender=Sender(data["name"], data["contact"]))


def _complain(prefix: str, data: dict[str, Any]) -> Objection:
    sender = Sender(data["name"], data["contact"])
    return domain.complain(ObjectionKind(data["kind"]), regioncode.pad(prefix), data["text"], sender=sender)


def _row(one: PublicNotice, text: str) -> PublicRow | None:
    if not text:
        return None
    row = one.rows.filter(pk=int(text)).first() if text.isdigit() and len(text) < 15 else None
    if row is None:
        raise Http404
    return row


def _receipt_page(request: HttpRequest, taken: Objection) -> HttpResponse:
    context = {"receipt": receipts.show(taken.receipt), "due_on": taken.due_on, "kind": taken.get_kind_display()}
    return shown(request, "taken.html", context, 201)


def _status_of(number: str) -> dict[str, Any]:
    """The state of one objection, asked of the database by its number; there is no way to list them."""
    if not receipts.is_sound(number):
        raise Refusal(
            _("This is no receipt number: a digit is wrong or missing."), field="receipt",
            remedy=_("It has fourteen digits. Compare them one by one."),
        )  # fmt: skip
    with public_role(), connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(STATUS)} FROM yigang_receipt(%s)", [number])  # noqa: S608 - fixed names
        row = cursor.fetchone()
    if row is None:
        raise Refusal(
            _("There is nothing under this number."), field="receipt",
            remedy=_("Compare it with your receipt, or ask where you handed it in."),
        )  # fmt: skip
    found = dict(zip(STATUS, row, strict=True))
    found["state_label"], found["kind_label"] = ObjectionState(found["state"]).label, ObjectionKind(found["kind"]).label
    found["decision_label"] = Decision(found["decision"]).label if found["decision"] else ""
    return found
