"""What a village writes on paper reaches the engine's measures."""

from datetime import date, time

from tests.duty.conftest import TOWN, hold, programme

from yigang.appraisal.queries import version_for
from yigang.duty import domain
from yigang.duty.enums import ProxyMark, Table
from yigang.duty.models import ProxyEntry
from yigang.foundation.enums import Role
from yigang.payment.settlement.reading import gather
from yigang.policy.facts import checked
from yigang.policy.observe import observe
from yigang.policy.period import Period

__all__ = ["hold", "programme"]


def test_hours_logs_days_and_nights_of_paper_are_measured(hold, programme, make_user, town_officer):
    person, july = hold("张大山"), date(2020, 7, 1)
    clerk = make_user(Role.VILLAGE_CLERK, "520403100201")
    worked = [
        domain.Cell(person, date(2020, 7, day), ProxyMark.PRESENT, "巡山", time(8), time(17)) for day in range(1, 11)
    ]
    letters = [domain.Cell(person, date(2020, 7, 11), ProxyMark.NIGHT)]
    domain.enter_days([*worked, *letters], actor=clerk)
    domain.confirm_days(ProxyEntry.objects.all(), actor=town_officer)
    domain.declare_complete(Table.LEAVES, TOWN, july, date(2020, 7, 31), actor=town_officer)
    version = version_for(programme, july)
    facts = checked(gather(programme, "520403100", july, version))
    wanted = {"hours", "work_logs", "days_present", "nights_in_village"}
    row = observe(facts, version.month, Period.of(july), wanted).frame.select(wanted).row(0, named=True)
    assert row == {"hours": 9000, "work_logs": 10, "days_present": 11, "nights_in_village": 1}
