"""Duty letters: issued from the county down, signed in that order, with the signed copy on file."""

from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BelowFilter, ChoiceFilter, Column, Empty, FlagFilter, List, show
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.people.forms import Day, villages
from yigang.console.posts.posts import programmes
from yigang.console.regions import Reader
from yigang.console.tenure.pieces import Step, cleaned, place_of, tag
from yigang.console.tenure.tabs import Offer, frame
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.domain import store_paper
from yigang.foundation.models import User
from yigang.posts.models import Programme
from yigang.tenure import domain, dues
from yigang.tenure.access import KEEP_LETTERS, READ_TENURE
from yigang.tenure.enums import LetterLevel
from yigang.tenure.models import Appointment, DutyLetter

TEXT = (
    "为落实{项目}{年度}年度工作，{单位}向{上级}承诺：\n一、按办法选聘、管理和考核人员，不虚报、不冒领。\n"
    "二、按月核实出勤和工作，按时公示补贴。\n三、发现问题及时报告，按期整改。"
)


def state(row: DutyLetter) -> tuple[str, str]:
    """Signed, waiting for the level above, or to be signed."""
    if row.signed_on is not None:
        return "good", _now("Signed")
    if row.above is not None and row.above.signed_on is None:
        return "", _now("Waits for the level above")
    return "warn", _now("To be signed")


LETTERS = List(
    name="letters",
    title=_("Duty letters"),
    unit=_("letters"),
    rows=lambda _reader: DutyLetter.objects.select_related("programme", "above", "appointment__person"),
    columns=(
        Column("title", _("Title"), lambda row: row.title, sort=("title",), always=True),
        Column("year", _("Year"), lambda row: str(row.year), sort=("year",)),
        Column("level", _("Level"), lambda row: row.get_level_display()),
        Column("place", _("Region"), lambda row: row.place, sort=("region_code",)),
        Column("person", _("Post holder"), lambda row: row.appointment.person.name if row.appointment else ""),
        Column("programme", _("Programme"), lambda row: row.programme.name, shown=False),
        Column("signer", _("Signed by"), lambda row: row.signer),
        Column("signed", _("Signed on"), lambda row: row.signed_on, sort=("signed_on",), kind="date"),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row))),
    ),
    order=("-year", "region_code", "level"),
    filters=(
        BelowFilter(), ChoiceFilter("level", _("Level"), "level", LetterLevel.choices),
        ChoiceFilter("programme", _("Programme"), "programme", programmes),
        FlagFilter("signed", _("Signed"), lambda: Q(signed_on__isnull=False)),
    ),
    search=lambda rows, words: rows.filter(
        Q(title__contains=words) | Q(signer__contains=words) | Q(appointment__person__name__contains=words)
    ),
    search_hint=_("Title, signer or post holder"),
    prepare=regions.name_places,
    link=lambda row: reverse("console:tenure-letter", args=[row.pk]),
    empty=Empty(_("No duty letter was issued yet."), _("Issue a letter"), "console:tenure-letter-issue", KEEP_LETTERS),
)  # fmt: skip


def offices(reader: Reader) -> list[tuple[str, Any]]:
    """The offices of the region looked at: those above in the scope, itself, those directly below, its villages."""
    around = [(regioncode.pad(place.prefix), place.name) for place in (*reader.path, *reader.below)]
    return [*around, *villages(reader)]


class LetterForm(forms.Form):
    """For an office, or for everybody in post in a village."""

    programme = forms.ModelChoiceField(label=_("Programme"), queryset=Programme.objects.none())
    year = forms.IntegerField(label=_("Year"), min_value=2000, max_value=2100)
    region_code = forms.ChoiceField(label=_("Office"))
    holders = forms.BooleanField(
        label=_("For everybody in post there, not for the office"),
        required=False,
        help_text=_("Choose a village for that."),
    )
    title = forms.CharField(label=_("Title"), max_length=120, initial="{年度}年度责任书")
    text = forms.CharField(
        label=_("Letter text"), widget=forms.Textarea(attrs={"rows": 8}), initial=TEXT,
        help_text=_("Fields in braces are filled in: {单位} {年度} {项目} {上级} {姓名} {岗位}."),
    )  # fmt: skip

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        office, programme = self.fields["region_code"], self.fields["programme"]
        assert isinstance(office, forms.ChoiceField)
        assert isinstance(programme, forms.ModelChoiceField)
        office.choices, programme.queryset = offices(reader), Programme.objects.order_by("name")


