"""One notice: as everybody sees it, its evidence, and what may be done with it now."""

from dataclasses import dataclass
from typing import Any

import segno
from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.notices.forms import (
    AttachmentForm,
    LookedForm,
    NoticeForm,
    PhotoForm,
    ReasonForm,
    RulesForm,
    TextForm,
)
from yigang.console.notices.listing import tag
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.regions import reader
from yigang.foundation import regioncode
from yigang.foundation.access import Capability, may, require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.notices import domain, pasted, queries, terms
from yigang.notices.access import (
    DRAFT_NOTICES,
    PHOTOGRAPH_NOTICES,
    PUBLISH_NOTICES,
    READ_NOTICES,
    READ_OBJECTIONS,
    SET_RULES,
)
from yigang.notices.domain.publishing import table, verify
from yigang.notices.domain.reading import refusal_of, to_look_at
from yigang.notices.enums import FilePurpose, NoticeState
from yigang.notices.models import Notice, NoticeFile

ROWS_SHOWN = 200


@dataclass(frozen=True)
class Step:
    """Something that may be done with a notice, or the reason why not."""

    label: str
    url: str
    icon: str
    why_not: str = ""
    form: Form | None = None
    post: bool = True
    danger: bool = False
    confirm: str = ""


@page(READ_NOTICES)
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    one = found(Notice.objects.select_related("author", "publisher", "closed_by", "taken_down_by"), pk=pk)
    rows = list(one.rows.all()[:ROWS_SHOWN])
    files = list(one.files.select_related("added_by"))
    actor = actor_of(request)
    context = {
        "notice": one, "state_tag": tag(one.state, one.get_state_display()), "table": table(one, rows),
        "count": one.rows.count(), "rows_shown": ROWS_SHOWN, "steps": steps(one, actor),
        "attachments": [file for file in files if file.purpose == FilePurpose.ATTACHMENT],
        "photos": [file for file in files if file.purpose == FilePurpose.WALL_PHOTO],
        "attachment_form": AttachmentForm(), "photo_form": PhotoForm(),
        "may_attach": one.state == NoticeState.DRAFT and may(actor, DRAFT_NOTICES, one.region_code),
        "may_photograph": may(actor, PHOTOGRAPH_NOTICES), "open": queries.is_open(one),
        "objections": list(one.objections.order_by("received_at")[:50]) if may(actor, READ_OBJECTIONS) else [],
        "late": one.published_at is not None and timezone.localdate(one.published_at) > one.opens,
        "digest_holds": verify(one) if one.rows_digest else None,
        "public_url": public_url(request, one), "villages": villages_of(one),
    }  # fmt: skip
    return render(request, "console/notices/notice.html", context)


def villages_of(one: Notice) -> list[tuple[str, str]]:
    """Code and name of the villages in the list, to print one of them."""
    codes = list(one.rows.order_by("region_code").values_list("region_code", flat=True).distinct())
    known = regions.names([*codes, *(f"{code[:9]}000" for code in codes)])
    return [(code, regions.full_name(code, known)) for code in codes]


def steps(one: Notice, actor: User) -> list[Step]:
    """What belongs to the notice's state, each with why it is not for this user or not yet, if it is not."""

    def address(name: str) -> str:
        return reverse(f"console:notice-{name}", args=[one.pk])

    def why_not(what: Capability) -> str:
        return may(actor, what, one.region_code).why

    own = ""
    if one.state == NoticeState.DRAFT and one.author_id == actor.pk and terms.rules_of(one.region_code).two_persons:
        own = _("You wrote this notice; in this county another person publishes it.")
    runs = "" if queries.term_over(one, timezone.localdate()) else _("The term still runs.")
    down = Step(_("Take down"), address("down"), "eye-off", why_not(PUBLISH_NOTICES), ReasonForm(), danger=True)
    ask = _("Everybody can read it from its first day on, and it cannot be changed any more. Publish?")
    return {
        NoticeState.DRAFT.value: [
            Step(_("Publish"), address("publish"), "check", why_not(PUBLISH_NOTICES) or own or unseen(one),
                 LookedForm.of(to_look_at(one)), confirm=ask),
            Step(_("Change the draft"), address("edit"), "pencil", why_not(DRAFT_NOTICES), post=False),
            Step(_("Throw the draft away"), address("discard"), "trash", why_not(DRAFT_NOTICES), danger=True,
                 confirm=_("Throw the draft away?")),
        ],
        NoticeState.PUBLISHED.value: [
            Step(_("Close"), address("close"), "check", why_not(PUBLISH_NOTICES) or runs), down,
        ],
        NoticeState.CLOSED.value: [down],
    }.get(one.state, [])  # fmt: skip


def unseen(one: Notice) -> str:
    """What an attachment shows, or that it is still being read, when this keeps the notice back."""
    files = one.files.filter(purpose=FilePurpose.ATTACHMENT)
    return next((f"{refusal} {refusal.remedy}" for file in files if (refusal := refusal_of(file))), "")


