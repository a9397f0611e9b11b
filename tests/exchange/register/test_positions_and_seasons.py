"""Where people live and when they are free, as a register says it: read, compared, kept; wrong degrees and months refused."""

import pytest
from tests.exchange.register.conftest import VILLAGE, codes, person

from yigang.exchange.enums import ImportState
from yigang.exchange.register.seasons import read_months
from yigang.foundation.errors import Refusal
from yigang.people import places
from yigang.people.models import LabourRecord, RegisterChange
from yigang.people.places import CentrePoint, months_free

HOME = {"longitude": "106.256100", "latitude": "26.4056"}


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("全年", list(range(1, 13))), ("3-11月", list(range(3, 12))), ("10月至次年4月", [1, 2, 3, 4, 10, 11, 12]),
        ("1、2、12月", [1, 2, 12]), ("６月～８月", [6, 7, 8]), ("5", [5]), ("11-2", [1, 2, 11, 12]),
    ],
    ids=["year", "range", "turn", "single", "wide", "one", "short"],
)  # fmt: skip
def test_months_as_offices_write_them(text, months):
    assert read_months(text) == months


@pytest.mark.parametrize("text", ["13月", "农闲", "0", "3-", "2020-03-11"])
def test_what_names_no_months_is_refused(text):
    with pytest.raises(Refusal) as caught:
        read_months(text)
    assert caught.value.code == "not_months"


@pytest.mark.req("T1", "Z6")
def test_the_register_keeps_positions_and_months_and_shows_where_quarters_differ(load):
    first = load([person(1, **HOME, free_months="3-11月"), person(2, away_months="10月至次年4月"), person(3)])
    assert first.state == ImportState.APPLIED, first.problems
    one, two, three = LabourRecord.objects.order_by("pk")
    assert (str(one.longitude), str(one.latitude)) == ("106.256100", "26.405600")
    assert (months_free(one), months_free(two), months_free(three)) == (list(range(3, 12)), [5, 6, 7, 8, 9], None)
    assert three.longitude is None
    load(
        [person(1, **{**HOME, "longitude": "106.3"}, free_months="全年"), person(2, away_months="10-4"), person(3)],
        "2020Q3",
    )
    change = RegisterChange.objects.get()
    assert change.before == {"longitude": "106.256100", "free_months": "3、4、5、6、7、8、9、10、11"}
    assert change.after == {"longitude": "106.300000", "free_months": "1、2、3、4、5、6、7、8、9、10、11、12"}
    assert change.proposals == {}


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"longitude": "106.2561"}, "half_a_position"),
        ({"longitude": "26.4056", "latitude": "106.2561"}, "swapped"),
        ({"longitude": "2.35", "latitude": "48.85"}, "not_in_china"),
        ({"longitude": "东经一百零六度", "latitude": "26.4"}, "not_a_degree"),
        ({"free_months": "农闲"}, "not_months"),
        ({"free_months": "3-11月", "away_months": "11月"}, "free_and_away"),
    ],
    ids=["half", "swapped", "abroad", "words", "season", "both"],
)  # fmt: skip
def test_wrong_degrees_and_months_keep_the_register_out(load, values, code):
    found = load([person(1), person(2, **values)])
    assert (found.state, codes(found)) == (ImportState.REFUSED, [code])
    assert not LabourRecord.objects.exists()


def test_a_home_far_from_its_village_is_pointed_at(load, county_manager):
    places.set_centre(CentrePoint(VILLAGE, "106.25", "26.40"), actor=county_manager)
    found = load([person(1, **HOME), person(2, longitude="107.256100", latitude="26.4056")])
    assert codes(found, "warning") == ["far_from_village"]
    assert found.state == ImportState.APPLIED
