"""What the first visit costs in data, and with what the app's files come."""

import gzip

import pytest
from django.test import Client

from yigang.config.paths import WEB_DIST
from yigang.field.app import built

LIMIT_BYTES = 350_000
pytestmark = pytest.mark.skipif(not (WEB_DIST / "field").exists(), reason="make web builds the app")


def test_the_first_load_stays_small() -> None:
    """350 kB compressed, all of the app: the service worker fetches every page at the first visit, for days without signal."""
    names = [name for name in built() if name != "sw.js"]
    assert any(name.endswith(".css") for name in names)
    listed = built()["sw.js"].content.decode()
    assert all(f"/field/{name}" in listed for name in names)
    assert sum(len(gzip.compress(each.content)) for each in built().values()) < LIMIT_BYTES


def test_files_come_with_their_rules() -> None:
    """The page asks for its own scripts only and may use camera and place; digests may be kept, the rest is asked for again."""
    client = Client()
    page = client.get("/field/", headers={"Accept-Encoding": "gzip, br"})
    assert page.status_code == 200
    assert page.headers["Content-Encoding"] == "gzip"
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert "geolocation=(self)" in page.headers["Permissions-Policy"]
    assert page.headers["Cache-Control"] == "no-cache"
    assert "<script>" not in gzip.decompress(page.content).decode()

    asset = next(name for name in built() if name.startswith("assets/") and name.endswith(".js"))
    script = client.get(f"/field/{asset}")
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in script.headers["Cache-Control"]
    assert "Content-Encoding" not in script.headers
    unchanged = client.get(f"/field/{asset}", headers={"If-None-Match": script.headers["ETag"]})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    assert client.get("/field/manifest.webmanifest").headers["Content-Type"] == "application/manifest+json"
    assert client.get("/field/../settings.py").status_code == 404
    assert client.get("/field/assets/nothing.js").status_code == 404
    assert client.post("/field/").status_code == 405
