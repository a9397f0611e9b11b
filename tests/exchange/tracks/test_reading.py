"""Tracks from files of other programs: what they are is told by their content, and what is bad is refused in words."""

import json
import zipfile
from datetime import UTC, datetime

import pytest

from yigang.exchange.tracks import read, reading
from yigang.foundation.errors import Refusal

GPX = """<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>"""
POINT = '<trkpt lat="26.4" lon="106.{number}"><time>2020-07-01T00:0{number}:00Z</time></trkpt>'
SECOND = datetime(2020, 7, 1, 0, 1, tzinfo=UTC)


@pytest.fixture
def file(tmp_path):
    def write(content, name="track"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def refusal_of(path):
    with pytest.raises(Refusal) as refused:
        read(path)
    return refused.value


def test_gpx_is_read_point_by_point(file):
    points = "".join(POINT.format(number=number) for number in range(3))
    fixes = read(file(GPX.format(points=points)))[""]
    assert fixes.row(1) == (SECOND, 26.4, 106.1, None)
    assert fixes.height == 3


def test_a_point_without_time_stays_a_fix_without_one(file):
    fixes = read(file(GPX.format(points='<trkpt lat="26.4" lon="106.1"/>')))[""]
    assert fixes["time"].to_list() == [None]


def test_entities_of_a_bomb_are_never_unpacked(file):
    bomb = '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    content = GPX.replace("?>\n", f"?>\n{bomb}", 1).format(points=POINT.format(number=1) + "<name>&b;</name>")
    assert refusal_of(file(content)).code == "gpx_entities"


def test_a_gpx_file_that_breaks_off_names_the_line(file):
    refused = refusal_of(file(GPX.format(points=POINT.format(number=1))[:-20]))
    assert (refused.code, refused.params["line"]) == ("gpx_damaged", 2)


def test_geojson_of_points_and_of_lines(file):
    point = {
        "type": "Feature", "properties": {"time": "2020-07-01T00:01:00Z", "accuracy": 7},
        "geometry": {"type": "Point", "coordinates": [106.1, 26.4, 1200]},
    }  # fmt: skip
    line = {
        "type": "Feature", "properties": {"coordTimes": ["2020-07-01T00:02:00Z", "2020-07-01T00:03:00Z"]},
        "geometry": {"type": "LineString", "coordinates": [[106.2, 26.4], [106.3, 26.4]]},
    }  # fmt: skip
    fixes = read(file(json.dumps({"type": "FeatureCollection", "features": [point, line]})))[""]
    assert fixes.row(0) == (SECOND, 26.4, 106.1, 7.0)
    assert fixes["time"].null_count() == 0
    assert fixes.height == 3


@pytest.mark.parametrize(
    "said",
    ["2020-07-01T00:01:00.000Z", "2020-07-01 08:01:00", "2020/07/01 08:01", "2020-07-01T08:01:00+08:00", "1593561660",
     "1593561660000"],
)  # fmt: skip
def test_moments_are_read_as_devices_write_them(file, said):
    fixes = read(file(f"时间;纬度;经度;精度\n{said};26.4;106.1;12\n"))[""]
    assert fixes.row(0) == (SECOND, 26.4, 106.1, 12.0)


def test_a_table_in_gb18030_and_one_of_several_tracks(file):
    text = "巡护编号,时间,纬度,经度\n甲,2020-07-01 08:01:00,26.4,106.1\n乙,2020-07-01 08:01:00,26.5,106.2\n"
    assert {name: fixes.height for name, fixes in read(file(text.encode("gb18030"))).items()} == {"甲": 1, "乙": 1}


def test_a_time_that_is_none_is_a_fix_without_time(file):
    assert read(file("time,lat,lon\nyesterday,26.4,106.1\n"))[""]["time"].to_list() == [None]


def test_missing_columns_are_named(file):
    refused = refusal_of(file("time,speed\n2020-07-01T00:01:00Z,3\n"))
    assert refused.code == "track_columns"
    assert refused.params == {"columns": "latitude, longitude", "given": "time, speed"}


@pytest.mark.parametrize(
    "content", ["time,lat,lon\n", GPX.format(points=""), '{"type": "FeatureCollection", "features": []}']
)
def test_an_empty_track_is_said_to_be_empty(file, content):
    assert refusal_of(file(content)).code == "track_empty"


def test_a_file_that_is_no_track_is_refused(file, tmp_path):
    with zipfile.ZipFile(tmp_path / "photo.zip", "w") as archive:
        archive.writestr("a", "b")
    assert refusal_of(tmp_path / "photo.zip").code in ("track_columns", "track_unknown")
    assert refusal_of(file('{"type": "Feature')).code == "geojson_damaged"


def test_what_is_too_large_is_refused_before_it_is_read(file, monkeypatch):
    monkeypatch.setattr(reading, "LARGEST_BYTES", 10)
    assert refusal_of(file("time,lat,lon\n2020-07-01T00:01:00Z,26.4,106.1\n")).code == "track_bytes"


def test_two_million_fixes_are_read(file):
    lines = "".join(f"{1593561660 + number},26.4,106.1\n" for number in range(20_000))
    fixes = read(file("time,lat,lon\n" + lines * 100))[""]
    assert fixes.height == 2_000_000
