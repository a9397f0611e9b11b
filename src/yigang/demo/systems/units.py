"""Two months in which the town's villages are judged by the card of 100, and the ranking that came of it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from yigang.appraisal import rankings, units
from yigang.appraisal.models import Ranking, Unit
from yigang.demo.bring import Staff, acting
from yigang.demo.systems.kinds import System
from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.posts.models import Programme

CARD, RANKING = "村居百分制考核", "双月观摩"
BOUND = (("村（居）支部书记", "支部书记"), ("包片领导", "包片领导"))


def judge(system: System, programme: Programme, first: date, staff: Staff) -> Ranking:
    """Points by the town for every village, the ranking closed by the county; two people are bound to each village."""
    officer, county, region = staff.officer_of(system.town), staff[Role.COUNTY_MANAGER], regioncode.pad(system.town)
    asked = units.span(programme, CARD, RANKING, first)
    with acting(officer):
        units.draw_up(programme, CARD, region, first, actor=officer)
        judged = list(Unit.objects.filter(programme=programme, card=CARD).order_by("region_code"))
        for unit in judged:
            for role, called in BOUND:
                units.bind(unit, f"{unit.name}{called}", role, starts=first, actor=officer)
        given = [
            units.GivenPoints(unit, item.name, _points(number, place, item.most), "现场观摩和台账资料")
            for number, unit in enumerate(judged)
            for place, item in enumerate(asked.card.items)
        ]
        units.give_points(asked, programme, given, actor=officer)
    with acting(county):
        return rankings.close(programme, asked, region, rankings.Closing({}, {}), actor=county)


def _points(number: int, place: int, most: Decimal) -> Decimal:
    """Most of what there is, a little less here than there."""
    return round(most * (100 - (number * 7 + place * 3) % 25) / 100, 1)
