"""Pay that is held back: who may, what a batch leaves out, and how it comes back exactly once."""

from datetime import date

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone
from tests.payment.bank.conftest import AUGUST, JULY
from tests.payment.bank.test_concurrency import in_a_thread, waiting_for_a_lock
from tests.payment.bank.test_returns import answers

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.payment import funds
from yigang.payment.bank import domain, holds, returns
from yigang.payment.bank.proposal import HoldReason
from yigang.payment.bank.queries import standing
from yigang.payment.bank.waiting import waiting
from yigang.payment.enums import HoldState
from yigang.payment.hold_models import PayHold
from yigang.payment.models import BatchEntry
from yigang.people.models import Person
from yigang.tenure.enums import Delivery

pytestmark = pytest.mark.req("Z10")
SEPTEMBER = date(2020, 9, 1)


def order(world, name="张三", month=JULY, **fields):
    person = world.people[name]
    return holds.HoldOrder(world.programme, person, month, "不在岗，有人代打卡", "异常：顶替打卡", **fields)


@pytest.fixture
def july(world):
    return world.seal(JULY, {"张三": 83333, "李四": 40000})


def send(world, batch):
    domain.approve_batch(batch, actor=world.manager)
    domain.send_batch(batch, b"file", name="b.csv", content_type="text/csv", actor=world.finance)


def names_in(batch):
    return {entry.person.name for entry in batch.entries.select_related("person")}


@pytest.mark.usefixtures("july")
def test_a_held_line_is_left_out_stays_sealed_and_is_said_to_be_held(db, world):
    holds.set_hold(order(world), actor=world.finance)
    proposal = world.order().proposal()
    assert [row.person.name for row in proposal.payable] == ["李四"]
    (held,) = proposal.held
    assert (held.reason, held.amount_fen, held.note) == (HoldReason.ON_HOLD, 83333, "不在岗，有人代打卡")
    assert names_in(domain.create_batch(world.order(), actor=world.finance)) == {"李四"}
    (month,) = standing(world.programme, "520403")
    assert (month.sealed_fen, month.pending_fen, month.on_hold_fen, month.difference_fen) == (123333, 40000, 83333, 0)
    (group,) = waiting(world.programme, "520403").groups
    assert (group.reason, group.people, group.fen) == (HoldReason.ON_HOLD, 1, 83333)


@pytest.mark.usefixtures("july")
def test_lifting_puts_the_line_into_the_next_batch_exactly_once(db, world):
    row = holds.set_hold(order(world), actor=world.finance)
    domain.create_batch(world.order(), actor=world.finance)
    holds.lift_hold(row, reason="人在岗，手机坏了", actor=world.manager)
    second = domain.create_batch(world.order(), actor=world.finance)
    assert [(e.person.name, e.amount_fen) for e in second.entries.all()] == [("张三", 83333)]
    with pytest.raises(Refusal) as refusal:
        domain.create_batch(world.order(), actor=world.finance)
    assert refusal.value.code == "nobody_payable"
    assert BatchEntry.objects.filter(person__name="张三").count() == 1


@pytest.mark.usefixtures("july")
def test_months_before_the_hold_are_paid(db, world):
    world.seal(AUGUST, {"张三": 50000})
    holds.set_hold(order(world, month=AUGUST), actor=world.finance)
    batch = domain.create_batch(world.order(), actor=world.finance)
    assert dict(batch.entries.values_list("person__name", "amount_fen")) == {"张三": 83333, "李四": 40000}
    assert funds.reserved(world.programme) == 50000


@pytest.mark.usefixtures("july")
def test_only_another_person_lifts_it_and_with_a_reason(db, world):
    row = holds.set_hold(order(world), actor=world.finance)
    with pytest.raises(Refusal) as own:
        holds.lift_hold(row, reason="cleared up", actor=world.finance)
    assert own.value.code == "own_hold"
    with pytest.raises(Refusal) as silent:
        holds.lift_hold(row, reason=" ", actor=world.manager)
    assert silent.value.code == "reason_missing"
    with pytest.raises(IntegrityError, match="hold_is_lifted_by_another"), transaction.atomic():
        PayHold.objects.filter(pk=row.pk).update(
            state="lifted", ended_by=world.finance, ended_at=timezone.now(), ended_because="cleared up"
        )
    lifted = holds.lift_hold(row, reason="cleared up", actor=world.colleague)
    assert lifted.state == HoldState.LIFTED
    with pytest.raises(Refusal) as again:
        holds.lift_hold(row, reason="cleared up", actor=world.colleague)
    assert again.value.code == "hold_state"


