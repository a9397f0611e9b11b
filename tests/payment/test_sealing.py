"""封存: a sealed month is computed from kept facts, the database refuses to change it, and anybody can compute it again."""

import io
import zipfile
from collections.abc import Callable

import polars as pl
import pytest
from django.db import DatabaseError, transaction
from tests.payment.world import HUNG, JULY, TOWN, World

from yigang.appraisal.models import Appraisal
from yigang.foundation.errors import Refusal
from yigang.payment.enums import Step
from yigang.payment.models import Settlement, Snapshot, SubsidyLine
from yigang.payment.settlement import review
from yigang.payment.settlement.calculate import settle
from yigang.payment.settlement.sealing import seal
from yigang.payment.settlement.verify import verify


@pytest.fixture
def through(town_officer, reviewer) -> Callable[[World], Settlement]:
    """Takes a world's July to approval."""

    def run(world: World) -> Settlement:
        settle(world.programme, TOWN, JULY, actor=town_officer)
        settlement = Settlement.objects.get(month=JULY)
        review.publish(settlement, on=HUNG, actor=town_officer)
        review.submit(settlement, actor=town_officer)
        return review.approve(settlement, actor=reviewer)

    return run


@pytest.fixture
def sealed(world, through, reviewer) -> Settlement:
    world.work(world.hire("王大山"))
    world.work(world.hire("偷懒", starts=JULY), days=4)
    world.hire("没有数据")
    return seal(through(world), actor=reviewer)


def test_a_sealed_month_keeps_what_it_was_computed_from(sealed):
    kept = Snapshot.objects.get(settlement=sealed)
    with zipfile.ZipFile(io.BytesIO(kept.facts)) as archive:
        appointments = pl.read_parquet(archive.read("appointments.parquet"))
        check_ins = pl.read_parquet(archive.read("check_ins.parquet"))
    assert (appointments.height, check_ins.height) == (3, 26)
    assert "code: pingba-ranger" in kept.policy
    assert sealed.step == Step.SEALED
    assert len(sealed.facts_digest) == len(sealed.lines_digest) == len(sealed.policy_digest) == 64


def test_sealing_leaves_the_months_appraisals_and_none_for_the_undetermined(sealed):
    assert sorted(Appraisal.objects.values_list("appointment__person__name", "grade", "passed")) == [
        ("偷懒", "不合格", False),
        ("王大山", "合格", True),
    ]
    assert sealed.undetermined == 1


def test_facts_that_changed_after_approval_are_not_sealed(world, through, reviewer):
    ranger = world.work(world.hire("王大山"))
    approved = through(world)
    world.mark(ranger, "3")
    with pytest.raises(Refusal) as refused:
        seal(approved, actor=reviewer)
    assert refused.value.code == "facts_changed"
    assert "王大山" in str(refused.value)
    assert not Snapshot.objects.exists()
    assert not Appraisal.objects.exists()


def test_a_policy_that_changed_after_approval_is_not_sealed(world, through, reviewer, tmp_path, monkeypatch):
    world.work(world.hire("王大山"))
    approved = through(world)
    from yigang.policy.load import policies_folder

    text = (policies_folder() / "pingba-ranger.yaml").read_text().replace("得分 >= 60", "得分 >= 61")
    (tmp_path / "pingba-ranger.yaml").write_text(text)
    monkeypatch.setenv("YIGANG_POLICIES", str(tmp_path))
    with pytest.raises(Refusal) as refused:
        seal(approved, actor=reviewer)
    assert refused.value.code == "policy_changed"


@pytest.mark.parametrize(
    "change",
    [
        lambda s: Settlement.objects.filter(pk=s.pk).update(total_fen=1),
        lambda s: s.delete(),
        lambda s: SubsidyLine.objects.filter(settlement=s).update(amount_fen=1, state="settled"),
        lambda s: SubsidyLine.objects.filter(settlement=s).delete(),
        lambda s: Snapshot.objects.filter(settlement=s).update(policy=""),
        lambda s: Appraisal.objects.all().update(passed=True),
    ],
    ids=["settlement", "its deletion", "lines", "deletion of lines", "snapshot", "appraisals"],
)
def test_the_database_refuses_any_change_to_a_sealed_month(sealed, change):
    with pytest.raises(DatabaseError), transaction.atomic():
        change(sealed)


def test_the_database_refuses_a_new_line_in_a_sealed_month(sealed, world):
    late = world.hire("后来")
    with pytest.raises(DatabaseError), transaction.atomic():
        SubsidyLine.objects.create(
            region_code=TOWN, settlement=sealed, appointment=late, person=late.person, month=JULY, state="settled",
            amount_fen=1, trace={},
        )  # fmt: skip


def test_a_sealed_month_is_computed_again_from_what_was_kept(sealed, world, reviewer, monkeypatch, tmp_path):
    world.mark(SubsidyLine.objects.filter(state="settled").first().appointment, "0")
    monkeypatch.setenv("YIGANG_POLICIES", str(tmp_path))
    verified = verify(sealed, actor=reviewer)
    assert verified.differences == ()
    assert (bool(verified), verified.lines) == (True, 3)


def test_a_draft_is_not_verified(world, town_officer):
    world.work(world.hire("王大山"))
    settle(world.programme, TOWN, JULY, actor=town_officer)
    with pytest.raises(Refusal) as refused:
        verify(Settlement.objects.get(), actor=town_officer)
    assert refused.value.code == "not_sealed"
