"""Track files are looked at, become patrols, and are taken back; nobody's track is kept, and no file breaks the program."""

from datetime import UTC, datetime, timedelta

import pytest
from tests.duty.conftest import hold, programme  # noqa: F401 - fixtures
from tests.exchange.trackers.conftest import device, ranger  # noqa: F401 - fixtures

from yigang.duty.enums import PatrolSource
from yigang.duty.models import Patrol
from yigang.exchange import domain
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.track_imports import importer
from yigang.foundation import gcj02

START = datetime(2026, 7, 1, 0, 0, tzinfo=UTC)


def walk(count: int, start: datetime = START, *, shift=lambda lat, lng: (lat, lng)):
    """A fix a minute northwards: time, latitude, longitude as text."""
    for n in range(count):
        lat, lng = shift(26.4 + n * 0.00065, 106.25)
        yield f"{start + timedelta(minutes=n):%Y-%m-%dT%H:%M:%SZ}", f"{lat:.7f}", f"{lng:.7f}"


def gpx(*fixes, head: str = "") -> bytes:
    points = "".join(f'<trkpt lat="{lat}" lon="{lng}"><time>{at}</time></trkpt>' for at, lat, lng in fixes)
    return f'<?xml version="1.0"?>{head}<gpx version="1.1"><trk><trkseg>{points}</trkseg></trk></gpx>'.encode()


def csv(*rows: tuple[str, ...]) -> bytes:
    return ("姓名,时间,纬度,经度\n" + "".join(",".join(row) + "\n" for row in rows)).encode()


@pytest.fixture
def look(county_manager):
    """Hand a file in and read it."""

    def read(content: bytes, name: str = "轨迹.gpx", **options: str):
        one = domain.receive(
            content, name=name, kind=ImportKind.TRACK, region_code="520403000000", programme=None, actor=county_manager,
            options=options,
        )  # fmt: skip
        return domain.preview(one, actor=county_manager)

    return read


def codes(one) -> list[str]:
    return [each["code"] for each in one.problems]


def test_a_gpx_of_one_person_in_and_out_again(look, ranger, county_manager):  # noqa: F811 - the fixture
    two_days = [*walk(60), *walk(2), *walk(30, START + timedelta(days=1))]
    seen = look(gpx(*two_days), whose="张大山")
    assert (seen.state, codes(seen)) == (ImportState.PREVIEW, []), seen.problems
    assert {key: seen.counts[key] for key in ("rows", "new", "people")} == {"rows": 92, "new": 2, "people": 1}
    first = seen.changes.order_by("pk").first()
    assert first.label == "张大山 2026-07-01"
    assert first.after == {"距离": "4.26 km", "行进时间": "0:59", "定位点": "62", "未计入": "重复 2", "中断": "0"}
    assert not Patrol.objects.exists(), "nothing is done before somebody has looked"
    done = domain.apply(seen, actor=county_manager)
    kept = Patrol.objects.order_by("day")
    assert [(each.person, each.source, each.fixes) for each in kept] == [
        (ranger, PatrolSource.FILE, 60), (ranger, PatrolSource.FILE, 30),
    ]  # fmt: skip
    again = look(gpx(*two_days), whose="张大山")
    assert (again.counts["new"], again.counts["unchanged"]) == (0, 2)
    domain.undo(done, reason="传错人", actor=county_manager)
    assert all(each.withdrawn_reason == "传错人" for each in Patrol.objects.all())
    assert "withdrawn" in codes(look(gpx(*two_days), whose="张大山"))


def test_a_table_of_several_people_by_name_and_by_device(look, hold, device, ranger, county_manager):  # noqa: F811 - the fixture
    tracker, _secret = device
    hold("李二")
    rows = [(who, *fix) for who in ("李二", tracker.code.upper(), "外人") for fix in walk(30)]
    seen = look(csv(*rows), name="轨迹.csv")
    assert (seen.state, codes(seen)) == (ImportState.PREVIEW, ["unknown_person"])
    domain.apply(seen, actor=county_manager)
    assert sorted(Patrol.objects.values_list("person__name", flat=True)) == sorted(["李二", ranger.name])


def test_gcj02_is_converted_at_the_door(look, ranger, county_manager):  # noqa: F811 - the fixture
    domain.apply(look(gpx(*walk(20, shift=gcj02.from_wgs84)), whose="张大山", datum="GCJ-02"), actor=county_manager)
    kept = Patrol.objects.get()
    assert (kept.last_latitude, kept.last_longitude) == pytest.approx((26.4 + 19 * 0.00065, 106.25), abs=2e-7)


def test_whose_it_is_must_be_known_and_allowed(look, hold, ranger, programme):  # noqa: F811 - the fixture
    hold("张大山")
    assert codes(look(gpx(*walk(5)), whose="张大山")) == ["unknown_person"], "there are two of that name"
    ranger.phone = "13800138000"
    ranger.save()
    assert look(gpx(*walk(5)), whose="13800138000").state == ImportState.PREVIEW
    assert codes(look(gpx(*walk(5)))) == ["unknown_person"], "nobody is named"
    before_the_post = look(gpx(*walk(5, datetime(2019, 7, 1, tzinfo=UTC))), whose="13800138000")
    assert codes(before_the_post) == ["no_post"]
    programme.policy_code = "huaihua-team"
    programme.save()
    off = look(gpx(*walk(5)), whose="13800138000")
    assert (off.state, codes(off)) == (ImportState.REFUSED, ["no_post"])


BOMB = '<!DOCTYPE gpx [<!ENTITY a "aaaaaaaaaa">' + "".join(
    f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9)) + "]>"  # fmt: skip


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(gpx(), "track_empty", id="empty"),
        pytest.param(b"", "track_unknown", id="nothing"),
        pytest.param(gpx(("&j;", "26", "106"), head=BOMB), "gpx_entities", id="entity bomb"),
        pytest.param(gpx(*walk(3))[:-30], "gpx_damaged", id="cut"),
        pytest.param(b'{"type": "FeatureCollection", "features": [', "geojson_damaged", id="half a GeoJSON"),
        pytest.param(gpx(*walk(11)), "track_fixes", id="too many"),
    ],
)
def test_bad_files_are_refused_with_a_sentence(look, ranger, monkeypatch, content, code):  # noqa: F811 - the fixture
    monkeypatch.setattr(importer, "MOST", 10)
    seen = look(content, whose="张大山")
    assert (seen.state, codes(seen)) == (ImportState.REFUSED, [code])
    assert seen.problems[0]["remedy"] or code in ("track_empty", "track_unknown", "geojson_damaged")
