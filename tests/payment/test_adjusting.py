"""A sealed month never changes: corrections stand in the next open month and point back."""

from collections.abc import Callable
from datetime import date

import pytest
from tests.payment.world import AUGUST, HUNG, JULY, TOWN, World

from yigang.appraisal.models import Appraisal
from yigang.duty.enums import Table
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.payment.enums import LineKind, Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review
from yigang.payment.settlement.adjusting import accept, adjust, propose_adjustments
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.queries import sentences_of
from yigang.payment.settlement.sealing import seal
from yigang.payment.settlement.verify import verify


@pytest.fixture
def close(town_officer, reviewer) -> Callable[..., Settlement]:
    """Compute, review and seal a month of a world."""

    def run(world: World, month: date = JULY) -> Settlement:
        settle(world.programme, TOWN, month, actor=town_officer)
        settlement = Settlement.objects.get(month=month)
        review.publish(settlement, on=HUNG, actor=town_officer)
        review.submit(settlement, actor=town_officer)
        review.approve(settlement, actor=reviewer)
        return seal(settlement, actor=reviewer)

    return run


def test_a_correction_stands_in_the_next_month_and_points_back(world, close, town_officer):
    ranger = world.work(world.hire("王大山"))
    sealed = close(world)
    line = sealed.lines.get(appointment=ranger)
    added = adjust(line, -3333, "多计四天", actor=town_officer)
    assert (added.settlement.month, added.settlement.step) == (AUGUST, Step.COLLECTING)
    assert (added.corrects, added.amount_fen, added.kind) == (line, -3333, LineKind.ADJUSTMENT)
    assert Settlement.objects.get(month=AUGUST).total_fen == -3333
    assert sentences_of(added, "zh")[0].text == "更正 2020-07：-33.33 元。原因：多计四天"


def test_what_was_taken_back_and_what_was_paid_sum_to_what_was_due(world, close, town_officer):
    """Sealed amount and its corrections together are what today's evidence says."""
    world.work(world.hire("王大山"))
    sealed = close(world)
    line = sealed.lines.get()
    world.mark(line.appointment, "0")
    world.find_absent(line.appointment, date(2020, 7, 3))
    world.log(line.appointment, [23])
    for proposal in propose_adjustments(sealed, actor=town_officer):
        accept(proposal, actor=town_officer)
    total = sum(one.amount_fen for one in SubsidyLine.objects.filter(person=line.person))
    assert total == 83333
    assert propose_adjustments(sealed, actor=town_officer) == []


def test_somebody_held_at_sealing_is_paid_when_the_mark_arrives(world, close, town_officer):
    held = world.hire("王大山")
    world.attend(held, range(1, 23))
    world.log(held, range(1, 23))
    sealed = close(world)
    assert propose_adjustments(sealed, actor=town_officer) == []
    world.mark(held)
    [proposal] = propose_adjustments(sealed, actor=town_officer)
    assert (proposal.paid_fen, proposal.due_fen, proposal.was_held) == (0, 83333, True)
    added = accept(proposal, actor=town_officer)
    assert (added.amount_fen, added.grade) == (83333, "合格")
    assert added.corrects == sealed.lines.get()
    assert Appraisal.objects.get().passed
    assert propose_adjustments(sealed, actor=town_officer) == []


def test_somebody_held_who_turns_out_to_have_failed_is_decided_at_nothing(world, close, town_officer):
    held = world.hire("李二")
    world.attend(held, range(1, 5))
    world.log(held, range(1, 5))
    sealed = close(world)
    world.mark(held, "0")
    [proposal] = propose_adjustments(sealed, actor=town_officer)
    assert accept(proposal, actor=town_officer).amount_fen == 0
    assert not Appraisal.objects.get().passed
    assert propose_adjustments(sealed, actor=town_officer) == []


def test_somebody_the_sealed_month_did_not_know_is_not_lost(world, close, town_officer):
    """Entered into the roster after sealing: the line of July stands in August."""
    world.work(world.hire("王大山"))
    sealed = close(world)
    late = world.work(world.hire("补登记"))
    [proposal] = propose_adjustments(sealed, actor=town_officer)
    added = accept(proposal, actor=town_officer)
    assert (added.month, added.settlement.month, added.amount_fen) == (JULY, AUGUST, 83333)
    assert Appraisal.objects.filter(appointment=late, first=JULY).exists()
    assert propose_adjustments(sealed, actor=town_officer) == []


def test_somebody_who_had_left_owes_the_month_back(world, close, town_officer):
    ranger = world.work(world.hire("王大山"))
    sealed = close(world)
    type(ranger).objects.filter(pk=ranger.pk).update(ends=date(2020, 6, 30))
    [proposal] = propose_adjustments(sealed, actor=town_officer)
    assert proposal.difference_fen == -83333


def test_corrections_survive_computing_and_are_sealed_and_verified(world, close, town_officer, reviewer):
    ranger = world.work(world.hire("王大山"))
    line = close(world).lines.get()
    adjust(line, -3333, "多计四天", actor=town_officer)
    world.declare(Table.LEAVES, Table.WORK_LOGS, month=AUGUST)
    world.work(ranger, month=AUGUST)
    august = close(world, AUGUST)
    assert (august.people, august.total_fen) == (1, 83333 - 3333)
    assert verify(august, actor=reviewer).differences == ()
    assert verify(Settlement.objects.get(month=JULY), actor=reviewer).differences == ()


def test_a_correction_waits_for_a_month_that_is_still_open(world, close, town_officer):
    ranger = world.work(world.hire("王大山"))
    line = close(world).lines.get()
    world.declare(Table.LEAVES, Table.WORK_LOGS, month=AUGUST)
    world.work(ranger, month=AUGUST)
    close(world, AUGUST)
    assert adjust(line, -1, "一分之差", actor=town_officer).settlement.month == date(2020, 9, 1)


def test_refusals(world, close, town_officer, make_user):
    ranger = world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    with pytest.raises(Refusal) as draft:
        adjust(SubsidyLine.objects.get(), 1, "早了", actor=town_officer)
    assert draft.value.code == "not_sealed"
    line = close(world).lines.get(appointment=ranger)
    for amount, reason, code in ((0, "无", "nothing"), (1, " ", "no_reason"), (-83334, "多扣", "below_zero")):
        with pytest.raises(Refusal) as refused:
            adjust(line, amount, reason, actor=town_officer)
        assert refused.value.code == code
    added = adjust(line, -1, "一分", actor=town_officer)
    with pytest.raises(Refusal) as twice:
        adjust(added, 1, "更正的更正", actor=town_officer)
    assert twice.value.code == "is_adjustment"
    with pytest.raises(Forbidden):
        adjust(line, -1, "越权", actor=make_user(Role.VILLAGE_CLERK, "520403"))
