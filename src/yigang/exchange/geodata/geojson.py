"""GeoJSON (RFC 7946): features, a collection of them, or a bare geometry."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.geodata.found import Found, places_of, refuse_many
from yigang.foundation.errors import Refusal


def read(path: Path) -> list[Found]:
    """Every place of the file, in its order."""
    try:
        document = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(
            _("The file begins as GeoJSON does but cannot be read as such."), code="geojson_damaged",
            remedy=_("Export it once more."),
        ) from error  # fmt: skip
    features = document.get("features", [document]) if isinstance(document, dict) else document
    refuse_many(len(features))
    return [one for row, feature in enumerate(features, 1) for one in _places(row, feature)]


def _places(row: int, feature: Any) -> Iterator[Found]:
    if not isinstance(feature, dict):
        raise Refusal(_("Shape %(row)d is no GeoJSON feature."), {"row": row}, code="geojson_feature", row=row)
    geometry = feature.get("geometry", feature)
    if geometry is None:
        return
    if geometry.get("type") == "GeometryCollection":
        for part in geometry.get("geometries") or []:
            yield from places_of(row, str(part.get("type")), part.get("coordinates"), feature.get("properties") or {})
        return
    yield from places_of(row, str(geometry.get("type")), geometry.get("coordinates"), feature.get("properties") or {})
