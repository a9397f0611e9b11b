"""公示 → 复核: published, handed in, approved by somebody else, or sent back."""

import pytest
from django.db import IntegrityError, transaction
from tests.payment.world import JULY, TOWN

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry
from yigang.payment.enums import Step
from yigang.payment.models import Settlement
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle


@pytest.fixture
def draft(world, town_officer) -> Settlement:
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    return Settlement.objects.get()


def test_a_month_goes_from_the_village_to_the_county_to_approval(draft, town_officer, reviewer):
    assert review.publish(draft, actor=town_officer).step == Step.PUBLISHED
    assert review.submit(draft, actor=town_officer).step == Step.SUBMITTED
    approved = review.approve(draft, actor=reviewer)
    assert (approved.step, approved.approver) == (Step.APPROVED, reviewer)
    verbs = list(AuditEntry.objects.order_by("sequence").values_list("verb", flat=True))
    assert verbs == ["payment.settle", "payment.publish", "payment.submit", "payment.approve"]


def test_no_step_is_skipped(draft, town_officer, reviewer):
    with pytest.raises(Refusal) as early:
        review.submit(draft, actor=town_officer)
    assert early.value.code == "wrong_step"
    with pytest.raises(Refusal):
        review.approve(draft, actor=reviewer)


def test_the_author_does_not_approve(world, county_manager, town_officer):
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=county_manager)
    draft = Settlement.objects.get()
    review.publish(draft, actor=town_officer)
    review.submit(draft, actor=town_officer)
    with pytest.raises(Refusal) as refused:
        review.approve(draft, actor=county_manager)
    assert refused.value.code == "approver_is_author"


@pytest.mark.parametrize("field", ["author", "submitted_by"])
def test_the_database_refuses_an_approver_who_is_the_author(draft, town_officer, field):
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.filter(pk=draft.pk).update(**{field: town_officer, "approver": town_officer})


def test_the_database_refuses_an_approval_by_nobody(draft):
    with pytest.raises(IntegrityError), transaction.atomic():
        Settlement.objects.filter(pk=draft.pk).update(step=Step.APPROVED)


def test_a_month_sent_back_is_collected_anew(draft, town_officer, reviewer):
    review.publish(draft, actor=town_officer)
    review.submit(draft, actor=town_officer)
    with pytest.raises(Refusal) as unsaid:
        review.send_back(draft, " ", actor=reviewer)
    assert unsaid.value.code == "no_reason"
    back = review.send_back(draft, "三人日志不全", actor=reviewer)
    assert (back.step, back.returned_reason, back.submitted_by) == (Step.COLLECTING, "三人日志不全", None)
    settle(draft.programme, TOWN, JULY, actor=town_officer)
    assert Settlement.objects.get().step == Step.CALCULATED


@pytest.mark.req("P5")
@pytest.mark.parametrize(
    ("verb", "role"),
    [("publish", Role.VILLAGE_CLERK), ("submit", Role.COUNTY_MANAGER), ("approve", Role.TOWN_OFFICER)],
)
def test_each_step_belongs_to_its_level(draft, make_user, verb, role):
    with pytest.raises(Forbidden):
        getattr(review, verb)(draft, actor=make_user(role, "520403"))
