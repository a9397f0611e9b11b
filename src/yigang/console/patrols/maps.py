"""What a page's map is drawn from: our own vector data, and the background that an office may have set.

Without a background the map works without internet: villages, stations, areas, routes and key points on paper.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import JsonResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from yigang.console.place_map import Point, known_points
from yigang.foundation.middleware import CSP

TIANDITU = "https://t{number}.tianditu.gov.cn/{layer}_w/wmts?SERVICE=WMTS&REQUEST=GetTile&VERSION=1.0.0&LAYER={layer}&STYLE=default&TILEMATRIXSET=w&FORMAT=tiles&TILEMATRIX={{z}}&TILEROW={{y}}&TILECOL={{x}}&tk={key}"
LAYERS = {"vec": ("vec", "cva"), "img": ("img", "cia"), "ter": ("ter", "cta")}
"""天地图's maps (vector, imagery, terrain), each with the layer of its names."""
DEEPEST = 18


def background() -> dict[str, Any] | None:
    """Tiles behind our own data, as `YIGANG_TILES` says: an address with {z}, {x} and {y}, or 天地图 with a key of one's own.

    None: nothing is fetched from anywhere.
    """
    wanted, key = settings.MAP_TILES, settings.MAP_KEY
    if wanted.startswith("tianditu"):
        if not key:
            return None
        layers = LAYERS.get(wanted.partition("-")[2] or "vec", LAYERS["vec"])
        sets = [[TIANDITU.format(number=n, layer=layer, key=key) for n in range(8)] for layer in layers]
        return {
            "sets": sets,
            "deepest": DEEPEST,
            "by": _("Map: 天地图, National Platform for Common Geospatial Information"),
        }
    if wanted:
        return {"sets": [[wanted]], "deepest": DEEPEST, "by": settings.MAP_ATTRIBUTION}
    return None


def with_map(response: HttpResponseBase) -> HttpResponseBase:
    """Let a page with a map fetch the background's tiles from the hosts that are set, and from no others."""
    found = background()
    hosts = {
        f"{parts.scheme}://{parts.netloc}"
        for tiles in (found["sets"] if found else [])
        for parts in map(urlsplit, tiles)
        if parts.netloc
    }
    if hosts:
        response.headers["Content-Security-Policy"] = CSP.replace(
            "connect-src 'self'", "connect-src 'self' " + " ".join(sorted(hosts))
        )
    return response


def map_data(prefix: str, **more: Any) -> dict[str, Any]:
    """What the script is given beside the map: background, words, and what lies around."""
    return {"background": background(), "places": villages(prefix), "words": words(), **more}


def villages(prefix: str) -> list[Point]:
    """Villages and stations; posts would hide the tracks."""
    return [point for point in known_points(prefix) if point["kind"] != "post"] if prefix else []


def words() -> dict[str, str]:
    """What the script says."""
    return {
        "last": _("Last position"), "nobody": _("Nobody is out in this part of the map."),
        "corners": _("Click the corners on the map; drag one to move it, click it to delete it."),
        "click": _("Click the place on the map."), "lost": _("No connection. Trying again …"),
    }  # fmt: skip


def answer(data: dict[str, Any]) -> JsonResponse:
    """Data for the script, Chinese as it is, without blanks."""
    return JsonResponse(data, json_dumps_params={"ensure_ascii": False, "separators": (",", ":")})
