"""A list of village centres: read, looked at, set whole or not at all, and put back."""

from collections.abc import Callable

import pytest
from tests.exchange.roster.conftest import FAR, NEIGHBOUR, VILLAGE, make_county

from yigang.exchange import domain
from yigang.exchange.centres.columns import template
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.models import FileImport
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.people import places
from yigang.people.models import VillageCentre
from yigang.people.places import CentrePoint

HEAD = ("乡镇", "村", "经度", "纬度", "坐标系", "来源")
ROWS = [
    ("齐伯镇", "大坪村", "106.256100", "26.405600", "", "村委会"), ("齐伯镇", "光明村", "106.30", "26.41", "WGS-84", ""),
]  # fmt: skip
Bring = Callable[..., FileImport]


@pytest.fixture
def bring(db, county_manager) -> Bring:
    """Hand a list in and read it; with `apply`, set it."""
    make_county()

    def hand_in(rows, *, apply=True, actor=county_manager, content=b""):
        data = content or "\n".join(",".join(row) for row in [HEAD, *rows]).encode()
        region = actor.prefixes[0].ljust(12, "0")
        given = {"kind": ImportKind.CENTRE, "region_code": region, "programme": None, "actor": actor}
        with rls.scope(actor):
            found = domain.receive(data, name="村中心.csv" if not content else "村中心.xlsx", **given)
            domain.preview(found, actor=actor)
            if apply and found.state == ImportState.PREVIEW:
                found = domain.apply(found, actor=actor)
        return found

    return hand_in


def standing() -> dict[str, tuple[str, str]]:
    return {one.region_code: (str(one.longitude), str(one.latitude)) for one in VillageCentre.objects.all()}


def codes(found: FileImport, severity: str = "error") -> list[str]:
    return [one["code"] for one in found.problems if one["severity"] == severity]


@pytest.mark.req("Z6")
def test_a_list_sets_where_villages_lie_and_an_undo_puts_back_what_was(bring, county_manager):
    places.set_centre(CentrePoint(VILLAGE, "106.2", "26.4", "旧图"), actor=county_manager)
    found = bring(ROWS)
    assert found.state == ImportState.APPLIED, found.problems
    assert (found.counts["new"], found.counts["changed"]) == (1, 1)
    assert standing() == {VILLAGE: ("106.256100", "26.405600"), NEIGHBOUR: ("106.300000", "26.410000")}
    assert AuditEntry.objects.filter(verb="people.set_centre").count() == 3
    with rls.scope(county_manager):
        domain.undo(found, reason="坐标有误", actor=county_manager)
    assert standing() == {VILLAGE: ("106.200000", "26.400000")}
    assert VillageCentre.objects.get().source == "旧图"


def test_an_undo_is_refused_once_a_centre_was_set_anew(bring, county_manager):
    found = bring(ROWS)
    places.set_centre(CentrePoint(VILLAGE, "106.21", "26.4"), actor=county_manager)
    with rls.scope(county_manager), pytest.raises(Refusal) as caught:
        domain.undo(found, reason="坐标有误", actor=county_manager)
    assert caught.value.code == "data_changed"
    assert standing()[VILLAGE] == ("106.210000", "26.400000")


def test_the_same_list_again_changes_nothing(bring):
    bring(ROWS)
    found = bring(ROWS, apply=False)
    assert (found.counts["new"], found.counts["changed"], found.counts["unchanged"]) == (0, 0, 2)


def test_points_of_chinese_maps_are_converted(bring):
    bring([("齐伯镇", "大坪村", "106.256100", "26.405600", "GCJ-02", "高德")])
    east, north = standing()[VILLAGE]
    assert 0.002 < 106.2561 - float(east) < 0.01
    assert 0.001 < 26.4056 - float(north) + 0.005 < 0.01


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("齐伯镇", "大坪村", "26.405600", "106.256100", "", ""), "swapped"),
        (("齐伯镇", "大坪村", "2.405600", "48.256100", "", ""), "not_in_china"),
        (("齐伯镇", "大坪村", "东经106", "26.4", "", ""), "not_a_degree"),
        (("齐伯镇", "大坪村", "106.25", "", "", ""), "required"),
        (("齐伯镇", "无此村", "106.25", "26.4", "", ""), "village_unknown"),
        (("齐伯镇", "", "106.25", "26.4", "", ""), "not_a_village"),
        (("齐伯镇", "光明村", "106.25", "26.4", "", ""), "village_twice"),
        (("齐伯镇", "大坪村", "106.25", "26.4", "北京54", ""), "not_a_choice"),
    ],
    ids=["swapped", "abroad", "words", "half", "unknown", "town", "twice", "system"],
)  # fmt: skip
def test_a_wrong_row_keeps_the_whole_list_out(bring, row, code):
    found = bring([ROWS[1], row])
    assert (found.state, codes(found)) == (ImportState.REFUSED, [code])
    assert standing() == {}


def test_a_village_far_from_all_others_is_pointed_at(bring):
    found = bring([ROWS[0], ("齐伯镇", "光明村", "107.30", "26.41", "", "")])
    assert codes(found, "warning") == ["far_away", "far_away"]
    assert found.state == ImportState.APPLIED


def test_a_town_sets_its_own_villages_only(bring, make_user):
    officer = make_user(Role.TOWN_OFFICER, VILLAGE[:9])
    found = bring([("白云镇", "大坪村", "106.25", "26.4", "", "")], actor=officer)
    assert (found.state, standing()) == (ImportState.REFUSED, {})
    bring(ROWS[:1], actor=officer)
    assert set(standing()) == {VILLAGE}
    with pytest.raises(Forbidden):
        places.set_centre(CentrePoint(FAR, "106.25", "26.4"), actor=officer)


def test_the_template_reads_back_without_its_example(bring, settings):
    from django.utils import timezone

    found = bring([], content=template(timezone.localtime()))
    assert (found.counts["rows"], codes(found)) == (0, [])
