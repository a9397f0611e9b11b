"""The demo's rangers walk: places come in as a file, patrols as phones send them, one of them half late."""

from datetime import date

import pytest
from tests.duty.conftest import hold, programme

from yigang.demo import patrols
from yigang.demo.plan import pingba
from yigang.duty.models import DutyArea, KeyPoint, Patrol, PatrolChange, Route
from yigang.foundation.enums import Role
from yigang.people.models import VillageCentre

__all__ = ["hold", "programme"]


@pytest.mark.usefixtures("db")
def test_rangers_walk_around_their_villages(hold, programme, county_manager, tmp_path, monkeypatch):
    plan = pingba(months=2)
    for number, village in enumerate(("520403100201", "520403100202", "520403101204")):
        hold(f"护林员{number}", village, starts=date(2019, 7, 1))
        VillageCentre.objects.create(
            region_code=village, longitude=106.3 + number / 50, latitude=26.4, set_by=county_manager
        )
    monkeypatch.setattr(patrols, "WALKERS", 2)
    patrols.walk(plan, programme, {Role.COUNTY_MANAGER: county_manager}, tmp_path)
    assert [model.objects.count() for model in (DutyArea, KeyPoint, Route)] == [3, 9, 3]
    assert DutyArea.objects.filter(region_code="520403101204", name="护林员2责任区").count() == 1  # walks nowhere
    month = Patrol.objects.filter(day__year=plan.open_month.year, day__month=plan.open_month.month)
    assert month.count() == 3 + 4
    for patrol in month:
        assert 2_000 < patrol.distance_m < 8_000
        assert (patrol.gaps, patrol.left_out) == (1, {"impossible": 1})
        assert 0.02 < patrol.share_seen < 0.6
        assert patrol.inside_s > 0.8 * patrol.moving_s
    late = PatrolChange.objects.get()
    assert late.after["distance_m"] > late.before["distance_m"] > 0