@pytest.mark.usefixtures("july")
@pytest.mark.parametrize("role", [Role.TOWN_OFFICER, Role.INSPECTOR])
def test_towns_and_inspectors_propose_and_those_who_pay_decide(db, world, make_user, role):
    somebody = make_user(role, "520403")
    with pytest.raises(Forbidden):
        holds.set_hold(order(world), actor=somebody)
    row = holds.propose_hold(order(world, source="anomaly:7"), actor=somebody)
    assert len(world.order().proposal().payable) == 2, "nothing is held by a proposal"
    with pytest.raises(Forbidden):
        holds.confirm_hold(row, actor=somebody)
    row = holds.confirm_hold(row, actor=world.manager)
    assert (row.state, row.set_by, row.source) == (HoldState.LIVE, world.manager, "anomaly:7")
    assert len(world.order().proposal().payable) == 1
    assert set(AuditEntry.objects.values_list("verb", flat=True)) >= {"payment.propose_hold", "payment.set_hold"}


@pytest.mark.usefixtures("july")
def test_a_proposal_may_be_declined_and_made_again(db, world):
    row = holds.propose_hold(order(world), actor=world.colleague)
    with pytest.raises(Refusal) as twice:
        holds.set_hold(order(world), actor=world.finance)
    assert twice.value.code == "held"
    Person.objects.filter(name="张三").update(name=world.manager.name)
    with pytest.raises(Refusal) as own:
        holds.decline_hold(row, reason="已核实在岗", actor=world.manager)
    assert own.value.code == "own_case"
    Person.objects.update(name="张三")
    holds.decline_hold(row, reason="已核实在岗", actor=world.manager)
    assert holds.set_hold(order(world), actor=world.finance).state == HoldState.LIVE


@pytest.mark.usefixtures("july")
def test_a_hold_needs_reason_evidence_post_and_region(db, world, make_user):
    other = make_user(Role.FINANCE, "520402")
    with pytest.raises(Forbidden):
        holds.set_hold(order(world), actor=other)
    mute = holds.HoldOrder(world.programme, world.people["张三"], JULY, "said so", " ")
    with pytest.raises(Refusal) as refusal:
        holds.set_hold(mute, actor=world.finance)
    assert refusal.value.code == "reason_missing"
    world.person("钱七")
    with pytest.raises(Refusal) as jobless:
        holds.set_hold(order(world, "钱七"), actor=world.finance)
    assert jobless.value.code == "no_post"
    with rls.scope(other):
        assert not PayHold.objects.exists()


@pytest.mark.usefixtures("july")
def test_a_draft_is_cancelled_first(db, world):
    batch = domain.create_batch(world.order(), actor=world.finance)
    with pytest.raises(Refusal) as refusal:
        holds.set_hold(order(world), actor=world.finance)
    assert refusal.value.code == "in_a_batch"
    assert batch.number in str(refusal.value)
    domain.cancel_batch(batch, reason="one is held", actor=world.finance)
    holds.set_hold(order(world), actor=world.finance)
    assert names_in(domain.create_batch(world.order(), actor=world.finance)) == {"李四"}


@pytest.mark.usefixtures("july")
def test_what_has_gone_to_the_bank_stays_and_the_refusal_says_so(db, world):
    batch = domain.create_batch(world.order(), actor=world.finance)
    send(world, batch)
    with pytest.raises(Refusal) as refusal:
        holds.set_hold(order(world), actor=world.finance)
    assert refusal.value.code == "sent"
    assert batch.number in str(refusal.value)
    assert "2020-07" in str(refusal.value)
    holds.set_hold(order(world, month=AUGUST), actor=world.finance)
    world.seal(AUGUST, {"张三": 50000})
    returns.read_return(batch, b"answer", answers(batch, {"张三"}), name="r", actor=world.finance)
    world.account(world.people["张三"])
    payable = {row.person.name: row.amount_fen for row in world.order().proposal().payable}
    assert payable == {"张三": 83333}, "July bounced and is not held; August is"


