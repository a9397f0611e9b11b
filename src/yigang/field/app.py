"""The phone app's own files, as `make web` built them: few, small, and read into memory once.

Names under `assets/` carry a digest and may be kept for ever; `index.html`, the manifest and the service worker are asked
for each time, so that a new version reaches a phone at its next start. Each file has a compressed twin from the build.
"""

import hashlib
import mimetypes
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.views.decorators.http import require_safe

BUILT: Path = settings.WEB_DIST / "field"
FIRST_PAGE = "index.html"
CSP = (
    "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; style-src 'self'; "
    "script-src 'self'; worker-src 'self'; connect-src 'self'; font-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Scripts and styles come from our own files only: Vue sets styles by the object model, which the policy does not forbid.
Photos and voice come from the phone's own store (`blob:`)."""
PERMISSIONS = "camera=(self), microphone=(self), geolocation=(self), screen-wake-lock=(self)"
TYPES = {".webmanifest": "application/manifest+json", ".js": "text/javascript", ".woff2": "font/woff2"}


@dataclass(frozen=True)
class Built:
    """One file of the app."""

    content: bytes
    compressed: bytes | None
    content_type: str
    etag: str
    lasting: bool


@cache
def built() -> dict[str, Built]:
    """Every file of the app by its path below `/field/`; a build after the program's start is seen at its next one."""
    return {
        str(file.relative_to(BUILT)): _read(file)
        for file in BUILT.rglob("*")
        if file.is_file() and file.suffix != ".gz"
    }


def _read(file: Path) -> Built:
    content, twin = file.read_bytes(), file.with_name(f"{file.name}.gz")
    kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Built(
        content=content,
        compressed=twin.read_bytes() if twin.exists() else None,
        content_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        etag=f'"{hashlib.sha256(content).hexdigest()[:20]}"',
        lasting=file.parent.name == "assets",
    )


@require_safe
def serve(request: HttpRequest, path: str = "") -> HttpResponse:
    """A file of the app; `/field/` itself is its first page."""
    found = built().get(path or FIRST_PAGE)
    if found is None:
        raise Http404(path)
    response = _unchanged(request, found) or _whole(request, found)
    response.headers["ETag"] = found.etag
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if found.lasting else "no-cache"
    response.headers["Content-Security-Policy"] = CSP
    response.headers["Permissions-Policy"] = PERMISSIONS
    patch_vary_headers(response, ["Accept-Encoding"])
    return response


def _unchanged(request: HttpRequest, found: Built) -> HttpResponse | None:
    known = found.etag in parse_etags(request.headers.get("If-None-Match", ""))
    return HttpResponseNotModified() if known else None


def _whole(request: HttpRequest, found: Built) -> HttpResponse:
    if found.compressed and "gzip" in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(found.compressed, content_type=found.content_type, headers={"Content-Encoding": "gzip"})
    return HttpResponse(found.content, content_type=found.content_type)