@page(DRAFT_NOTICES)
def new(request: HttpRequest) -> HttpResponseBase:
    def save(data: dict[str, Any], actor: User) -> str:
        rows = pasted.rows_of(data.pop("rows"), data["region_code"])
        made = domain.draft_notice(data.pop("kind"), data.pop("title"), rows=rows, actor=actor, **data)
        return reverse("console:notice", args=[made.pk])

    form = NoticeForm(reader(request), request.POST or None)
    return form_page(request, form, _("New notice"), save, back_to=reverse("console:notices"))


@page(DRAFT_NOTICES)
def edit(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = found(Notice.objects.all(), pk=pk)
    require(actor_of(request), DRAFT_NOTICES, one.region_code)
    address = reverse("console:notice", args=[pk])

    def save(data: dict[str, Any], actor: User) -> str:
        text = data.pop("rows")
        rows = pasted.rows_of(text, one.region_code) if text.strip() else None
        domain.revise_notice(one, data.pop("title"), rows=rows, actor=actor, **data)
        return address

    initial = {name: getattr(one, name) for name in ("title", "body", "opens", "working_days")}
    form = TextForm(request.POST or None, initial=initial)
    form.fields["rows"].label = _("New list (empty: the list stays)")
    return form_page(request, form, _("Change the draft"), save, back_to=address)


@action(READ_NOTICES)
def publish(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = found(Notice.objects.all(), pk=pk)
    one = domain.publish(one, looked=request.POST.get("looked") == "on", actor=actor_of(request))
    messages.success(request, _("Published as %(number)s.") % {"number": one.number})
    return redirect("console:notice", pk=pk)


@action(READ_NOTICES)
def close(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.close_notice(found(Notice.objects.all(), pk=pk), actor=actor_of(request))
    messages.success(request, _("The notice is closed."))
    return redirect("console:notice", pk=pk)


@action(READ_NOTICES)
def down(request: HttpRequest, pk: int) -> HttpResponseBase:
    one = found(Notice.objects.all(), pk=pk)
    domain.take_down(one, reason=request.POST.get("reason", ""), actor=actor_of(request))
    messages.success(request, _("The notice is no longer on the site; its evidence is kept."))
    return redirect("console:notice", pk=pk)


@action(DRAFT_NOTICES)
def discard(request: HttpRequest, pk: int) -> HttpResponseBase:
    domain.discard_draft(found(Notice.objects.all(), pk=pk), actor=actor_of(request))
    messages.success(request, _("The draft is gone."))
    return redirect("console:notices")


@action(DRAFT_NOTICES)
def attach(request: HttpRequest, pk: int) -> HttpResponseBase:
    one, upload = found(Notice.objects.all(), pk=pk), request.FILES.get("file")
    if upload is None:
        raise Refusal(_("Choose a file first."))
    domain.add_attachment(one, upload.read(), name=upload.name or "", actor=actor_of(request))
    messages.success(request, _("The file is attached. Look at it once more before publishing."))
    return redirect("console:notice", pk=pk)


@action(DRAFT_NOTICES)
def detach(request: HttpRequest, pk: int, file_pk: int) -> HttpResponseBase:
    file = found(NoticeFile.objects.select_related("notice"), pk=file_pk, notice_id=pk)
    domain.remove_attachment(file, actor=actor_of(request))
    return redirect("console:notice", pk=pk)


@action(PHOTOGRAPH_NOTICES)
def photograph(request: HttpRequest, pk: int) -> HttpResponseBase:
    one, upload = found(Notice.objects.all(), pk=pk), request.FILES.get("photo")
    if upload is None:
        raise Refusal(_("Choose a file first."))
    domain.add_photo(one, upload.read(), place=request.POST.get("place", ""), actor=actor_of(request))
    messages.success(request, _("The photo is kept with the notice."))
    return redirect("console:notice", pk=pk)


@page(READ_NOTICES)
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The A4 sheet of a notice in any state: for the wall before its first day, for the file afterwards."""
    one = found(Notice.objects.all(), pk=pk)
    url = public_url(request, one)
    context = {"notice": one, "table": table(one, list(one.rows.all())), "url": url}
    if one.state == NoticeState.PUBLISHED:
        context["qr"] = segno.make(url, error="m").svg_data_uri(scale=4, border=2)
    return render(request, "console/notices/sheet.html", context)


def public_url(request: HttpRequest, one: Notice) -> str:
    return request.build_absolute_uri(reverse("public:notice", args=[one.pk]))


@page(SET_RULES)
def rules(request: HttpRequest) -> HttpResponseBase:
    """The county's rules."""
    here = reader(request)
    county = regioncode.pad(regioncode.county_of(here.prefix or here.user.prefixes[0]).ljust(6, "0"))

    def save(data: dict[str, Any], actor: User) -> str:
        domain.set_rules(county, actor=actor, **data)
        return reverse("console:notices")

    form = RulesForm.of(terms.rules_of(county), request.POST or None)
    return form_page(request, form, _("Rules for notices"), save, back_to=reverse("console:notices"))