@pytest.mark.usefixtures("july")
def test_the_budget_keeps_what_is_held(db, world):
    world.budget.amount_fen = 130_000
    world.budget.save()
    holds.set_hold(order(world), actor=world.finance)
    domain.create_batch(world.order(), actor=world.finance)
    world.seal(AUGUST, {"李四": 50_000})
    with pytest.raises(Refusal) as refusal:
        domain.create_batch(world.order(), actor=world.finance)
    assert refusal.value.code == "reserved"
    assert "833.33" in str(refusal.value)
    funds.change_amount(world.budget, 200_000, reason="more came", actor=world.finance)
    assert domain.create_batch(world.order(), actor=world.finance).total_fen == 50_000


@pytest.mark.usefixtures("july")
def test_the_person_is_told_and_answers(db, world):
    row = holds.set_hold(order(world), actor=world.finance)
    today = timezone.localdate()
    assert row.review_by > today
    assert list(holds.holds_of(row.person_id)) == [row]
    with pytest.raises(Refusal) as early:
        holds.note_hold_answer(row, "我在", today, actor=world.finance)
    assert early.value.code == "dates"
    row = holds.tell_hold(row, Delivery.IN_PERSON, today, actor=world.finance)
    row = holds.note_hold_answer(row, "我一直在岗", today, actor=world.finance)
    assert (row.told_on, row.answer, row.answered_on) == (today, "我一直在岗", today)
    row = holds.hear_hold(row, "有工友可以作证")
    assert row.answer == "有工友可以作证"
    assert row.told_how == Delivery.IN_PERSON
    holds.lift_hold(row, reason="cleared up", actor=world.manager)
    assert not holds.holds_of(row.person_id).exists()
    with pytest.raises(Refusal):
        holds.hear_hold(row, "too late")


@pytest.mark.usefixtures("july")
def test_the_database_keeps_holds_as_they_were(db, world):
    row = holds.set_hold(order(world), actor=world.finance)
    for change in ({"from_month": SEPTEMBER}, {"reason": "x"}, {"state": "proposed"}, {"review_by": AUGUST}):
        with pytest.raises(DatabaseError), transaction.atomic():
            PayHold.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic():
        row.delete()


@pytest.mark.usefixtures("july")
def test_a_program_that_forgets_the_hold_is_stopped_by_the_database(db, world, monkeypatch):
    proposal = world.order().proposal()
    holds.set_hold(order(world), actor=world.finance)
    monkeypatch.setattr(domain.Order, "proposal", lambda _self: proposal)
    with pytest.raises(Refusal) as refusal:
        domain.create_batch(world.order(), actor=world.finance)
    assert refusal.value.code == "proposal_changed"


@pytest.mark.usefixtures("committed_db")
def test_a_hold_is_set_while_a_batch_is_made(world):
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    outcome: list[str] = []

    def holder() -> None:
        try:
            outcome.append(str(holds.set_hold(order(world), actor=world.colleague).state))
        except Refusal as refusal:
            outcome.append(refusal.code)

    with transaction.atomic():
        domain.create_batch(world.order(), actor=world.finance)
        thread = in_a_thread(holder)
        while not waiting_for_a_lock():
            assert thread.is_alive(), outcome
    thread.join(30)
    assert outcome == ["in_a_batch"]
    assert not PayHold.objects.exists()


@pytest.mark.usefixtures("committed_db")
def test_a_batch_is_made_while_a_hold_is_set(world):
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    outcome: list[set[str]] = []
    with transaction.atomic():
        holds.set_hold(order(world), actor=world.colleague)
        thread = in_a_thread(lambda: outcome.append(names_in(domain.create_batch(world.order(), actor=world.finance))))
        while not waiting_for_a_lock():
            assert thread.is_alive(), outcome
    thread.join(30)
    assert outcome == [{"李四"}]
