"""What every page of the console is made with: who may open it, refusals shown where they happened, rows found or 404."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yigang.console import errors
from yigang.foundation.access import Capability, require
from yigang.foundation.errors import Forbidden, Problem, Refusal
from yigang.foundation.models import User

Row = TypeVar("Row", bound=Model)
View = Callable[..., HttpResponseBase]


def page(capability: Capability | None = None) -> Callable[[View], View]:
    """A page for signed-in staff. Whoever lacks the capability gets the page of something that is not there.

    A refusal that the view leaves to itself, as of a day for which no text is in force, becomes a page that says it.
    """

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if capability is not None:
                require(actor_of(request), capability)
            try:
                return view(request, *args, **kwargs)
            except Refusal as refusal:
                return errors.refused(request, refusal)

        return guarded

    return decorate


def paper(capability: Capability | None = None) -> Callable[[View], View]:
    """A file to be fetched. A refusal becomes a message at the place one came from."""

    def decorate(view: View) -> View:
        @page(capability)
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            try:
                return view(request, *args, **kwargs)
            except Refusal as refusal:
                messages.error(request, sentence(refusal))
                return back(request)

        return guarded

    return decorate


def action(capability: Capability | None = None) -> Callable[[View], View]:
    """A page that only changes something: POST, then back. A refusal becomes a message at the place one came from."""

    def decorate(view: View) -> View:
        return require_POST(paper(capability)(view))

    return decorate


def actor_of(request: HttpRequest) -> User:
    """The signed-in user, typed."""
    assert isinstance(request.user, User)
    return request.user


def found(rows: "QuerySet[Row]", **lookup: Any) -> Row:
    """The one row, or the same 404 whether it is absent or lies outside the scope."""
    row = rows.filter(**lookup).first()
    if row is None:
        raise Http404
    return row


def sentence(problem: Refusal | Problem) -> str:
    """What is wrong and what to do, in one string."""
    what = problem.message if isinstance(problem, Problem) else str(problem)
    return f"{what} {problem.remedy}".strip()


def back(request: HttpRequest, fallback: str = "console:home") -> HttpResponseRedirect:
    """To the page that the form names in `next`, or the one it stood on."""
    for target in (request.POST.get("next"), request.headers.get("Referer")):
        if target and url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure()):
            return HttpResponseRedirect(target)
    return redirect(fallback)


def came_from(request: HttpRequest, fallback: str) -> str:
    """Where `?next=` says that one came from, if that is here; else the usual place."""
    target = request.GET.get("next", "")
    known = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if known else fallback


def form_page(
    request: HttpRequest, form: Form, title: str, save: Callable[[dict[str, Any], User], str], *, back_to: str,
    template: str = "console/form/page.html", context: Mapping[str, Any] | None = None, submit: str = "",
) -> HttpResponseBase:  # fmt: skip
    """A page with one form: shown, shown again with what is wrong, or done.

    `save(cleaned_data, actor)` calls one verb and returns the address to go to; `back_to` is where one came from. A page
    that says more beside the form has a `template` of its own that extends the usual one. `submit` names the deed on the
    button where it is more than keeping what was typed.
    """
    if request.method == "POST" and form.is_valid():
        with refusals_on(form):
            address = save(form.cleaned_data, actor_of(request))
            messages.success(request, _("Saved."))
            return redirect(address)
    return render(
        request, template, {"form": form, "title": title, "back_to": back_to, "submit": submit, **(context or {})}
    )


@contextmanager
def refusals_on(form: Form) -> Iterator[None]:
    """A verb's refusal lands on the form's field that it names, or above the form.

    with refusals_on(form):
        domain.add_person(...)
        return redirect(...)
    """
    try:
        yield
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, sentence(refusal))
    except Forbidden as refusal:
        form.add_error(None, str(refusal))
