"""Pages for what went wrong: in our frame, saying what to do, the same for absent and forbidden."""

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from yigang.foundation.errors import Refusal


def show(request: HttpRequest, status: int, title: str, what: str, todo: str = "") -> HttpResponse:
    return render(request, "console/error.html", {"title": title, "what": what, "todo": todo}, status=status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return show(
        request, 400, _("This request cannot be understood"), _("The address or the form is not one of ours."),
        _("Go back and try again from the page."),
    )  # fmt: skip


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return missing(request, exception)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 - Django's signature
    return show(
        request, 404, _("There is nothing at this address"),
        _("It does not exist, or it lies outside what your account may see."),
        _("Look for it with the search above, or ask whoever gave you the address."),
    )  # fmt: skip


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return show(request, 409, _("This cannot be shown"), str(refusal), str(refusal.remedy))


def too_large(request: HttpRequest) -> HttpResponse:
    return show(
        request, 413, _("The file is too large"), _("More was sent than this program takes at once."),
        _("Divide the file, by township or by month, and send the parts."),
    )  # fmt: skip


def failed(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """A page without the frame: it asks nothing of the database, which may be what failed."""
    context = {
        "title": _("The program failed here"),
        "what": _("Nothing was changed. The failure is in the program's log."),
        "todo": _("Try again; if it happens again, tell the administrator what you did and when."),
    }
    return HttpResponse(render_to_string("console/failed.html", context), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    return show(
        request, 403, _("The form was too old"),
        _("For your safety a form is taken only from a page that was opened since you signed in."),
        _("Open the page again and send the form once more."),
    )  # fmt: skip
