"""Whatever officers, banks and months do: no line is paid twice, and every sum is the sum of its parts."""

from collections import Counter
from datetime import date
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tests.payment.bank.conftest import VILLAGE, build
from tests.payment.bank.test_returns import answers

from yigang.foundation.errors import Refusal
from yigang.payment import funds
from yigang.payment.bank import domain, holds, returns
from yigang.payment.bank.proposal import by_reason, propose
from yigang.payment.bank.queries import standing
from yigang.payment.bank.waiting import waiting
from yigang.payment.enums import BatchState, EntryState, LineKind
from yigang.payment.hold_models import PayHold
from yigang.payment.models import BankBatch, BatchEntry, HouseholdPay, Payment, Settlement, SubsidyLine
from yigang.people.models import BankAccount, Household, HouseholdSize, Person

NAMES = ("张三", "李四", "王五", "赵六")
AMOUNTS = st.one_of(st.none(), st.integers(min_value=0, max_value=100_000))


class Paying(RuleBasedStateMachine):
    """Officers seal months, correct accounts, make, approve, cancel and send batches; the bank answers as it likes."""

    make_user: object = None

    @initialize()
    def begin(self) -> None:
        self.world = build(self.make_user)
        self.world.budget.amount_fen = 10**12
        self.world.budget.save()
        self.homes = [Household.objects.create(region_code=VILLAGE, number=str(number)) for number in range(2)]
        for name in NAMES:
            self.world.person(name, household=self.homes[0])
        self.months = count()
        self.files = count()

    def next_month(self) -> date:
        number = next(self.months)
        return date(2020 + number // 12, number % 12 + 1, 1)

    def batches(self, *states: BatchState) -> list[BankBatch]:
        return list(BankBatch.objects.filter(programme=self.world.programme, state__in=states).order_by("pk"))

    @rule(amounts=st.dictionaries(st.sampled_from(NAMES), AMOUNTS, min_size=1))
    def seal_a_month(self, amounts) -> None:
        self.world.seal(self.next_month(), amounts)

    @precondition(lambda self: SubsidyLine.objects.filter(kind=LineKind.REGULAR).exists())
    @rule(amount=st.integers(min_value=-50_000, max_value=50_000))
    def adjust_the_latest_line(self, amount) -> None:
        line = SubsidyLine.objects.filter(kind=LineKind.REGULAR).order_by("-pk").first()
        self.world.adjust(self.next_month(), {line: amount})

    @rule(name=st.sampled_from(NAMES))
    def correct_an_account(self, name) -> None:
        self.world.account(self.world.people[name])

    @rule(name=st.sampled_from(NAMES), what=st.sampled_from(("closed", "another's", "dead")))
    def something_happens_to_a_person(self, name, what) -> None:
        person = self.world.people[name]
        if what == "dead":
            Person.objects.filter(pk=person.pk).update(died_on=date(2020, 1, 1))
        else:
            change = {"active": False} if what == "closed" else {"holder": "别人"}
            BankAccount.objects.filter(person=person, active=True).update(**change)

    @rule(names=st.sets(st.sampled_from(NAMES), min_size=1), home=st.sampled_from((0, 1, None)))
    def people_move(self, names, home) -> None:
        to = None if home is None else self.homes[home]
        Person.objects.filter(pk__in=[self.world.people[name].pk for name in names]).update(household=to)

    @rule(name=st.sampled_from(NAMES), back=st.integers(min_value=0, max_value=4))
    def hold_pay_back(self, name, back) -> None:
        """From one of the last months; what a batch pays already stays where it is, and the hold is refused."""
        months = [row.month for row in Settlement.objects.order_by("-month")[: back + 1]] or [date(2020, 1, 1)]
        person = self.world.people[name]
        self.world.appointment(person)
        order = holds.HoldOrder(self.world.programme, person, months[-1], "looked into", "a neighbour's word")
        paying = Payment.objects.filter(line__person=person, line__settlement__month__gte=months[-1], live=True)
        open_, paid = paying.filter(entry__state="pending"), paying.filter(line__settlement__month=months[-1])
        held = person.pay_holds.filter(state="live").exists()
        if held or open_.exists() or paid.exists():
            with pytest.raises(Refusal):
                holds.set_hold(order, actor=self.world.finance)
        else:
            holds.set_hold(order, actor=self.world.finance)

    @rule()
    def lift(self) -> None:
        for row in PayHold.objects.filter(state="live")[:1]:
            holds.lift_hold(row, reason="cleared up", actor=self.world.manager)

    @rule()
    def make_a_batch(self) -> None:
        order = self.world.order(last=date(2100, 1, 1))
        if order.proposal().payable:
            domain.create_batch(order, actor=self.world.finance)
        else:
            with pytest.raises(Refusal) as refusal:
                domain.create_batch(order, actor=self.world.finance)
            assert refusal.value.code == "nobody_payable"

    @rule()
    def approve(self) -> None:
        for batch in self.batches(BatchState.DRAFT)[:1]:
            domain.approve_batch(batch, actor=self.world.manager)

    @rule()
    def cancel(self) -> None:
        for batch in self.batches(BatchState.DRAFT, BatchState.APPROVED)[:1]:
            domain.cancel_batch(batch, reason="changed our minds", actor=self.world.finance)

    @rule()
    def send(self) -> None:
        for batch in self.batches(BatchState.APPROVED)[:1]:
            content = f"{batch.number}".encode()
            domain.send_batch(batch, content, name="b.csv", content_type="text/csv", actor=self.world.finance)

    @rule(refused=st.sets(st.sampled_from(NAMES)), only=st.sets(st.sampled_from(NAMES), min_size=1))
    def answer(self, refused, only) -> None:
        for batch in self.batches(BatchState.SENT, BatchState.RETURNED)[-1:]:
            settled = {e.person.name: e.state for e in batch.entries.select_related("person") if e.state != "pending"}
            refused = {name for name in NAMES if settled.get(name, "refused" if name in refused else "") == "refused"}
            rows = answers(batch, refused, only)
            if rows:
                content = f"return {next(self.files)}".encode()
                returns.read_return(batch, content, rows, name="r", actor=self.world.finance)

    @invariant()
    def no_line_is_paid_twice(self) -> None:
        paid = Counter(Payment.objects.filter(entry__state=EntryState.PAID).values_list("line_id", flat=True))
        assert not [line for line, times in paid.items() if times > 1]

    @invariant()
    def a_household_has_what_its_members_were_paid(self) -> None:
        paid = Payment.objects.filter(live=True, entry__state=EntryState.PAID, line__person__household__isnull=False)
        sums: Counter[tuple[int, int]] = Counter()
        for home, month, fen in paid.values_list("line__person__household", "line__month", "amount_fen"):
            sums[home, month.year] += fen
        kept = {(row.household_id, row.year): row.fen for row in HouseholdPay.objects.all() if row.fen}
        assert kept == {key: fen for key, fen in sums.items() if fen}

    @invariant()
    def a_household_counts_its_members_and_its_dead(self) -> None:
        homes = [Person.objects.filter(household=home) for home in getattr(self, "homes", [])]
        counted = [(home.count(), [one.died_on.year for one in home if one.died_on]) for home in homes]
        kept = {row.household_id: (row.members, row.deaths) for row in HouseholdSize.objects.all()}
        assert [kept.get(home.pk, (0, [])) for home in getattr(self, "homes", [])] == counted

    @invariant()
    def no_held_line_waits_for_the_bank(self) -> None:
        for row in PayHold.objects.filter(state="live"):
            lines = SubsidyLine.objects.filter(person=row.person, month__gte=row.from_month)
            assert not lines.filter(payments__live=True, payments__entry__state="pending").exists()

    @invariant()
    def what_was_paid_is_the_sum_of_its_lines(self) -> None:
        for entry in BatchEntry.objects.prefetch_related("payments__line"):
            assert entry.amount_fen == sum(payment.line.amount_fen for payment in entry.payments.all()) > 0
            alive = entry.state in (EntryState.PENDING, EntryState.PAID)
            assert all(payment.live == alive for payment in entry.payments.all())
        for batch in BankBatch.objects.prefetch_related("entries"):
            assert batch.total_fen == sum(entry.amount_fen for entry in batch.entries.all())

    @invariant()
    def the_money_of_every_month_is_somewhere(self) -> None:
        if not hasattr(self, "world"):
            return
        months = standing(self.world.programme, "520403")
        assert all(month.difference_fen == 0 for month in months)
        assert sum(month.paid_fen for month in months) == funds.balance(self.world.budget).paid_fen
        assert sum(month.pending_fen for month in months) == funds.balance(self.world.budget).pending_fen
        assert sum(month.on_hold_fen for month in months) == funds.reserved(self.world.programme)
        assert len(months) == Settlement.objects.filter(programme=self.world.programme).count()

    @invariant()
    def the_database_sorts_people_as_a_batch_would(self) -> None:
        if not hasattr(self, "world"):
            return
        proposal, sorted_ = propose(self.world.programme, "520403"), waiting(self.world.programme, "520403")
        assert (sorted_.payable_people, sorted_.payable_fen) == (len(proposal.payable), proposal.total_fen)
        told = {group.reason: (group.people, group.fen, group.shown) for group in sorted_.groups}
        assert told == {
            reason: (len(rows), sum(row.amount_fen for row in rows), rows)
            for reason, rows in by_reason(proposal.held).items()
        }


def test_any_course_of_events_pays_each_line_once(db, make_user):
    """Each course runs in a savepoint that is undone, so that courses do not meet."""
    from django.db import transaction

    class Course(Paying):
        def __init__(self) -> None:
            super().__init__()
            self.point = transaction.savepoint()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.point)

    Course.make_user = staticmethod(make_user)
    machine = Course.TestCase
    machine.settings = settings(
        max_examples=7, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    machine("runTest").runTest()
    assert not BankAccount.objects.exists()
