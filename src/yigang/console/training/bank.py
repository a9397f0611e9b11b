"""The question bank: the list, one question, one added by hand, out of use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.console import regions
from yigang.console.lists import BulkAction, ChoiceFilter, Column, Empty, FlagFilter, List, bulk_view, show
from yigang.console.lists.spec import plain
from yigang.console.pages import action, actor_of, form_page, found, page
from yigang.console.tenure.pieces import ReasonForm, Step, cleaned, tag
from yigang.console.tenure.tabs import Offer
from yigang.console.training.tabs import frame
from yigang.foundation import regioncode
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.training import domain
from yigang.training.access import KEEP_BANK, READ_TRAINING
from yigang.training.enums import QuestionKind, Subject
from yigang.training.models import Question
from yigang.training.queries import questions

TRUTHS = {"A": _("True"), "B": _("False")}


def state(row: Question) -> tuple[str, str]:
    return ("", _now("Out of use")) if row.retired_at else ("good", _now("In use"))


def right_words(row: Question) -> str:
    """The right answer as people say it."""
    return str(TRUTHS[row.right[0]]) if row.kind == QuestionKind.TRUTH else "".join(row.right)


BANK = List(
    name="training-bank",
    title=_("Question bank"),
    unit=_("test questions"),
    rows=lambda _reader: questions(),
    columns=(
        Column("text", _("Test question"), lambda row: row.text, wrap=True, always=True, sort=("text",)),
        Column("subject", _("Subject"), lambda row: row.get_subject_display(), sort=("subject",)),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), sort=("kind",)),
        Column("options", _("Options"), lambda row: "；".join(row.options), wrap=True, shown=False),
        Column("right", _("Right answer"), right_words),
        Column("source", _("Source"), lambda row: row.source, wrap=True, sort=("source",)),
        Column("picture", _("Picture"), lambda row: row.has_picture, shown=False),
        Column("added", _("Added at"), lambda row: row.added_at, sort=("added_at",), shown=False),
        Column("state", _("State"), lambda row: state(row)[1], show=lambda row: tag(*state(row)), sort=("retired_at",)),
    ),
    order=("subject", "kind", "pk"),
    filters=(
        ChoiceFilter("subject", _("Subject"), "subject", Subject.choices),
        ChoiceFilter("kind", _("Kind"), "kind", QuestionKind.choices),
        FlagFilter("used", _("In use"), lambda: Q(retired_at=None)),
        FlagFilter("picture", _("Picture"), lambda: Q(has_picture=True)),
    ),
    search=lambda rows, words: rows.filter(Q(text__contains=words) | Q(source__contains=words)),
    search_hint=_("Words of the question or its source"),
    link=lambda row: reverse("console:training-question", args=[row.pk]),
    actions=(BulkAction(_("Take out of use"), "console:training-questions-retire", KEEP_BANK, "trash"),),
    empty=Empty(_("The bank is empty."), _("Take in a table"), "console:import-new", KEEP_BANK),
    region_field="",
)  # fmt: skip


class QuestionForm(forms.Form):
    """One question. Options stand one to a line."""

    subject = forms.ChoiceField(label=_("Subject"), choices=Subject.choices)
    kind = forms.ChoiceField(label=_("Kind"), choices=QuestionKind.choices)
    text = forms.CharField(label=_("Test question"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    options = forms.CharField(
        label=_("Options"), required=False, widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One to a line, the first is A. Empty for a true-or-false question."),
    )  # fmt: skip
    right = forms.CharField(
        label=_("Right answer"), max_length=8, required=False,
        help_text=_("Letters such as A or AB; of a true-or-false question A is true and B is false."),
    )  # fmt: skip
    source = forms.CharField(label=_("Source"), max_length=200, help_text=_("Law and article, or standard."))


class PictureForm(forms.Form):
    picture = forms.FileField(label=_("Picture"), widget=forms.ClearableFileInput(attrs={"accept": "image/*"}))


@page(READ_TRAINING)
def bank(request: HttpRequest) -> HttpResponseBase:
    offers = (
        Offer(_("Add a question"), "training-question-new", "plus", KEEP_BANK),
        Offer(_("Take in a table"), "import-new", "upload", KEEP_BANK, query="kind=question"),
    )
    return show(
        request, BANK, template="console/tenure/list.html", context=frame(actor_of(request), "training-bank", *offers)
    )


@page(KEEP_BANK)
def new(request: HttpRequest) -> HttpResponseBase:
    def save(given: dict[str, Any], actor: User) -> str:
        options = [line.strip() for line in given["options"].splitlines() if line.strip()]
        asked = domain.Asked(
            Subject(given["subject"]), QuestionKind(given["kind"]), given["text"], options, given["right"].strip().upper(),
            given["source"],
        )  # fmt: skip
        region = regioncode.pad(regions.viewing(request) or actor.prefixes[0])
        (made,) = domain.add_questions(region, [asked], actor=actor)
        return reverse("console:training-question", args=[made.pk])

    form = QuestionForm(request.POST or None)
    return form_page(request, form, _now("Add a question"), save, back_to=reverse("console:training-bank"))


@page(READ_TRAINING)
def question(request: HttpRequest, pk: int) -> HttpResponseBase:
    row, actor = found(questions().select_related("added_by"), pk=pk), actor_of(request)
    context = {
        "title": row.text, "state": state(row), "facts": list(_facts(row)), "steps": list(_steps(row, actor)),
        "question": row, "back_to": reverse("console:training-bank"), "back_label": _("Question bank"),
    }  # fmt: skip
    return render(request, "console/training/question.html", context)


def _facts(row: Question) -> Iterator[tuple[Any, Any]]:
    yield _("Subject"), row.get_subject_display()
    yield _("Kind"), row.get_kind_display()
    yield from zip("ABCDEFGH", row.options, strict=False)
    yield _("Right answer"), right_words(row)
    yield _("Source"), row.source
    yield _("Added by"), f"{row.added_by.name} {plain(row.added_at)}"


def _steps(row: Question, actor: User) -> Iterator[Step]:
    if row.retired_at is None and may(actor, KEEP_BANK, row.region_code):
        address = reverse("console:training-illustrate", args=[row.pk])
        yield Step(_now("Give it a picture"), address, "photo", PictureForm())


@action(KEEP_BANK)
def illustrate(request: HttpRequest, pk: int) -> HttpResponseBase:
    given = cleaned(PictureForm(request.POST, request.FILES))
    domain.illustrate(found(Question.objects.all(), pk=pk), given["picture"].read(), actor=actor_of(request))
    return redirect("console:training-question", pk)


@page(READ_TRAINING)
def picture(request: HttpRequest, pk: int) -> HttpResponseBase:  # noqa: ARG001 - a view's signature
    """The picture of a question, made anew by us from what was handed in."""
    row = found(Question.objects.filter(picture__isnull=False), pk=pk)
    assert row.picture is not None
    response = HttpResponse(bytes(row.picture), content_type="image/jpeg")
    response["X-Content-Type-Options"] = "nosniff"
    return response


def retired(rows: list[Question], given: dict[str, Any], actor: User) -> list[str]:
    domain.retire_questions(rows, given["reason"], actor=actor)
    return [_now("Out of use")] * len(rows)


retire = bulk_view(
    BANK, "console:training-bank", KEEP_BANK, retired, title=_("Take these questions out of use"),
    done=_("%(count)d questions are out of use."), name=lambda row: row.text, before=lambda row: state(row)[1],
    form=ReasonForm,
)  # fmt: skip
