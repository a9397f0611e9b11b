"""The WSGI application that Granian serves.

Many phones may wait at once for one commit, and a waiting phone takes a thread and nothing else; so there are many threads.
A page takes a processor and memory, so only a few are made at a time, as many as there were threads for it alone.
"""

import os
from collections.abc import Callable, Iterable
from threading import BoundedSemaphore
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yigang.config.settings")

RECORDS = "/field/api/v1/records"
PAGES = 4
"""Requests of any other kind that one process works on at a time."""
_django = get_wsgi_application()
_pages = BoundedSemaphore(PAGES)


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """WSGI's own signature."""
    if environ["PATH_INFO"] == RECORDS:
        return _django(environ, start_response)
    with _pages:
        return _django(environ, start_response)
