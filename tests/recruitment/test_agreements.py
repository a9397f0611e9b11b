"""Agreements of a whole round before hiring: drafted together, signed copies matched by their number and looked at."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.recruitment.world import JUNE, make_world

from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import StoredFile
from yigang.recruitment.domain import agreements_of_round as together
from yigang.recruitment.domain import file_signed_draft
from yigang.recruitment.models import AgreementDraft, StepRecord

DAYS = (date(2020, 6, 15), date(2021, 6, 14))


@pytest.fixture
def world(make_user):
    """Gaomi's round at 协议: two who applied for a post, one who takes any of the two sought."""
    world = make_world(make_user, "rural-post-400")
    world.open()
    world.next()
    for name, post in (("申报甲", world.posts[0]), ("申报乙", world.posts[1]), ("申报丙", None)):
        world.apply(world.person(name), post)
    for step in world.round.steps.filter(position__lte=world.round.steps.get(name="协议").position).order_by(
        "position"
    ):
        StepRecord.objects.filter(pk=step.pk).update(state="open", opens_on=JUNE)
        if step.name != "协议":
            StepRecord.objects.filter(pk=step.pk).update(state="closed")
    return world


@pytest.fixture
def drafted(world) -> list[AgreementDraft]:
    together.draft_round(world.round, *DAYS, actor=world.town)
    return list(AgreementDraft.objects.order_by("number"))


def offer(world, *files: tuple[str, bytes]) -> list[together.Offered]:
    return together.offer_signed(world.round, [(name, lambda b=b: b) for name, b in files], actor=world.town)


@pytest.mark.req("Z8", "T2")
def test_all_are_drafted_numbered_and_zipped_and_who_cannot_be_is_told_with_the_reason(world):
    done = together.draft_round(world.round, *DAYS, actor=world.town)
    assert done.names == ["申报甲", "申报乙"]
    assert done.refused == [("申报丙", "请写明岗位。")]
    names = zipfile.ZipFile(io.BytesIO(done.content)).namelist()
    assert names == ["公岗协〔2020〕0001号 申报甲.docx", "公岗协〔2020〕0002号 申报乙.docx"]
    again = together.draft_round(world.round, *DAYS, actor=world.town)
    assert zipfile.ZipFile(io.BytesIO(again.content)).namelist() == names
    assert AgreementDraft.objects.count() == 2


def test_who_signed_is_left_out_and_a_round_without_anybody_is_refused(world, drafted):
    for one in drafted:
        file_signed_draft(one, b"%PDF-1.7", name="a.pdf", on=JUNE, actor=world.town)
    assert together.draft_round(world.round, *DAYS, actor=world.town).names == []
    world.round.applications.all().update(state="withdrawn")
    with pytest.raises(Refusal) as caught:
        together.draft_round(world.round, *DAYS, actor=world.town)
    assert caught.value.code == "nobody"


@pytest.mark.req("Z8")
def test_a_copy_finds_its_agreement_by_the_number_in_its_name_and_nothing_is_signed_yet(world, drafted):
    pdf = b"%PDF-1.7 signed"
    told = offer(
        world, ("扫描 公岗协[2020]0001号 .pdf", pdf), ("公岗协〔2020〕0009号.pdf", pdf), ("公岗协〔2020〕0002号.pdf", b"word"),
        ("公岗协〔2020〕0001号和公岗协〔2020〕0002号.pdf", pdf),
    )  # fmt: skip
    assert [one.draft for one in told] == [drafted[0], None, None, None]
    assert "没有任何待签协议的编号" in str(told[1].problem)
    assert "PDF" in str(told[2].problem)
    assert "不止一份" in str(told[3].problem)
    row = AgreementDraft.objects.get(pk=drafted[0].pk)
    assert (row.offered_file.name, row.signed_file) == ("扫描 公岗协[2020]0001号 .pdf", None)


@pytest.mark.req("Z8")
def test_the_copies_that_were_looked_at_are_kept_all_or_none(world, drafted):
    offer(world, *((f"{one.number}.pdf", b"%PDF-1.7 one") for one in drafted))
    seen = dict(AgreementDraft.objects.values_list("pk", "offered_file"))
    offer(world, (f"{drafted[1].number}.pdf", b"%PDF-1.7 other"))
    with pytest.raises(Refusal) as caught:
        together.file_offered(world.round, seen, on=JUNE, actor=world.town)
    assert caught.value.code == "other_copy"
    assert not AgreementDraft.objects.exclude(signed_file=None).exists()
    seen = dict(AgreementDraft.objects.values_list("pk", "offered_file"))
    together.file_offered(world.round, seen, on=JUNE, actor=world.town)
    kept = AgreementDraft.objects.order_by("number").values_list("signed_file", "offered_file", "signed_on")
    assert list(kept) == [(seen[one.pk], None, JUNE) for one in drafted]
    with pytest.raises(Refusal) as caught:
        together.file_offered(world.round, seen, on=JUNE, actor=world.town)
    assert caught.value.code == "not_waiting"


@pytest.mark.req("Z8")
def test_scans_that_were_replaced_or_never_ticked_do_not_stay(world, drafted, django_capture_on_commit_callbacks):
    first, second = (f"{one.number}.pdf" for one in drafted)
    with django_capture_on_commit_callbacks(execute=True):
        offer(world, (first, b"%PDF-1.7 one"), (second, b"%PDF-1.7 two"))
        gone = StoredFile.objects.get(name=first)
        offer(world, (first, b"%PDF-1.7 one again"))
    assert not StoredFile.objects.filter(pk=gone.pk).exists()
    assert not gone.content.storage.exists(gone.content.name)
    together.file_offered(world.round, dict(chosen(drafted[0])), on=JUNE, actor=world.town)
    assert together.forget_offered(timezone.now() + timedelta(days=80)) == 0
    assert together.forget_offered(timezone.now() + timedelta(days=91)) == 1
    kept = AgreementDraft.objects.order_by("number").values_list("signed_file__name", "offered_file")
    assert list(kept) == [(first, None), (None, None)], "what was signed stays"
    assert not StoredFile.objects.filter(name=second).exists()


def chosen(draft: AgreementDraft) -> list[tuple[int, int]]:
    return list(AgreementDraft.objects.filter(pk=draft.pk).values_list("pk", "offered_file"))


@pytest.mark.req("Z8")
def test_only_who_acts_in_the_step_drafts_and_files(world, drafted, make_user):
    told = together.offer_signed(
        world.round, [(f"{drafted[0].number}.pdf", lambda: b"%PDF-1.7")], actor=world.county
    )  # fmt: skip
    assert told[0].draft is None
    assert not StoredFile.objects.filter(name__endswith=".pdf").exists()
    with pytest.raises(Forbidden):
        together.draft_round(world.round, *DAYS, actor=make_user(Role.AUDITOR, "520403"))
