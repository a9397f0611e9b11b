"""What every public page is made with: its language from its address, the database's public role, headers, its pace."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from yigang.foundation import rls
from yigang.foundation.errors import Refusal
from yigang.public import pace

ROLE = "yigang_public"
ENGLISH = "public-en"
SECONDS_KEPT = 60
"""How long a browser or a proxy may show a page again without asking; a list is taken down no later than that."""
View = Callable[..., HttpResponseBase]


@contextmanager
def public_role() -> Iterator[None]:
    """Read what everybody may read, and nothing else, until the block ends."""
    with rls.as_role(ROLE):
        yield


def reading(view: View) -> View:
    """A page that only shows. The whole view runs as the public role."""

    @require_safe
    @_spoken
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if pace.too_many(request):
            return hurried(request)
        with public_role():
            response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", f"public, max-age={SECONDS_KEPT}")
        return response

    return page


def form(view: View) -> View:
    """A page with a form. The view itself enters the public role to read, and leaves it to call a verb.

    Without a check of origin: nobody is signed in here, so another site could borrow no rights, and the one-time question
    (`challenge`) is bound to the form. So no cookie says who somebody is.
    """

    @csrf_exempt
    @_spoken
    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return page


def _spoken(view: View) -> View:
    """The language that the address names; a page of its own for what is not there."""

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        language = language_of(request)
        with translation.override(language):
            try:
                response = view(request, *args, **kwargs)
            except Http404:
                response = missing(request)
        response.headers.setdefault("Content-Language", language)
        return response

    return page


def language_of(request: HttpRequest) -> str:
    match = request.resolver_match
    return "en" if match and match.namespace == ENGLISH else "zh-hans"


def address(request: HttpRequest, name: str, *args: object) -> str:
    """The address of a public page in the language of this one."""
    match = request.resolver_match
    return reverse(f"public:{name}", args=args, current_app=match.namespace if match else None)


def shown(request: HttpRequest, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """The page in the site's frame, with the same page in the other language."""
    english = language_of(request) == "en"
    home, other = reverse("public:home"), reverse("public:home", current_app=ENGLISH)
    path = request.get_full_path()
    swapped = path.replace(other, home, 1) if english else path.replace(home, other, 1)
    return render(request, f"public/{template}", {**context, "english": english, "other": swapped}, status=status)


def missing(request: HttpRequest) -> HttpResponse:
    what = _("There is no such notice, or it was taken down. Ask the village committee or the town for it.")
    return shown(request, "message.html", {"title": _("Not here"), "sentences": [what]}, status=404)


def hurried(request: HttpRequest) -> HttpResponse:
    """For an address that reads faster than a village can."""
    sentences = [
        _("So many pages were opened from your connection in this minute that it looks like a program."),
        _("Wait a minute and open the page again; nothing is lost. The same list hangs at the village committee."),
    ]
    response = shown(request, "message.html", {"title": _("One moment"), "sentences": sentences}, status=429)
    response["Retry-After"], response["Cache-Control"] = str(pace.seconds_left()), "no-store"
    return response


def say(asked: Form, refusal: Refusal) -> None:
    """A verb's refusal on the field that it names, or above the form."""
    error = ValidationError(f"{refusal} {refusal.remedy}".strip(), code=refusal.code)
    asked.add_error(refusal.field if refusal.field in asked.fields else None, error)


def status_of(asked: Form) -> int:
    """The status for programs: 429 when too much came in, 422 for a form with something wrong."""
    codes = {error.code for errors in asked.errors.as_data().values() for error in errors}
    return 429 if "too_many" in codes else 422 if codes else 200
