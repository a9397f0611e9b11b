"""Where villages and households lie: set, taken back, and which of them counts for a person."""

from decimal import Decimal

import pytest
from tests.people.factories import VILLAGE, make_household

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.people import places
from yigang.people.enums import PlaceSource
from yigang.people.models import LabourRecord, VillageCentre
from yigang.people.places import CentrePoint, home_of, months_free

HERE = (Decimal("106.256100"), Decimal("26.405600"))
THERE = (Decimal("106.300000"), Decimal("26.500000"))


@pytest.mark.req("Z6")
def test_the_nearest_known_point_counts(db):
    known = {VILLAGE: THERE}
    assert home_of(VILLAGE, None, None, {}) == places.Located(None, PlaceSource.UNKNOWN)
    assert home_of(VILLAGE, make_household(), LabourRecord(), known).source == PlaceSource.VILLAGE
    said = LabourRecord(longitude=HERE[0], latitude=HERE[1])
    assert home_of(VILLAGE, make_household("2"), said, known).source == PlaceSource.REGISTER
    filed = make_household("3", longitude=THERE[0], latitude=THERE[1])
    assert home_of(VILLAGE, filed, said, {}) == places.Located(THERE, PlaceSource.HOUSEHOLD)


def test_free_months_go_before_months_elsewhere_and_silence_is_not_an_answer():
    assert months_free(None) is None
    assert months_free(LabourRecord()) is None
    assert months_free(LabourRecord(away_months=list(range(1, 13)))) == []
    assert months_free(LabourRecord(free_months=[5])) == [5]


def test_a_centre_is_set_and_set_anew_with_both_values_in_the_trail(town_officer):
    places.set_centre(CentrePoint(VILLAGE, "106.2561", "26.4056", "村委会"), actor=town_officer)
    made = places.set_centre(CentrePoint(VILLAGE, "106.3", "26.5"), actor=town_officer)
    assert (made.longitude, made.latitude) == THERE
    entry = AuditEntry.objects.filter(verb="people.set_centre").order_by("-pk").first()
    assert (entry.before["longitude"], entry.after["longitude"]) == ("106.256100", "106.300000")


@pytest.mark.parametrize(
    ("point", "code"),
    [
        (CentrePoint(VILLAGE, "", ""), "half_a_position"), (CentrePoint(VILLAGE, "106.2", ""), "half_a_position"),
        (CentrePoint(VILLAGE, "26.4", "106.2"), "swapped"), (CentrePoint("520403100000", "106.2", "26.4"), "not_a_village"),
    ],
    ids=["empty", "half", "swapped", "town"],
)  # fmt: skip
def test_what_is_no_centre_is_refused(town_officer, point, code):
    with pytest.raises(Refusal) as caught:
        places.set_centre(point, actor=town_officer)
    assert caught.value.code == code
    assert not VillageCentre.objects.exists()


def test_a_home_is_set_once_and_taken_back(town_officer):
    household = make_household()
    places.set_home(household, "106.2561", "26.4056", actor=town_officer)
    places.set_home(household, "106.256100", "26.4056", actor=town_officer)
    assert AuditEntry.objects.filter(verb="people.set_home").count() == 1
    assert places.set_home(household, "", "", actor=town_officer).longitude is None


def test_a_clerk_and_another_town_set_nothing(make_user, town_officer):
    for actor in (make_user(Role.VILLAGE_CLERK, VILLAGE), make_user(Role.TOWN_OFFICER, "520403101")):
        with pytest.raises(Forbidden):
            places.set_centre(CentrePoint(VILLAGE, "106.2", "26.4"), actor=actor)
        with pytest.raises(Forbidden):
            places.set_home(make_household(str(actor.pk)), "106.2", "26.4", actor=actor)
    made = places.set_centre(CentrePoint(VILLAGE, "106.2", "26.4"), actor=town_officer)
    with pytest.raises(Forbidden):
        places.remove_centre(made, reason="错", actor=make_user(Role.VILLAGE_CLERK, VILLAGE))
    with pytest.raises(Refusal, match=r"原因|why"):
        places.remove_centre(made, reason=" ", actor=town_officer)
    with rls.scope(make_user(Role.TOWN_OFFICER, "520403102")):
        assert places.centres("520403") == {}
