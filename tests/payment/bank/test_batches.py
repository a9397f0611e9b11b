"""Batches: made by one, approved by another, sent once, cancelled only before. And what the database itself refuses."""

import pytest
from django.db import DatabaseError, transaction
from tests.payment.bank.conftest import AUGUST, JULY

from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.payment import funds
from yigang.payment.bank import domain
from yigang.payment.enums import BatchState, EntryState
from yigang.payment.models import BankBatch, BatchEntry, Payment


@pytest.fixture
def draft(world) -> BankBatch:
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    return domain.create_batch(world.order(), actor=world.finance)


@pytest.fixture
def sent(world, draft) -> BankBatch:
    domain.approve_batch(draft, actor=world.manager)
    domain.send_batch(draft, b"rows", name="batch.csv", content_type="text/csv", actor=world.finance)
    draft.refresh_from_db()
    return draft


def refused_by_the_database(change) -> bool:
    try:
        with transaction.atomic():
            change()
    except DatabaseError:
        return True
    return False


@pytest.mark.req("Z10")
def test_lines_cover_and_entries_are_one_sum(draft):
    entries = draft.entries.all()
    assert sum(entry.amount_fen for entry in entries) == draft.total_fen == 123333
    assert sum(payment.amount_fen for payment in Payment.objects.filter(entry__batch=draft)) == draft.total_fen
    assert [entry.serial for entry in entries] == [1, 2]
    assert draft.count == 2
    assert domain.cover(draft)["capitals"] == "壹仟贰佰叁拾叁元叁角叁分"


def test_a_batch_has_a_number_that_says_what_it_is(world, draft):
    assert draft.number == f"520403-{world.programme.pk}-202008-01"
    domain.cancel_batch(draft, reason="wrong fund", actor=world.finance)
    assert domain.create_batch(world.order(), actor=world.finance).number.endswith("-02")


def test_people_in_a_batch_are_not_proposed_again(world, draft):
    with pytest.raises(Refusal) as refusal:
        domain.create_batch(world.order(), actor=world.colleague)
    assert refusal.value.code == "nobody_payable"


def test_what_changed_since_it_was_looked_at_is_refused(world):
    world.seal(JULY, {"张三": 40000})
    seen = world.order().proposal().digest
    world.seal(AUGUST, {"张三": 40000})
    with pytest.raises(Refusal) as refusal:
        domain.create_batch(world.order(), actor=world.finance, expected=seen)
    assert refusal.value.code == "proposal_changed"
    assert not BankBatch.objects.exists()


def test_a_batch_beyond_the_budget_is_refused_with_the_figures(world):
    world.budget.amount_fen = 100000
    world.budget.save()
    world.seal(JULY, {"张三": 83333, "李四": 40000})
    with pytest.raises(Refusal) as refusal:
        domain.create_batch(world.order(), actor=world.finance)
    assert refusal.value.code == "budget"
    assert refusal.value.params["left"] == "1,000.00"
    assert refusal.value.params["wanted"] == "1,233.33"
    assert refusal.value.params["short"] == "233.33"
    assert not BankBatch.objects.exists()


def test_the_author_does_not_approve(world, draft):
    with pytest.raises(Refusal) as refusal:
        domain.approve_batch(draft, actor=world.finance)
    assert refusal.value.code == "own_batch"
    draft.refresh_from_db()
    assert draft.state == BatchState.DRAFT


@pytest.mark.req("P5")
def test_a_town_officer_pays_nobody(world, town_officer):
    world.seal(JULY, {"张三": 40000})
    with pytest.raises(Forbidden):
        domain.create_batch(world.order(), actor=town_officer)


def test_a_cancelled_batch_frees_its_lines_and_its_budget(world, draft):
    domain.approve_batch(draft, actor=world.colleague)
    domain.cancel_batch(draft, reason="wrong month", actor=world.finance)
    assert set(draft.entries.values_list("state", flat=True)) == {EntryState.CANCELLED}
    assert not Payment.objects.filter(live=True).exists()
    assert funds.balance(world.budget).left_fen == world.budget.amount_fen
    assert domain.create_batch(world.order(), actor=world.finance).total_fen == 123333


def test_a_sent_batch_is_not_cancelled(world, sent):
    with pytest.raises(Refusal, match=sent.number):
        domain.cancel_batch(sent, reason="too late", actor=world.finance)


def test_an_unapproved_batch_is_not_sent(world, draft):
    with pytest.raises(Refusal, match=draft.number):
        domain.send_batch(draft, b"rows", name="batch.csv", content_type="text/csv", actor=world.finance)


def test_handing_out_again_gives_the_same_bytes_and_is_noted(world, sent):
    stored = domain.hand_out_again(sent, actor=world.finance)
    with stored.content.open() as file:
        assert file.read() == b"rows"
    assert stored.sha256 == sent.file_digest
    assert AuditEntry.objects.filter(verb="payment.export_again", object_id=sent.pk).count() == 1


def test_every_step_is_in_the_audit_trail(world, sent):
    verbs = (
        AuditEntry.objects.filter(object_type="payment.bankbatch").order_by("sequence").values_list("verb", flat=True)
    )
    assert list(verbs) == ["payment.create_batch", "payment.approve_batch", "payment.export_batch"]


def test_a_budget_is_raised_and_never_lowered_below_what_is_spent(world, draft):
    lowered = funds.change_amount(world.budget, 123333, reason="cut", actor=world.finance)
    assert funds.balance(lowered).left_fen == 0
    with pytest.raises(Refusal) as refusal:
        funds.change_amount(world.budget, 123332, reason="cut", actor=world.finance)
    assert refusal.value.params["spent"] == "1,233.33"


