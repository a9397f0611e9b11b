"""July 2020: who leaves, who follows, and what waits for a decision."""

from datetime import date, time, timedelta

from yigang.demo.bring import Staff, acting
from yigang.demo.planted import Garden
from yigang.foundation import identity
from yigang.foundation.secrets import IDENTITY, vault
from yigang.people.models import Person
from yigang.posts.models import Programme
from yigang.tenure import domain as tenure
from yigang.tenure.domain import Leaving, Terms
from yigang.tenure.enums import Delivery, ExitKind, ExitReason
from yigang.tenure.models import Appointment, Vacancy

CLAUSE = "管理考核办法 第十二条"


def leave_and_follow(garden: Garden, programme: Programme, staff: Staff) -> None:
    """One leaves for work and is followed after ten days; of another the county must decide whether he stays."""
    july = garden.plan.open_month
    left = _appointment(garden, programme, "left_on_10th")
    officer = staff.officer_of(left.region_code)
    with acting(officer):
        leaving = Leaving(ExitKind.LAPSE, ExitReason.EMPLOYED, july.replace(day=10), "到安顺市区务工，本人提出离岗")
        gone = tenure.leave(left, leaving, actor=officer)
        tenure.deliver_notice(gone, Delivery.IN_PERSON, july.replace(day=11), actor=officer)
        vacancy = Vacancy.objects.get(exit=gone)
        tenure.report_vacancy(vacancy, "电话报区林业局", on=july.replace(day=13), actor=officer)
        follower = _person(garden, "joined_on_20th")
        _train(follower, programme, july.replace(day=17), staff)
        agreement = f"{left.agreement_number}-2"
        terms = Terms(july.replace(day=20), None, agreement, time(8), time(17), reason="补聘，接替离岗人员")
        tenure.appoint(follower, left.post, terms, actor=officer, vacancy=vacancy)
    _propose_removal(garden, programme, staff, july + timedelta(days=30))


def _train(person: Person, programme: Programme, day: date, staff: Staff) -> None:
    officer = staff.officer_of(person.region_code)
    tenure.record_certificate(person, "上岗培训", day, programme=programme, issuer="区林业局", actor=officer)


def _propose_removal(garden: Garden, programme: Programme, staff: Staff, last: date) -> None:
    absent = _appointment(garden, programme, "found_absent")
    officer = staff.officer_of(absent.region_code)
    with acting(officer):
        text = "7月两次暗访不在岗，提醒后未改正"
        leaving = Leaving(ExitKind.REMOVAL, ExitReason.ABSENT, last, text, clause=CLAUSE)
        tenure.leave(absent, leaving, actor=officer)


def _person(garden: Garden, code: str) -> Person:
    person = next(one.person for one in garden.planted if one.case.code == code)
    number = garden.population.people.filter(person=person)["identity"][0]
    return Person.objects.get(identity_index=vault().index(identity.parse(number).number18, IDENTITY))


def _appointment(garden: Garden, programme: Programme, code: str) -> Appointment:
    rows = Appointment.objects.filter(programme=programme, starts=garden.plan.term[0])
    return rows.select_related("post").get(person=_person(garden, code))
