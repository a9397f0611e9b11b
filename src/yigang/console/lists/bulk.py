"""The page of a bulk action: what would happen to every chosen row, shown first; then all of it is done, or nothing.

The preview is the verb itself, done and rolled back, so it can promise nothing that the verb would refuse. What was
previewed is remembered by a digest: where the rows or the answers differ when the button is pressed, it is shown anew.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from yigang.console.pages import actor_of, sentence
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.models import User

AT_ONCE = 1_000
"""More rows than this in one transaction keep others waiting, and nobody reads so long a preview."""


@dataclass(frozen=True)
class Outcome:
    """What has become of one row: who it is, how it stood, how it stands."""

    row: str
    before: str
    after: str


@dataclass(frozen=True)
class Bulk:
    """A bulk action. `do(rows, answers, actor)` calls one verb for all rows and says what has become of each."""

    title: str
    button: str
    done: str
    """The message afterwards, with `%(count)d`."""
    do: Callable[[list[Any], dict[str, Any], User], list[Outcome]]
    back_to: str
    name: Callable[[Any], str] = str
    form: forms.Form | None = None
    headings: Sequence[str] = field(default_factory=lambda: (_("Concerned"), _("Now"), _("Afterwards")))
    list_id: str = ""
    """The section whose selection is used up when it is done."""
    total: Callable[[list[Any]], str] | None = None
    """What it comes to for all rows together, said above the preview."""
    most: int | None = None
    """More rows than `AT_ONCE`, where so many are one piece of work."""


def bulk_page(request: HttpRequest, bulk: Bulk, rows: list[Any]) -> HttpResponseBase:
    """Ask, show what would happen, do it. `bulk.form` is bound by `bound` when its answers are there."""
    if not rows:
        messages.info(request, _("Nothing was chosen."))
        return HttpResponseRedirect(bulk.back_to)
    view: dict[str, Any] = {"bulk": bulk, "rows": rows, "names": [bulk.name(row) for row in rows]}
    most = AT_ONCE if bulk.most is None else bulk.most
    if len(rows) > most:
        sentence_ = _("%(count)d are chosen; at most %(most)d can be done at once. Filter them further.")
        view["problems"] = [sentence_ % {"count": len(rows), "most": most}]
    elif bulk.form is None or (bulk.form.is_bound and bulk.form.is_valid()):
        digest = digest_of(request, bulk, rows)
        previewed = request.POST.get("previewed", "")
        if previewed == digest:
            return _do(request, bulk, rows, view)
        view |= _rehearsed(request, bulk, rows) | {"digest": digest, "differs": bool(previewed)}
    return render(request, "console/list/bulk.html", view)


def bound(request: HttpRequest, form: type[forms.Form], **given: Any) -> forms.Form:
    """The form with its answers when it was sent, empty when one comes from the list."""
    return form(request.POST if request.POST.get("asked") else None, **given)


def digest_of(request: HttpRequest, bulk: Bulk, rows: list[Any]) -> str:
    """Stands for the chosen rows and the answers given."""
    answers = [(key, request.POST.getlist(key)) for key in (bulk.form.fields if bulk.form else ())]
    return hashlib.sha256(repr((sorted(row.pk for row in rows), answers)).encode()).hexdigest()


def _do(request: HttpRequest, bulk: Bulk, rows: list[Any], view: dict[str, Any]) -> HttpResponseBase:
    try:
        with transaction.atomic():
            outcomes = bulk.do(rows, _answers(bulk), actor_of(request))
    except Refusal as refusal:
        return render(request, "console/list/bulk.html", view | {"problems": problems_of(refusal)})
    messages.success(request, bulk.done % {"count": len(outcomes)})
    return HttpResponseRedirect(bulk.back_to)


def _rehearsed(request: HttpRequest, bulk: Bulk, rows: list[Any]) -> dict[str, Any]:
    """The outcomes, or why nothing can be done. The verb is called, and everything it wrote is taken back."""
    try:
        with transaction.atomic():
            total = bulk.total(rows) if bulk.total else ""
            outcomes = bulk.do(rows, _answers(bulk), actor_of(request))
            transaction.set_rollback(True)
    except Refusal as refusal:
        return {"problems": problems_of(refusal)}
    return {"outcomes": outcomes, "total": total}


def _answers(bulk: Bulk) -> dict[str, Any]:
    return bulk.form.cleaned_data if bulk.form else {}


def problems_of(refusal: Refusal) -> list[str]:
    """Every refused row in a sentence of its own."""
    problems: Sequence[Problem] = getattr(refusal, "problems", ())
    return [sentence(problem) for problem in problems] or [sentence(refusal)]
