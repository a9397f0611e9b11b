"""Laws of a month that hold whatever the month was: the same twice, parts sum to the whole, nothing lost by sealing."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.payment.world import COUNTY, FAR_VILLAGE, HUNG, JULY, VILLAGE, World

from yigang.duty.enums import Table
from yigang.foundation.enums import Role
from yigang.payment.enums import LineKind
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import review
from yigang.payment.settlement.adjusting import accept, propose_adjustments
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.sealing import seal
from yigang.payment.settlement.verify import verify

LAWS = settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
RANGERS = st.lists(
    st.tuples(st.sampled_from([VILLAGE, FAR_VILLAGE]), st.integers(0, 27), st.sampled_from([None, "0", "9.5", "20"])),
    min_size=1, max_size=4,
)  # fmt: skip
"""Village, days with a check-in and a log, the town's mark or none."""


@pytest.fixture
def officers(make_user):
    return make_user(Role.TOWN_OFFICER, "520403"), make_user(Role.COUNTY_MANAGER, "520403")


@contextmanager
def a_county(rangers, clerk) -> Iterator[World]:
    """A world that is gone after the example."""
    with transaction.atomic():
        world = World(clerk)
        world.declare(Table.LEAVES, Table.WORK_LOGS)
        for number, (village, days, mark) in enumerate(rangers):
            ranger = world.hire(f"护林员{number}", village)
            world.attend(ranger, range(1, days + 1))
            world.log(ranger, range(1, days + 1))
            if mark is not None:
                world.mark(ranger, mark)
        yield world
        transaction.set_rollback(True)


def sealed_all(world: World, officer, reviewer) -> list[Settlement]:
    settle(world.programme, COUNTY, JULY, actor=officer)
    done = []
    for settlement in Settlement.objects.filter(month=JULY):
        review.publish(settlement, on=HUNG, actor=officer)
        review.submit(settlement, actor=officer)
        review.approve(settlement, actor=reviewer)
        done.append(seal(settlement, actor=reviewer))
    return done


@LAWS
@given(rangers=RANGERS)
def test_computing_twice_gives_the_same_digest_and_the_same_rows(officers, rangers):
    officer, _reviewer = officers
    with a_county(rangers, officer) as world:
        settle(world.programme, COUNTY, JULY, actor=officer)
        first = list(SubsidyLine.objects.order_by("appointment").values_list("pk", "amount_fen", "trace"))
        digests = dict(Settlement.objects.values_list("region_code", "lines_digest"))
        again = settle(world.programme, COUNTY, JULY, actor=officer)
        assert again.changed == ()
        assert list(SubsidyLine.objects.order_by("appointment").values_list("pk", "amount_fen", "trace")) == first
        assert dict(Settlement.objects.values_list("region_code", "lines_digest")) == digests


@LAWS
@given(rangers=RANGERS)
def test_the_towns_sum_to_the_county_and_the_lines_to_the_towns(officers, rangers):
    officer, _reviewer = officers
    with a_county(rangers, officer) as world:
        result = settle(world.programme, COUNTY, JULY, actor=officer)
        towns = Settlement.objects.all()
        assert sum(town.total_fen for town in towns) == result.total_fen
        assert sum(town.people for town in towns) == len(rangers) == result.people
        for town in towns:
            amounts = town.lines.values_list("amount_fen", flat=True)
            assert town.total_fen == sum(amount or 0 for amount in amounts)
            assert town.undetermined == sum(amount is None for amount in amounts)


@LAWS
@given(rangers=RANGERS)
def test_sealed_and_corrected_sum_to_what_was_due_in_the_end(officers, rangers):
    """Whoever was held is decided by a late mark; sealed amounts and corrections together are what a fresh month pays."""
    officer, reviewer = officers
    with a_county(rangers, officer) as world:
        sealed = sealed_all(world, officer, reviewer)
        assert all(verify(one, actor=reviewer) for one in sealed)
        for line in SubsidyLine.objects.filter(missing__contains=["乡镇评定"]).select_related("appointment"):
            world.mark(line.appointment, "20")
        due = {}
        for one in sealed:
            for proposal in propose_adjustments(one, actor=officer):
                due[proposal.appointment.pk] = proposal.due_fen
                accept(proposal, actor=officer)
            assert propose_adjustments(one, actor=officer) == []
            assert verify(one, actor=reviewer)
        for appointment, fen in due.items():
            paid = SubsidyLine.objects.filter(appointment=appointment).values_list("amount_fen", flat=True)
            assert sum(amount or 0 for amount in paid) == fen
        assert SubsidyLine.objects.filter(kind=LineKind.ADJUSTMENT).count() == len(due)
