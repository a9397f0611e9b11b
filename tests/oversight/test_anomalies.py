"""Anomalies are found once, answered by somebody whom they do not concern, and asked again only when more speaks for them."""

from datetime import date

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction
from tests.duty.conftest import JULY, VILLAGE, at, hold, programme, punch, take_in
from tests.people.factories import make_account

from yigang.appraisal.models import Review, ReviewResult
from yigang.cli.main import main
from yigang.duty.enums import Table
from yigang.foundation import audit
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import User
from yigang.oversight import domain
from yigang.oversight.enums import AnomalyOutcome, AnomalyState
from yigang.oversight.models import Anomaly, AnomalyAnswer
from yigang.payment.models import Settlement, SubsidyLine
from yigang.people.models import Person
from yigang.tenure.models import Appointment

__all__ = ["hold", "programme", "take_in"]
pytestmark = pytest.mark.req("Z11")
MONTH = JULY[0]
COUNTY = "520403000000"


@pytest.fixture
def inspector(make_user) -> User:
    return make_user(Role.INSPECTOR, "520403")


def wrote(name: str, day: int, text: str, *, month: int = 7) -> dict:
    return {"name": name, "day": date(2020, month, day), "text": text, "source": "sheet"}


def pay(within, *people: Person, month: date = MONTH, fen: int = 80_000) -> None:
    """A settled line for each."""
    settlement, _made = Settlement.objects.get_or_create(programme=within, region_code=COUNTY, month=month)
    for person in people:
        SubsidyLine.objects.create(
            region_code=person.region_code, settlement=settlement, appointment=person.appointments.get(), person=person,
            month=month, state="settled", amount_fen=fen, trace={},
        )  # fmt: skip


@pytest.fixture
def month(programme, hold, take_in) -> dict[str, Person]:
    """Four who are paid for July: 尹明 comes every day and writes nothing, the others come and write."""
    people = {name: hold(name) for name in ("尹明", "王勤", "李实", "赵真")}
    rows, logs = [], []
    for number, name in enumerate(people):
        for day in range(1, 23):
            rows.append(punch(name, at(day, f"07:{10 + 9 * number + day % 5}"), address=f"{name}家门口"))
            if name != "尹明" and day % 3 == 0:
                logs.append(wrote(name, day, f"巡山到{'东南西北中上下'[day // 3 - 1]}坡"))
    take_in(Table.CHECK_INS, *rows)
    take_in(Table.WORK_LOGS, *logs)
    pay(programme, *people.values())
    return people


def look(within, *, actor=None, month: date = MONTH) -> domain.Looked:
    return domain.find_anomalies(within, COUNTY, month, actor=actor)


def found() -> dict[str, list[str]]:
    rows = Anomaly.objects.filter(state="open").select_related("person").order_by("rule", "person__name")
    told: dict[str, list[str]] = {}
    for row in rows:
        told.setdefault(row.rule, []).append(row.person.name)
    return told


def refused(row: Anomaly, reason: str, actor: User, outcome=AnomalyOutcome.FALSE) -> str:
    with pytest.raises(Refusal) as refusal:
        domain.answer_anomaly(row, outcome, reason=reason, actor=actor)
    return refusal.value.code


@pytest.mark.req("H10")
def test_who_is_present_and_idle_is_found_once(month, programme, inspector, django_assert_max_num_queries):
    assert look(programme, actor=inspector).new == 1
    assert found() == {"idle": ["尹明"]}
    with django_assert_max_num_queries(45):
        again = look(programme, actor=inspector)
    assert (again.holding, again.new, again.again, again.fallen) == (1, 0, 0, 0)
    row = Anomaly.objects.get()
    assert (row.region_code, row.fen, row.keys) == (VILLAGE, 80_000, [f"m:{month['尹明'].pk}:2020-07"])
    assert {name: row.rows[0][name] for name in ("days", "logs", "results")} == {"days": 22, "logs": 0, "results": 0}
    assert audit.verify() == []


def test_what_the_evidence_bears_no_longer_falls_away_and_comes_back(month, programme, take_in):
    look(programme)
    done = take_in(Table.WORK_LOGS, *(wrote("尹明", day, "清沟" * day) for day in range(1, 4)))
    assert look(programme).fallen == 1
    assert Anomaly.objects.get().state == AnomalyState.FALLEN
    from yigang.duty.domain.intake import withdraw

    withdraw(done, reason="不是他写的", actor=User.objects.get(role=Role.COUNTY_MANAGER))
    look(programme)
    assert found() == {"idle": ["尹明"]}


def test_answered_by_somebody_whom_it_does_not_concern(month, programme, inspector, make_user):
    look(programme)
    row = Anomaly.objects.get()
    with pytest.raises(Forbidden):
        domain.answer_anomaly(row, AnomalyOutcome.TRUE, reason="属实", actor=make_user(Role.INSPECTOR, "520402"))
    with pytest.raises(Forbidden):
        domain.answer_anomaly(row, AnomalyOutcome.TRUE, reason="属实", actor=make_user(Role.TOWN_OFFICER, "520403100"))
    himself = make_user(Role.INSPECTOR, "520403", username="himself")
    himself.name = "尹明"
    assert refused(row, "我天天在", himself) == "own_case"
    assert refused(row, "村里的事", make_user(Role.INSPECTOR, VILLAGE, username="villager")) == "own_village"
    assert refused(row, "  ", inspector) == "reason"
    domain.answer_anomaly(row, AnomalyOutcome.TRUE, reason="村民称只打卡不干活", actor=inspector)
    assert refused(row, "再看", inspector) == "answered"
    with pytest.raises(IntegrityError), transaction.atomic():  # not past the verb either
        AnomalyAnswer.objects.create(
            anomaly=row, number=2, outcome="false", reason="误报", by=inspector, region_code=row.region_code
        )
    with pytest.raises(IntegrityError), transaction.atomic():
        Anomaly.objects.filter(pk=row.pk).update(figures={})
    with pytest.raises(IntegrityError), transaction.atomic():
        row.delete()
    assert (look(programme).again, Anomaly.objects.get().state) == (0, AnomalyState.TRUE)
    domain.reopen_anomaly(row, reason="本人提出申诉", actor=inspector)
    domain.answer_anomaly(row, AnomalyOutcome.UNCLEAR, reason="各说各话", actor=inspector)
    assert [answer.outcome for answer in row.answers.all()] == ["true", "reopened", "unclear"]
    assert audit.verify() == []


