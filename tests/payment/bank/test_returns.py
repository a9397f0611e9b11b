"""The bank's answer: taken whole or not at all, once; what was refused is paid again when the account is corrected."""

import pytest
from tests.payment.bank.conftest import AUGUST, JULY

from yigang.foundation.errors import Refusal
from yigang.foundation.secrets import CARD, vault
from yigang.payment import funds
from yigang.payment.bank import domain, returns
from yigang.payment.bank.proposal import HoldReason
from yigang.payment.bank.queries import standing
from yigang.payment.bank.returns import Answer
from yigang.payment.enums import BatchState, EntryState
from yigang.payment.models import BankReturn, Payment


def send(world, **order):
    batch = domain.create_batch(world.order(**order), actor=world.finance)
    domain.approve_batch(batch, actor=world.manager)
    domain.send_batch(batch, batch.number.encode(), name="b.csv", content_type="text/csv", actor=world.finance)
    batch.refresh_from_db()
    return batch


def answers(batch, refused=(), only=None):
    """What a correct bank says: everybody paid but those in `refused`."""
    return [
        Answer(
            row=entry.serial + 1, serial=entry.serial, paid=entry.person.name not in refused,
            reason="户名不符" if entry.person.name in refused else "", amount_fen=entry.amount_fen,
            name=entry.account.holder, card=vault().decrypt(bytes(entry.account.card_cipher), CARD),
        )
        for entry in batch.entries.select_related("person", "account")
        if only is None or entry.person.name in only
    ]  # fmt: skip


def read(world, batch, rows, content=b"return"):
    return returns.read_return(batch, content, rows, name="return.xlsx", actor=world.finance)


@pytest.fixture
def sent(world):
    world.seal(JULY, {"张三": 83333, "李四": 40000, "王五": 25000})
    return send(world)


def changed(batch, **fields):
    """The correct answers with one row told otherwise."""
    rows = answers(batch)
    first = rows[0]
    values = {"row": first.row, "serial": first.serial, "paid": first.paid, "amount_fen": first.amount_fen,
              "name": first.name, "card": first.card}  # fmt: skip
    return [Answer(**{**values, **fields}), *rows[1:]]


def states(batch):
    return {entry.person.name: entry.state for entry in batch.entries.select_related("person")}


@pytest.mark.req("Z10")
def test_a_return_says_who_was_paid_and_who_was_not(world, sent):
    read_now = read(world, sent, answers(sent, refused={"李四"}))
    assert (read_now.paid, read_now.refused, read_now.pending) == (2, 1, 0)
    assert states(sent) == {"张三": "paid", "李四": "refused", "王五": "paid"}
    refused = sent.entries.get(state=EntryState.REFUSED)
    assert refused.bank_reason == "户名不符"
    assert not refused.payments.get().live
    sent.refresh_from_db()
    assert sent.state == BatchState.RETURNED
    assert funds.balance(world.budget).paid_fen == 108333
    assert funds.balance(world.budget).pending_fen == 0


@pytest.mark.req("Z10")
def test_a_bounced_payment_is_paid_again_once_when_the_account_is_corrected(world, sent):
    read(world, sent, answers(sent, refused={"李四"}))
    waiting = world.order().proposal()
    assert waiting.payable == []
    assert [(row.person.name, row.reason, row.note) for row in waiting.held] == [
        ("李四", HoldReason.REFUSED, "户名不符")
    ]
    world.account(world.people["李四"])
    second = send(world)
    assert {entry.person.name: entry.amount_fen for entry in second.entries.all()} == {"李四": 40000}
    read(world, second, answers(second), b"second")
    assert world.order().proposal().payable == []
    assert funds.balance(world.budget).paid_fen == 148333
    assert Payment.objects.filter(live=True).count() == 3


