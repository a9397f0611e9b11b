"""A year closed while its quarter is reopened, over two real connections: one of the two is refused."""

from datetime import date

import pytest
from django.db import transaction
from tests.appraisal.year_world import QUARTER, YEAR, YearWorld
from tests.payment.test_sealing_at_once import Other
from tests.payment.world import TOWN

from yigang.appraisal import closings
from yigang.appraisal.models import Closing
from yigang.foundation import monthlocks

pytestmark = [pytest.mark.req("Z5"), pytest.mark.usefixtures("committed_db")]


def test_a_quarter_is_not_reopened_under_a_year_that_is_being_closed(town_officer):
    world = YearWorld(town_officer, policy="zaozhuang-public-welfare")
    world.given(world.judged("全"))
    world.seal()
    quarter = closings.close(closings.asked_for(world.programme, "quarter", QUARTER, TOWN), actor=town_officer)
    with transaction.atomic():
        monthlocks.seal_month(TOWN, QUARTER)
        other = Other(lambda: closings.reopen(quarter, "漏评", actor=town_officer)).waits()
        Closing.objects.create(
            region_code=TOWN, programme=world.programme, rhythm="year", first=YEAR, last=date(2023, 12, 31), people=1,
            undetermined=0, closed_by=town_officer, policy_digest="x", facts_digest="x", results_digest="x",
        )  # fmt: skip
    assert other.ends() == "rests_on"
    assert Closing.objects.get(rhythm="quarter").reopened_at is None
