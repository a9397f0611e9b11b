"""Refusals as answers: each with a code, a sentence in the person's language and the status that fits."""

from __future__ import annotations

import logging

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from yigang.field.api.answers import Trouble
from yigang.foundation.errors import Forbidden, Refusal

logger = logging.getLogger(__name__)

STATUS = {"too_many": 429, "signed_out": 401, "revoked": 401, "wrong": 401, "policy_faulty": 503, "no_policy": 503}
"""Codes of refusals that mean something else than a faulty request (422)."""


def answer_on(api: NinjaAPI) -> None:
    """Teach an interface to answer with `Trouble` whatever happens."""

    def say(request: HttpRequest, status: int, trouble: Trouble) -> HttpResponse:
        return api.create_response(request, trouble, status=status)

    @api.exception_handler(Refusal)
    def _refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
        detail = f"{refusal} {refusal.remedy}".strip()
        trouble = Trouble(code=refusal.code, detail=detail, field=refusal.field)
        return say(request, STATUS.get(refusal.code, 422), trouble)

    @api.exception_handler(Forbidden)
    @api.exception_handler(Http404)
    def _missing(request: HttpRequest, _error: Exception) -> HttpResponse:
        return say(request, 404, Trouble(code="missing", detail=_("This is not there, or not yours.")))

    @api.exception_handler(AuthenticationError)
    def _nobody(request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
        return say(request, 401, Trouble(code="signed_out", detail=_("Please sign in again.")))

    @api.exception_handler(ValidationError)
    def _faulty(request: HttpRequest, error: ValidationError) -> HttpResponse:
        places = [".".join(str(step) for step in one["loc"]) for one in error.errors]
        detail = _("The request is not in the agreed form: %(places)s.") % {"places": ", ".join(places[:5])}
        return say(request, 422, Trouble(code="malformed", detail=detail, field=places[0] if places else ""))

    @api.exception_handler(MultiPartParserError)
    @api.exception_handler(SuspiciousOperation)
    def _unreadable(request: HttpRequest, _error: Exception) -> HttpResponse:
        detail = _("The message is cut off or has another form. Send it again.")
        return say(request, 400, Trouble(code="malformed", detail=detail))

    @api.exception_handler(HttpError)
    def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
        return say(request, error.status_code, Trouble(code="malformed", detail=str(error)))

    @api.exception_handler(Exception)
    def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
        logger.error("%s %s failed", request.method, request.path, exc_info=error)
        detail = _("The program failed here. What is on the phone stays there and is sent again later.")
        return say(request, 500, Trouble(code="failed", detail=detail))