def test_new_months_wait_too_while_the_account_is_wrong(world, sent):
    read(world, sent, answers(sent, refused={"李四"}))
    world.seal(AUGUST, {"张三": 83333, "李四": 40000})
    proposal = world.order().proposal()
    assert [row.person.name for row in proposal.payable] == ["张三"]
    assert [(row.person.name, row.amount_fen) for row in proposal.held] == [("李四", 80000)]


def test_the_same_file_twice_changes_nothing(world, sent):
    read(world, sent, answers(sent))
    again = read(world, sent, answers(sent))
    assert again.again
    assert (again.paid, again.refused) == (0, 0)
    assert BankReturn.objects.count() == 1


def test_a_partial_return_leaves_the_others_pending(world, sent):
    first = read(world, sent, answers(sent, only={"张三"}), b"one")
    assert (first.paid, first.pending) == (1, 2)
    whole = read(world, sent, answers(sent, refused={"王五"}), b"two")
    assert (whole.paid, whole.refused, whole.known, whole.pending) == (1, 1, 1, 0)
    assert states(sent) == {"张三": "paid", "李四": "paid", "王五": "refused"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"serial": 99}, "unknown_serial"),
        ({"serial": None}, "unknown_serial"),
        ({"serial": 2}, "twice"),
        ({"amount_fen": 1}, "amount_changed"),
        ({"name": "别人"}, "name_changed"),
        ({"card": "6217999999999999"}, "card_changed"),
        ({"card": None, "last4": "9999"}, "card_changed"),
    ],
)
def test_a_row_that_does_not_fit_refuses_the_whole_file(world, sent, fields, code):
    with pytest.raises(returns.ReturnRefused) as refused:
        read(world, sent, changed(sent, **fields))
    problems = {problem.code: problem.row for problem in refused.value.problems}
    assert problems[code] in (2, 3)
    assert set(states(sent).values()) == {EntryState.PENDING}
    assert not BankReturn.objects.exists()


def test_a_masked_account_is_compared_by_what_it_shows(world, sent):
    card = answers(sent)[0].card
    assert read(world, sent, changed(sent, card=None, last4=card[-4:])).paid == 3


def test_an_answer_does_not_change(world, sent):
    read(world, sent, answers(sent), b"one")
    with pytest.raises(returns.ReturnRefused) as refused:
        read(world, sent, answers(sent, refused={"张三"}), b"two")
    assert refused.value.problems[0].code == "answer_changed"


def test_a_file_of_another_batch_is_refused(world, sent):
    world.seal(AUGUST, {"张三": 83333, "李四": 40000, "王五": 25000})
    other = send(world)
    read(world, sent, answers(sent))
    with pytest.raises(Refusal) as refused:
        read(world, other, answers(other))
    assert refused.value.code == "other_batch"
    assert set(states(other).values()) == {EntryState.PENDING}


def test_an_empty_file_is_refused(world, sent):
    with pytest.raises(Refusal) as refused:
        read(world, sent, [])
    assert refused.value.code == "return_empty"


def test_a_batch_that_was_not_sent_has_no_return(world):
    world.seal(JULY, {"张三": 83333})
    draft = domain.create_batch(world.order(), actor=world.finance)
    with pytest.raises(Refusal, match=draft.number):
        read(world, draft, answers(draft))


@pytest.mark.req("Z10")
def test_the_money_of_a_month_is_always_somewhere(world):
    world.person("没账户", account=False)
    world.seal(JULY, {"张三": 83333, "李四": 40000, "王五": 25000, "没账户": 1000, "未定": None})

    def now():
        month = standing(world.programme, "520403")[0]
        assert month.difference_fen == 0
        assert month.sealed_fen == 149333
        return month

    assert (now().open_fen, now().held_fen, now().undetermined) == (148333, 1000, 1)
    batch = send(world)
    assert (now().pending_fen, now().open_fen) == (148333, 0)
    read(world, batch, answers(batch, refused={"李四"}))
    assert (now().paid_fen, now().refused_fen, now().held_fen) == (108333, 40000, 1000)