class SignForm(forms.Form):
    signer = forms.CharField(label=_("Signed by"), max_length=60)
    on = forms.DateField(label=_("Signed on"), widget=Day)
    file = forms.FileField(label=_("Signed copy"), required=False, help_text=_("PDF, JPEG or PNG, at most 20 MB."))


@page(READ_TENURE)
def letters(request: HttpRequest) -> HttpResponseBase:
    offer = Offer(_("Issue a letter"), "tenure-letter-issue", "plus", KEEP_LETTERS)
    context = frame(actor_of(request), "tenure-letters", offer)
    return show(request, LETTERS, template="console/tenure/list.html", context=context)


@page(KEEP_LETTERS)
def issue(request: HttpRequest) -> HttpResponseBase:
    def save(data: dict[str, Any], actor: User) -> str:
        wording = domain.LetterText(data["title"], data["text"])
        people: list[Appointment | None] = [None]
        if data["holders"]:
            held = dues.in_post(timezone.localdate()).filter(
                programme=data["programme"], region_code=data["region_code"]
            )
            people = list(held.exclude(letters__year=data["year"]).select_related("person", "post"))
        for one in people:
            domain.issue_letter(
                data["programme"], data["year"], data["region_code"], wording, appointment=one, actor=actor
            )  # fmt: skip
        return reverse("console:tenure-letters")

    form = LetterForm(regions.reader(request), request.POST or None, initial={"year": timezone.localdate().year})
    return form_page(request, form, _now("Issue a letter"), save, back_to=reverse("console:tenure-letters"))


@page(READ_TENURE)
def one(request: HttpRequest, pk: int) -> HttpResponseBase:
    row = found(DutyLetter.objects.select_related("programme", "above", "appointment__person", "file"), pk=pk)
    facts = [
        (_("Level"), row.get_level_display()), (_("Region"), place_of(row.region_code)), (_("Programme"), row.programme),
        (_("Year"), str(row.year)), (_("Post holder"), row.appointment.person.name if row.appointment else ""),
        (_("Letter above"), row.above and f"{row.above.title} · {row.above.signed_on or _now('not signed')}"),
        (_("Signed by"), row.signer), (_("Signed on"), row.signed_on),
    ]  # fmt: skip
    why = may(actor_of(request), KEEP_LETTERS, row.region_code).why
    waits = _now("The letter of the level above is not signed yet.") if row.above and not row.above.signed_on else ""
    sign = Step(
        _now("Note the signature"),
        reverse("console:tenure-letter-sign", args=[row.pk]),
        "pencil",
        SignForm(),
        why or waits,
    )
    context = {
        "title": row.title, "state": state(row), "facts": facts, "text": f"{row.title}\n\n{row.text}", "printable": True,
        "steps": [] if row.signed_on else [sign], "files": [(_("Signed copy"), row.file)] if row.file else [],
        "back_to": reverse("console:tenure-letters"), "back_label": _("Duty letters"),
    }  # fmt: skip
    return render(request, "console/tenure/one.html", context)


@action(KEEP_LETTERS)
def sign(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, data, actor = (
        found(DutyLetter.objects.all(), pk=pk),
        cleaned(SignForm(request.POST, request.FILES)),
        actor_of(request),
    )
    upload = data["file"]
    file = upload and store_paper(upload.read(), name=upload.name, region_code=row.region_code, actor=actor)
    domain.sign_letter(row, data["signer"], on=data["on"], file=file or None, actor=actor)
    return redirect("console:tenure-letter", pk)