@pytest.mark.parametrize("outcome", [AnomalyOutcome.TRUE, AnomalyOutcome.FALSE])
def test_another_idle_month_asks_again(month, programme, inspector, take_in, outcome):
    """One more month makes it stronger, so that even “not true” is asked again."""
    look(programme)
    domain.answer_anomaly(Anomaly.objects.get(), outcome, reason="已核实", actor=inspector)
    rows = [punch(name, at(day, "07:30", month=8), day=date(2020, 8, day)) for name in month for day in range(1, 20)]
    days = (date(2020, 8, 1), date(2020, 8, 31))
    take_in(Table.CHECK_INS, *rows, days=days)
    logs = [wrote(name, day, "护林" * day, month=8) for name in month for day in (1, 2) if name != "尹明"]
    take_in(Table.WORK_LOGS, *logs, days=days)
    pay(programme, *month.values(), month=date(2020, 8, 1))
    assert look(programme, month=date(2020, 8, 1)).again == 1
    row = Anomaly.objects.get()
    assert (row.state, len(row.keys), row.answers.last().by) == (AnomalyState.OPEN, 2, None)
    assert look(programme).again == 0, "an earlier month changes nothing"


def test_not_true_stays_where_new_evidence_makes_it_no_stronger(month, programme, inspector):
    """Two with one card: a third card of the same two is new, and says no more than before."""
    first, second = month["王勤"], month["李实"]
    make_account(first, 7).__class__.objects.update(active=False)
    make_account(second, 7)
    look(programme)
    row = Anomaly.objects.get(rule="shared_account")
    assert {row.person_id, *row.others} == {first.pk, second.pk}
    domain.answer_anomaly(row, AnomalyOutcome.FALSE, reason="换卡时录错，已更正", actor=inspector)
    account = first.accounts.get()
    account.pk = None
    account.save(force_insert=True)
    assert look(programme).again == 0


@pytest.mark.req("Z10")
def test_the_dead_those_who_left_and_two_of_one_house(month, programme, inspector, hold):
    dead, gone = month["王勤"], month["李实"]
    Person.objects.filter(pk=dead.pk).update(died_on=date(2020, 7, 10), death_evidence="死亡证明")
    Appointment.objects.filter(person=gone).update(ends=date(2020, 6, 15))
    look(programme)
    told = found()
    assert told["paid_after_death"] == ["王勤"]
    assert told["paid_after_exit"] == ["李实"]
    row = Anomaly.objects.get(rule="paid_after_death")
    assert row.rows[1]["days"] == 12, "the 11th to the 22nd"
    assert row.strength >= row.person.anomalies.get().strength


def test_another_region_sees_nothing_and_a_policy_turns_rules_off(month, programme, inspector, make_user, monkeypatch):
    from yigang.foundation import rls
    from yigang.oversight.domain import anomalies
    from yigang.policy.anomalies import anomaly_rules

    look(programme)
    with rls.scope(make_user(Role.INSPECTOR, "520402", username="elsewhere")):
        assert not Anomaly.objects.exists()
    monkeypatch.setattr(anomalies, "rules_on", lambda _programme, _month: anomaly_rules({"anomalies": {"idle": None}}))
    assert look(programme).fallen == 1


def test_the_command_line_ends_with_1_where_something_is_new(month, programme, inspector):
    asked = [
        "anomalies",
        "run",
        "2020-07",
        "--region",
        "520403",
        "--programme",
        programme.code,
        "--as",
        inspector.username,
    ]
    first, again = (CliRunner().invoke(main, [*asked, "--json"]) for _time in range(2))
    assert (first.exit_code, again.exit_code) == (1, 0), first.output
    assert '"new": 1' in first.output


@pytest.mark.parametrize(("value", "idle"), [(88, []), (30, ["尹明"]), (None, ["尹明"])])
def test_a_secret_ballot_is_a_word_of_villagers(programme, month, town_officer, value, idle):
    """A good one speaks for somebody who writes nothing; a poor one does not, nor one that too few took part in."""
    held = month["尹明"].appointments.get()
    review = Review.objects.create(
        region_code=held.region_code, programme=programme, period="month", first=MONTH, mark="民主评议",
        choices=[["好", 100], ["差", 0]], asked=[held.pk], entitled=20, needed=10, opens=date(2020, 7, 20),
        closes=date(2020, 7, 25), policy_digest="", opened_by=town_officer,
    )  # fmt: skip
    missing = "" if value is not None else "quorum"
    counts = [8, 2] if value is not None else None
    ReviewResult.objects.create(
        region_code=held.region_code, review=review, appointment=held, counts=counts, value=value, missing=missing
    )
    look(programme)
    assert found().get("idle", []) == idle
