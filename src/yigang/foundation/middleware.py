"""What every request passes: security headers, then the actor's scope and address."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from yigang.foundation import audit, rls
from yigang.foundation.errors import Forbidden
from yigang.foundation.models import User

Handler = Callable[[HttpRequest], HttpResponse]

CSP = (
    "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
    "connect-src 'self'; font-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'"
)
"""Scripts come from our own files only. Inline styles are allowed: charts and progress bars set them."""


class SecurityHeaders:
    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", CSP)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        response.headers.setdefault("Cache-Control", "no-store")
        return response


class ActorScope:
    """Opens the actor's scope in the database for the length of the request, and sends a new account to its password."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with audit.coming_from(client_address(request)):
            if not isinstance(request.user, User):
                return self.get_response(request)
            if request.user.must_change_password and not _is_open_to_new_accounts(request.path):
                return redirect("console:password")
            with rls.scope(request.user):
                return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:  # noqa: ARG002 - Django's signature
        if isinstance(exception, Forbidden):
            raise Http404(str(exception)) from exception


def _is_open_to_new_accounts(path: str) -> bool:
    return path in (reverse("console:password"), reverse("console:signout")) or path.startswith(
        f"/{settings.STATIC_URL}"
    )


def client_address(request: HttpRequest) -> str | None:
    """The caller's address; a proxy's word counts only when `YIGANG_HTTPS` says that there is one in front."""
    if settings.HTTPS and (forwarded := request.headers.get("X-Forwarded-For")):
        return forwarded.split(",")[-1].strip()
    address: str | None = request.META.get("REMOTE_ADDR") or None
    return address
