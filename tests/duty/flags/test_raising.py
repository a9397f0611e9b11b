"""Flags are found once, answered by somebody who did not write the evidence, opened again; nothing changes them behind that."""

from datetime import date, datetime, time

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation
from tests.duty.conftest import VILLAGE, at, punch
from tests.duty.ground import area_of, spot

from yigang.duty import domain
from yigang.duty.domain import flags
from yigang.duty.enums import FlagOutcome, FlagState, ProxyMark, Table
from yigang.duty.flag_words import sentence
from yigang.duty.models import Flag, FlagAnswer, ProxyEntry
from yigang.foundation import audit
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal

JULY = date(2020, 7, 1)
pytestmark = pytest.mark.req("Z3")


def placed(who: str, when: datetime, east: float, north: float, **more):
    lon, lat = spot(east, north)
    return punch(who, when, latitude=lat, longitude=lon) | more


@pytest.fixture
def month(programme, hold, take_in, county_manager):
    """A month of four people: one never moves a millionth of a degree, one is far away, one too fast, one is as people are."""
    people = {name: hold(name) for name in ("张不动", "李在外", "王飞快", "赵如常")}
    area_of(programme, county_manager)
    rows = []
    for day in range(1, 6):
        rows.append(placed("张不动", at(day, f"07:{10 + day * 7 % 40}"), 500, 500))
        rows.append(placed("赵如常", at(day, f"07:{12 + day * 11 % 40}"), 400 + day * 3.7, 500 + day * 2.9))
    rows.append(placed("李在外", at(2), 5_000, 500, address="市区"))
    rows += [placed("王飞快", at(3, "07:30"), 10, 10), placed("王飞快", at(3, "07:40"), 980, 990, address="北坡")]
    rows.append(placed("王飞快", at(3, "07:50"), 30_000, 10))
    take_in(Table.CHECK_INS, *rows)
    return people


def kinds(person) -> list[str]:
    return sorted(Flag.objects.filter(person=person).values_list("kind", flat=True))


def refused(flag, reason, actor) -> str:
    with pytest.raises(Refusal) as refusal:
        flags.answer_flag(flag, FlagOutcome.CONFIRMED, reason=reason, actor=actor)
    return refusal.value.code


def test_each_question_is_raised_once_however_often_it_is_asked(month, programme, django_assert_max_num_queries):
    assert flags.find_flags(programme, "520403", JULY) == 4
    with django_assert_max_num_queries(25):
        assert flags.find_flags(programme, "520403", JULY) == 0
    assert kinds(month["张不动"]) == ["identical_coordinates"]
    assert kinds(month["李在外"]) == ["outside_area"]
    assert kinds(month["王飞快"]) == ["impossible_speed", "outside_area"]
    assert kinds(month["赵如常"]) == []
    with translation.override("en"):
        said = sentence(Flag.objects.get(person=month["李在外"]))
    assert said == "Checked in 4.0 km outside the area (once)."
    far = Flag.objects.get(kind="outside_area", person=month["王飞快"])
    assert (far.region_code, far.thresholds, far.rule_version) == (VILLAGE, {"metres": 200.0}, 1)
    assert audit.verify() == []


def test_a_policy_turns_a_rule_off_and_changes_another(month, programme, monkeypatch):
    from yigang.policy.flags import flag_rules

    said = {"outside_area": None, "identical_coordinates": {"days": 6}}
    monkeypatch.setattr(flags, "rules_on", lambda _programme, _month: flag_rules({"flags": said}))
    assert flags.find_flags(programme, "520403", JULY) == 1
    assert Flag.objects.get().kind == "impossible_speed"


def test_answered_once_with_a_reason_and_opened_again(month, programme, town_officer, make_user):
    flags.find_flags(programme, "520403", JULY)
    flag = Flag.objects.get(person=month["李在外"])
    elsewhere = make_user(Role.TOWN_OFFICER, "520403101")
    with pytest.raises(Forbidden):
        flags.answer_flag(flag, FlagOutcome.EXPLAINED, reason="出差", actor=elsewhere)
    assert refused(flag, " ", town_officer) == "reason"
    himself = make_user(Role.STATION_OFFICER, VILLAGE[:9])
    himself.name = flag.person.name
    assert refused(flag, "我在岗", himself) == "own_case", "an officer who holds a post answers nothing about himself"
    flags.answer_flag(flag, FlagOutcome.EXPLAINED, reason="到区里送材料，已核实", actor=town_officer)
    assert refused(flag, "不实", town_officer) == "answered"
    with pytest.raises(IntegrityError), transaction.atomic():  # not past the verb either
        FlagAnswer.objects.create(
            flag=flag, number=2, outcome="confirmed", reason="不实", by=town_officer, region_code=flag.region_code
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Flag.objects.filter(pk=flag.pk).update(figures={})
    assert flags.find_flags(programme, "520403", JULY) == 0
    flags.reopen_flag(flag, reason="村民反映当天在外地", actor=town_officer)
    flags.answer_flag(flag, FlagOutcome.CONFIRMED, reason="当天在外务工", actor=town_officer)
    flag.refresh_from_db()
    assert flag.state == FlagState.CONFIRMED
    assert [answer.outcome for answer in flag.answers.all()] == ["explained", "reopened", "confirmed"]


def test_who_wrote_the_evidence_does_not_answer(hold, programme, make_user, town_officer):
    """A clerk types the same long log for two people; the clerk beside and the town may answer, the two who wrote may not."""
    clerk, second = (make_user(Role.VILLAGE_CLERK, VILLAGE, username=name) for name in ("clerk-a", "clerk-b"))
    text = "上午沿北山防火道巡护，清理路边枯枝杂草，劝阻两名村民在林边烧田埂，下午到各户发放防火宣传单。"
    for name in ("张大山", "李大河"):
        person = hold(name)
        cells = [
            domain.Cell(person, date(2020, 7, day), ProxyMark.PRESENT, start=time(8), end=time(17), log=text)
            for day in (1, 2)
        ]
        domain.enter_days(cells, actor=clerk)
    domain.confirm_days(list(ProxyEntry.objects.all()), actor=second)
    flags.find_flags(programme, "520403", JULY)
    flag = Flag.objects.filter(kind="copied_log").first()
    assert flag is not None
    assert set(flag.authors) == {clerk.pk, second.pk}
    for author in (clerk, second):
        assert refused(flag, "属实", author) == "own_evidence"
    flags.answer_flag(flag, FlagOutcome.EXPLAINED, reason="两人同组巡护", actor=town_officer)
