"""Files of places: three forms with one result, bombs and damage refused with the place, imported and undone as one."""

import io
import json
import zipfile
from datetime import date

import pytest
import shapefile
from tests.duty.conftest import hold, programme
from tests.duty.ground import SOUTH, WEST, spot, square

from yigang.duty.models import DutyArea, KeyPoint, Route
from yigang.exchange import domain
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.geodata import shapefile as zipped
from yigang.exchange.geodata.reading import read
from yigang.foundation import gcj02
from yigang.foundation.errors import Refusal

__all__ = ["hold", "programme"]
HOLE = [list(corner) for corner in square(400, 400, 100)]
RING = [list(corner) for corner in square()]


def feature(kind, coordinates, **said):
    return {"type": "Feature", "geometry": {"type": kind, "coordinates": coordinates}, "properties": said}


def geojson(*features) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False).encode()


AREA = feature("Polygon", [RING, HOLE], 名称="北山林区", 岗位编号="P1")
POINT = feature("Point", list(spot(900, 500)), name="瞭望塔", radius=80)
LINE = feature("LineString", [list(spot(0, 0)), list(spot(0, 1000))], name="防火道")


def kml(body: str, head: str = "") -> bytes:
    return f'<?xml version="1.0"?>{head}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'.encode()


def ring(corners) -> str:
    return " ".join(f"{east},{north},0" for east, north in corners)


def polygon(outer, *holes, name="北山林区") -> str:
    inner = "".join(
        f"<innerBoundaryIs><LinearRing><coordinates>{ring(hole)}</coordinates></LinearRing></innerBoundaryIs>"
        for hole in holes
    )
    return (
        f"<Placemark><name>{name}</name><ExtendedData><Data name='岗位编号'><value>P1</value></Data></ExtendedData><Polygon>"
        f"<outerBoundaryIs><LinearRing><coordinates>{ring(outer)}</coordinates></LinearRing></outerBoundaryIs>{inner}"
        "</Polygon></Placemark>"
    )


def shapes(outer, *holes, encoding="gb18030", without=(), **more: bytes) -> bytes:
    parts = {suffix: io.BytesIO() for suffix in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, encoding=encoding) as writer:
        writer.field("名称", "C", 40)
        writer.field("岗位编" if encoding == "utf-8" else "岗位编号", "C", 20)
        writer.poly([outer[::-1], *holes])
        writer.record("北山林区", "P1")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for suffix, content in {**{key: file.getvalue() for key, file in parts.items()}, **more}.items():
            if suffix not in without:
                archive.writestr(f"layers/林区.{suffix}", content)
    return packed.getvalue()


FORMS = {
    "geojson": geojson(AREA), "kml": kml(polygon(RING, HOLE)), "shapefile": shapes(RING, HOLE),
    "shapefile in utf-8": shapes(RING, HOLE, encoding="utf-8", cpg=b"UTF-8"),
}  # fmt: skip


@pytest.fixture
def bring(programme, hold, county_manager):
    """Hand a file in for the county and look at it."""
    hold("张大山")

    def hand_in(content: bytes, **options):
        received = domain.receive(
            content, name="places.bin", kind=ImportKind.GROUND, region_code="520403000000", programme=programme,
            actor=county_manager, options=options,
        )  # fmt: skip
        return domain.preview(received, actor=county_manager)

    return hand_in


@pytest.mark.parametrize("form", FORMS)
def test_an_area_with_a_hole_comes_from_each_form(bring, county_manager, form):
    seen = bring(FORMS[form], **{"from": "2020-01-01"})
    assert seen.problems == []
    domain.apply(seen, actor=county_manager)
    area = DutyArea.objects.get()
    assert (area.name, area.post.number, area.region_code) == ("北山林区", "P1", "520403100201")
    assert area.square_metres == pytest.approx(990_000, rel=0.003)
    assert (len(area.polygons[0]), area.valid_from) == (2, date(2020, 1, 1))