def test_a_fund_is_there_once(world):
    fund = funds.create_fund("以工代赈", year=2020, region_code="520403000000", actor=world.finance)
    assert funds.create_budget_line(fund, world.programme, 5, actor=world.finance).amount_fen == 5
    with pytest.raises(Refusal, match="以工代赈"):
        funds.create_fund("以工代赈", year=2020, region_code="520403000000", actor=world.finance)
    with pytest.raises(Refusal, match="以工代赈"):
        funds.create_budget_line(fund, world.programme, 5, actor=world.finance)


@pytest.mark.req("P5")
def test_a_town_sees_its_own_rows_only_and_yet_what_is_really_left(world, draft, make_user):
    own, other = make_user(Role.TOWN_OFFICER, "520403101"), make_user(Role.TOWN_OFFICER, "520403102")
    with rls.scope(own):
        assert BatchEntry.objects.count() == 2
        assert not BankBatch.objects.exists(), "the county's batch is the county's"
    with rls.scope(other):
        assert not BatchEntry.objects.exists()
        assert not Payment.objects.exists()
        assert funds.balance(world.budget).left_fen == world.budget.amount_fen - 123333


class TestTheDatabaseRefuses:
    """What no program can do, however wrong it is."""

    def test_one_line_in_two_live_batches(self, world, draft):
        other = BankBatch.objects.create(
            region_code=draft.region_code, programme=world.programme, budget_line=world.budget, number="other",
            layout="yikatong", author=world.finance,
        )  # fmt: skip
        first = draft.entries.first()
        entry = BatchEntry.objects.create(
            region_code=first.region_code, batch=other, serial=1, person=first.person, account=first.account,
            amount_fen=first.amount_fen,
        )  # fmt: skip
        line = first.payments.get().line
        again = lambda: Payment.objects.create(  # noqa: E731 - a deed to be refused
            region_code=line.region_code, entry=entry, line=line, amount_fen=line.amount_fen
        )
        assert refused_by_the_database(again)

    @pytest.mark.parametrize(
        "change",
        [
            lambda batch: Payment.objects.update(live=False),
            lambda batch: Payment.objects.update(amount_fen=1),
            lambda batch: Payment.objects.all().delete(),
            lambda batch: batch.entries.all().delete(),
            lambda batch: batch.delete(),
            lambda batch: batch.entries.update(amount_fen=1),
            lambda batch: batch.entries.update(state=EntryState.PAID),
            lambda batch: batch.entries.update(state=EntryState.CANCELLED),
            lambda batch: BankBatch.objects.update(state=BatchState.SENT),
            lambda batch: BankBatch.objects.update(state=BatchState.APPROVED),
            lambda batch: BankBatch.objects.update(state=BatchState.APPROVED, approver=batch.author),
            lambda batch: BankBatch.objects.update(layout="other"),
        ],
    )
    def test_a_change_of_a_draft(self, draft, change):
        assert refused_by_the_database(lambda: change(draft))

    @pytest.mark.parametrize(
        "change",
        [
            lambda batch: BankBatch.objects.update(total_fen=1),
            lambda batch: BankBatch.objects.update(file_digest="0" * 64),
            lambda batch: BankBatch.objects.update(state=BatchState.CANCELLED),
            lambda batch: BankBatch.objects.update(state=BatchState.DRAFT),
        ],
    )  # fmt: skip
    def test_a_change_of_a_sent_batch(self, sent, change):
        assert refused_by_the_database(lambda: change(sent))

    def test_an_entry_after_the_approval(self, world, sent):
        person = world.person("王五")
        entry = BatchEntry(
            region_code=person.region_code, batch=sent, serial=9, person=person, account=person.accounts.get(),
            amount_fen=1,
        )  # fmt: skip
        assert refused_by_the_database(entry.save)

    def test_a_batch_that_does_not_add_up(self, world, draft):
        BankBatch.objects.filter(pk=draft.pk).update(total_fen=1)
        assert refused_by_the_database(
            lambda: BankBatch.objects.update(state=BatchState.APPROVED, approver=world.manager)
        )

    def test_an_answer_that_changes(self, sent):
        sent.entries.update(state=EntryState.PAID)
        assert refused_by_the_database(lambda: sent.entries.update(state=EntryState.REFUSED))
        assert refused_by_the_database(lambda: sent.entries.update(state=EntryState.PENDING))

    def test_a_refused_entry_that_keeps_its_lines(self, sent):
        """The database ends the payments itself, so that no program can forget to."""
        sent.entries.update(state=EntryState.REFUSED)
        assert not Payment.objects.filter(live=True).exists()

    def test_a_line_of_an_open_month(self, world, draft):
        line = world.line(world.open_month(AUGUST), "王五", 100)
        entry = BatchEntry(
            region_code=line.region_code, batch=draft, serial=3, person=line.person,
            account=line.person.accounts.get(), amount_fen=100,
        )  # fmt: skip

        def pay() -> None:
            entry.save()
            Payment.objects.create(region_code=line.region_code, entry=entry, line=line, amount_fen=100)

        assert refused_by_the_database(pay)

    def test_an_account_of_another_person(self, world, draft):
        stranger = world.person("王五")
        entry = BatchEntry(
            region_code=stranger.region_code, batch=draft, serial=3, person=stranger,
            account=world.people["张三"].accounts.get(), amount_fen=100,
        )  # fmt: skip
        assert refused_by_the_database(entry.save)
