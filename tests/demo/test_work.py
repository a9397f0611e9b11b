"""The demo's leave, visits, incidents and results go through the verbs and leave something on every page."""

from collections import Counter
from datetime import date

import pytest
from tests.people.factories import make_household, make_person
from tests.posts.factories import make_post, make_programme

from yigang.demo import work
from yigang.demo.accounts import COUNTY, FIRST_TOWN, FIRST_VILLAGE
from yigang.demo.bring import Staff
from yigang.duty.models import Incident, Leave, LeaveRequest, Pairing, Visit, WorkResult
from yigang.foundation.enums import Role
from yigang.tenure.models import Appointment


@pytest.mark.req("H4")
@pytest.mark.parametrize("holders", [2, 5])
def test_every_state_is_there_and_no_earlier_month_has_leave(make_user, holders):
    make_user(Role.COUNTY_MANAGER, COUNTY)
    make_user(Role.TOWN_OFFICER, FIRST_TOWN)
    make_user(Role.VILLAGE_CLERK, FIRST_VILLAGE)
    programme = make_programme()
    for number in range(1, holders + 1):
        person = make_person(f"张{number}", number, region_code=work.VILLAGE)
        post = make_post(programme, f"P{number}", region_code=work.VILLAGE)
        Appointment.objects.create(
            region_code=work.VILLAGE, person=person, post=post, programme=programme, starts=date(2020, 1, 1)
        )
    for number in range(1, 6):
        make_household(f"H{number}", region_code=work.VILLAGE)
    work.keep(programme, Staff(COUNTY))
    states = Counter(LeaveRequest.objects.values_list("state", "waits_for"))
    assert states == {("approved", ""): 2, ("asked", "county"): 1, ("refused", ""): 1}
    assert all(one.first >= date(2020, 8, 1) for one in Leave.objects.all())
    assert Counter(Incident.objects.values_list("state", flat=True)) == {"open": 1, "handled": 1, "closed": 1}
    assert (Pairing.objects.count(), Visit.objects.count(), WorkResult.objects.count()) == (3, 5, len(work.RESULTS))