def test_points_and_routes_come_too_from_chinese_maps_and_all_go_again(bring, county_manager):
    """GCJ-02 is turned back at the door; the undo takes back what was set, and nothing else."""
    lat, lng = gcj02.from_wgs84(*reversed(spot(900, 500)))
    domain.apply(bring(geojson(AREA, LINE)), actor=county_manager)
    seen = bring(geojson(feature("Point", [lng, lat], name="瞭望塔", radius="80")), datum="gcj02")
    domain.apply(seen, actor=county_manager)
    point = KeyPoint.objects.get()
    assert (point.longitude, point.latitude) == pytest.approx(spot(900, 500), abs=1e-7)
    assert point.radius == 80
    assert Route.objects.get().metres == pytest.approx(1000, rel=0.002)
    seen.refresh_from_db()
    domain.undo(seen, reason="画错了", actor=county_manager)
    assert (KeyPoint.objects.count(), DutyArea.objects.count(), Route.objects.count()) == (0, 1, 1)


def test_what_is_wrong_with_a_place_is_said_with_its_row_and_nothing_is_taken(bring):
    bow = [list(spot(*at)) for at in ((0, 0), (1000, 1000), (1000, 0), (0, 1000), (0, 0))]
    seen = bring(
        geojson(
            POINT, feature("Polygon", [bow], name="交叉"), feature("Polygon", [RING], name=" "),
            feature("Point", [SOUTH, WEST], name="颠倒"), feature("Point", [WEST, SOUTH], name="太远", radius=9e9),
            feature("Polygon", [RING], name="无岗", post="X9"),
        )
    )  # fmt: skip
    assert seen.state == ImportState.REFUSED
    found = [(one["row"], one["code"]) for one in seen.problems]
    assert found == [(2, "area_crosses"), (3, "no_name"), (4, "swapped"), (5, "radius"), (6, "no_post")]
    assert f"{spot(500, 500)[0]:.4f}" in seen.problems[0]["message"]
    assert all(one["remedy"] for one in seen.problems[:3])


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.req("P6")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        (kml("<Placemark><name>&b;</name></Placemark>", BOMB), "kml_entities"),
        (kml(polygon(RING))[:-40], "kml_damaged"),
        (kml("<Placemark><Point><coordinates>一,二</coordinates></Point></Placemark>"), "kml_numbers"),
        (kml("<Placemark><Point/></Placemark>"), "kml_empty"),
        (shapes(RING, dbf=b"\0" * (6 * 2**20)), "zip_large"),
        (shapes(RING, without=("shx",)), "zip_parts"),
        (shapes(RING, without=("shp",)), "zip_shapes"),
        (shapes(RING, prj=b'PROJCS["CGCS2000_3_Degree_GK_CM_105E",GEOGCS["x"]]'), "projected"),
        (shapes(RING, shp=b"\0" * 90), "shapefile_damaged"),
        (b"PK\x03\x04 no zip", "zip_damaged"),
        (b'{"features": [', "geojson_damaged"),
        (b'{"features": ["x"]}', "geojson_feature"),
        (geojson(feature("Circle", [1, 2])), "shape_kind"),
        (geojson(), "places_empty"),
        (b"name,x,y", "places_unknown"),
    ],
    ids=["entity bomb", "cut off", "words", "no coordinates", "zip bomb", "no shx", "no shp", "projected", "damaged", "no zip",
         "half a json", "no feature", "circle", "empty", "csv"],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_a_sentence(tmp_path, monkeypatch, content, code):
    monkeypatch.setattr(zipped, "MOST_BYTES", 5 * 2**20)
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_bytes(shapes(RING))
    bad.write_bytes(content)
    assert len(read(good)) == 1
    with pytest.raises(Refusal) as refused:
        read(bad)
    assert refused.value.code == code
    assert str(refused.value)
