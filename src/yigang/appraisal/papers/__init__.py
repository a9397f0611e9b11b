"""Papers of a villagers' review: slips with a code for each household, the paper ballot, and the minutes (评议记录)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from django.utils import timezone, translation

from yigang.appraisal import ballots
from yigang.appraisal.access import READ_REVIEWS
from yigang.appraisal.enums import Slip, Undecided
from yigang.appraisal.models import Review, ReviewPapers, ReviewSlip
from yigang.foundation import regions
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.foundation.papers import Paper, printed_by, qr, typeset
from yigang.foundation.papers.listing import Heading, typeset_listing
from yigang.foundation.wording import chinese
from yigang.people.enums import Relation
from yigang.people.models import Person

SLIPS = Path(__file__).parent / "slips.typ"
BALLOT = Path(__file__).parent / "ballot.typ"
SIGN = (
    "主持人（签名）：　　　　　　　　　　记录人（签名）：",
    "计票人（两人签名）：　　　　　　　　　　　　　　　　　　　　年　　月　　日",
)


def title_of(review: Review) -> str:
    """夏云村 2021年7月民主评议"""
    first = review.first
    period = {"month": f"{first.year}年{first.month}月", "quarter": f"{first.year}年第{(first.month + 2) // 3}季度"}
    return f"{regions.name_of(review.region_code)}{period.get(review.period, f'{first.year}年度')}{review.mark}"


def set_slips(review: Review, printed: Sequence[tuple[ReviewSlip, str]], address: str) -> Paper:
    """A slip for each household, to be cut: its code, the page's QR code, until when, what is kept. The only copy."""
    heads = heads_of([slip.household_id for slip, _code in printed])
    slips = [
        {
            "household": slip.household.number, "head": heads.get(slip.household_id, ""),
            "code": " ".join(code[at : at + 4] for at in range(0, len(code), 4)),
        }
        for slip, code in printed
    ]  # fmt: skip
    data = {
        "title": title_of(review), "slips": slips, "address": address, "programme": review.programme.name,
        "days": f"{chinese(review.opens)}至{chinese(review.closes)}",
    }  # fmt: skip
    return typeset(SLIPS, data, pictures={"qr.svg": qr(address)})


def heads_of(households: Sequence[int]) -> dict[int, str]:
    """Household → its head's name, or one of its members' where no head is on file."""
    people = Person.objects.filter(household__in=households, died_on=None).order_by("pk")
    names: dict[int, str] = {}
    for household, name, relation in people.values_list("household_id", "name", "relation"):
        if household not in names or relation == Relation.HEAD:
            names[household] = name
    return names


def set_ballot(review: Review, *, actor: User) -> Paper:
    """The paper ballot: everybody with the words to tick; without a number, so that each is like the other."""
    require(actor, READ_REVIEWS, review.region_code)
    holders = [{"name": held.person.name, "post": held.post.kind} for held in ballots.candidates(review)]
    words = [*(str(name) for name, _points in review.choices), "说不上"]
    return typeset(BALLOT, {"title": title_of(review), "holders": holders, "words": words})


def set_minutes(review: Review, *, actor: User) -> Paper:
    """Who could vote, how many did and how, whether it counts, and the tally of everybody; lines to sign."""
    require(actor, READ_REVIEWS, review.region_code)
    if review.closed_at is None or review.abandoned:
        raise Refusal("评议尚未结束，没有评议记录。", code="not_closed")
    words = [str(name) for name, _points in review.choices]
    headings = [
        Heading("序号", True),
        Heading("姓名"),
        Heading("岗位"),
        *(Heading(word, True) for word in (*words, "说不上", "得分")),
    ]
    with translation.override("zh-hans"):
        return typeset_listing(
            f"{title_of(review)}记录", headings, _tally(review), facts=list(_facts(review)), notes=SIGN,
            printed=printed_by(actor),
        )  # fmt: skip


def _tally(review: Review) -> Iterator[list[str]]:
    results = {one.appointment_id: one for one in review.results.all()}
    for number, held in enumerate(ballots.candidates(review), start=1):
        one = results[held.pk]
        counts = [str(count) for count in one.counts] if one.counts else ["—"] * (len(review.choices) + 1)
        value = str(one.value) if one.value is not None else str(Undecided(one.missing).label)
        yield [str(number), held.person.name, held.post.kind, *counts, value]


def _facts(review: Review) -> Iterator[str]:
    papers = (
        ReviewPapers.objects.filter(review=review, confirmed_by__isnull=False)
        .select_related("counted_by", "confirmed_by")
        .first()
    )
    by_code = review.slips.filter(state=Slip.VOTED).count()
    worth = "、".join(f"{name} {points} 分" for name, points in review.choices)
    yield f"岗位项目：{review.programme.name}"
    assert review.closed_at is not None
    counted = timezone.localtime(review.closed_at)
    yield f"投票时间：{chinese(review.opens)}至{chinese(review.closes)}；计票时间：{counted:%Y-%m-%d %H:%M}"
    on_paper = papers.ballots if papers else 0
    yield f"应参加 {review.entitled} 户，实际参加 {review.voted} 户：凭码 {by_code} 户，纸质 {on_paper} 户。"
    reached = "已达到" if review.decided else "未达到，本次评议没有结果，票箱不再打开"
    yield f"至少 {review.needed} 户参加才有结果，{reached}。"
    if papers and papers.confirmed_by:
        yield f"纸质票由 {papers.counted_by.name} 清点，{papers.confirmed_by.name} 复点。"
    yield f"每户一票，无记名，不评议本户的人；{worth}，取所选各票的平均分，“说不上”不计入。"
