"""Voting in a villagers' review: codes on slips, the ballot of a household, papers that two people counted.

A ballot goes into the database by one function, `yigang_cast`, which adds it to a box of counts; it is never a row, and nothing
here writes into the audit trail or a log what was chosen or when. `docs/decisions/0030-secret-ballots.md` says why.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import DatabaseError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from stdnum.iso7064 import mod_11_10

from yigang.appraisal.access import KEEP_PAPERS, RUN_REVIEW
from yigang.appraisal.enums import Slip
from yigang.appraisal.models import Review, ReviewPapers, ReviewSlip
from yigang.foundation import audit, rls
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.foundation.secrets import REVIEW_CODE, vault
from yigang.foundation.statements import run
from yigang.notices import receipts
from yigang.notices.domain import as_visitor
from yigang.people.models import Person
from yigang.policy.review import FEWEST
from yigang.tenure.models import Appointment

DIGITS = 11
"""And a check digit. A province's hundred thousand open codes among 10¹¹, behind the public site's limits, are not guessed."""
USED, UNKNOWN, SHUT, FORM = "YG020", "YG021", "YG022", "YG023"
"""SQLSTATEs by which the database refuses a ballot."""


@dataclass(frozen=True)
class Ballot:
    """What a household is asked: a word of the review for each of these post holders, none of its own."""

    review: Review
    holders: Sequence[Appointment]
    digest: bytes

    @property
    def words(self) -> list[str]:
        return [str(name) for name, _points in self.review.choices]

    @property
    def none(self) -> int:
        """The place of “cannot say”, after the last word."""
        return len(self.review.choices)


@transaction.atomic
def print_slips(slips: QuerySet[ReviewSlip], review: Review, *, actor: User) -> list[tuple[ReviewSlip, str]]:
    """A fresh code for each of these households that has not voted; a code printed before is good no longer.

    The codes are told here and nowhere again; only their keyed digests are kept.
    """
    require(actor, RUN_REVIEW, review.region_code)
    refuse_over(review)
    rows = list(slips.filter(review=review, state=Slip.OPEN).select_related("household").order_by("household__number"))
    if not rows:
        raise Refusal(_("All of these households have voted or hold a paper."), code="nobody_open")
    made = [(slip, fresh_code()) for slip in rows]
    for slip, code in made:
        slip.digest = digest_of(code)
    with _told():
        ReviewSlip.objects.bulk_update(rows, ["digest"], batch_size=500)
    audit.record("appraisal.print_slips", review, actor=actor, after={"count": len(made)})
    return made


def fresh_code() -> str:
    body = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    return body + mod_11_10.calc_check_digit(body)


def digest_of(code: str) -> bytes:
    """The keyed digest; spaces, hyphens and full-width digits do not matter."""
    return vault().index(receipts.normalise(code), REVIEW_CODE)


def ballot_of(code: str) -> Ballot:
    """The ballot behind a code, which says itself which village it is of."""
    plain = receipts.normalise(code)
    if len(plain) != DIGITS + 1 or not plain.isdigit() or not mod_11_10.is_valid(plain):
        raise _unknown()
    digest = digest_of(plain)
    with rls.everywhere("the code alone says which village it belongs to"):
        slip = ReviewSlip.objects.select_related("review__programme", "household").filter(digest=digest).first()
    if slip is None:
        raise _unknown()
    _refuse_slip(slip)
    with as_visitor(slip.region_code):
        return Ballot(slip.review, list(holders_for(slip)), digest)


def _refuse_slip(slip: ReviewSlip) -> None:
    if slip.state != Slip.OPEN:
        raise _used()
    review, today = slip.review, timezone.localdate()
    if review.closed_at is not None or not review.opens <= today <= review.closes:
        raise Refusal(
            _("This review takes ballots from %(opens)s to %(closes)s."), {"opens": review.opens, "closes": review.closes},
            code="shut", field="code",
        )  # fmt: skip


def holders_for(slip: ReviewSlip) -> QuerySet[Appointment]:
    """Whom a household is asked about: all that the review is about but its own members."""
    own = Person.objects.filter(household=slip.household_id).values("pk")
    return candidates(slip.review).exclude(person__in=own)


def candidates(review: Review) -> QuerySet[Appointment]:
    """The post holders whom a review is about: those who held a post in the period, as it stood when it was opened."""
    held = Appointment.objects.filter(pk__in=list(review.asked)).select_related("person", "post")
    return held.order_by("person__pinyin", "pk")


def cast(ballot: Ballot, chosen: Mapping[int, int]) -> None:
    """Put a ballot into the box: appointment → place of the word. The slip is used in the same statement, or nothing is done."""
    missing = [held for held in ballot.holders if chosen.get(held.pk) not in range(ballot.none + 1)]
    if missing:
        raise Refusal(
            _("Choose a word for each of them, or “cannot say”."), code="incomplete", field=f"holder-{missing[0].pk}"
        )
    with as_visitor(ballot.review.region_code), _told(), transaction.atomic():
        run("SELECT yigang_cast(%s, %s::jsonb)", [ballot.digest, json.dumps({str(k): v for k, v in chosen.items()})])


@transaction.atomic
def hand_out_papers(review: Review, households: Iterable[int], *, actor: User) -> int:
    """Note that these households are given a paper, so that their codes are good no longer; returns how many."""
    require(actor, KEEP_PAPERS, review.region_code)
    refuse_over(review)
    rows = list(review.slips.filter(household__in=list(households)).select_for_update(of=("self",)))
    used = [row for row in rows if row.state != Slip.OPEN]
    if used or not rows:
        raise Refusal(
            _("%(count)d of the chosen households have voted or hold a paper already; none was given one."),
            {"count": len(used)}, code="used",
        )  # fmt: skip
    with _told():
        review.slips.filter(pk__in=[row.pk for row in rows]).update(state=Slip.PAPER)
    audit.record("appraisal.hand_out_papers", review, actor=actor, after={"count": len(rows)})
    return len(rows)


@transaction.atomic
def count_papers(
    review: Review, ballots: int, counts: Mapping[Appointment, Sequence[int]], *, actor: User
) -> ReviewPapers:  # fmt: skip
    """What one person counted on all papers of a review. It counts when a second one says the same (`confirm_papers`)."""
    require(actor, KEEP_PAPERS, review.region_code)
    review = hold(Review.objects.filter(pk=review.pk)).get()  # of two who count first, one comes after the other
    refuse_over(review)
    handed = review.slips.filter(state=Slip.PAPER).count()
    if not FEWEST <= ballots <= handed:
        raise Refusal(
            _("%(handed)d papers were handed out; from %(least)d on they are counted, and no more than these."),
            {"handed": handed, "least": FEWEST}, code="papers", field="ballots",
            remedy=_("Fewer than that would say who wrote what; the review is then closed without them."),
        )  # fmt: skip
    papers = ReviewPapers.objects.filter(review=review).first()
    if papers is not None and papers.confirmed_by_id is not None:
        raise Refusal(_("The papers of this review are in the box already."), code="in_the_box")
    values = {
        "region_code": review.region_code, "ballots": ballots, "counted_by": actor,
        "counts": _checked(review, ballots, counts),
    }  # fmt: skip
    if papers is None:
        papers = ReviewPapers.objects.create(review=review, **values)
    else:
        with _told():
            ReviewPapers.objects.filter(pk=papers.pk).update(**values, counted_at=timezone.now())
    audit.record("appraisal.count_papers", review, actor=actor, after={"ballots": ballots})
    return papers


def _checked(review: Review, ballots: int, counts: Mapping[Appointment, Sequence[int]]) -> dict[str, list[int]]:
    """The counts as they are kept: one row for everybody whom the review is about."""
    holders = list(candidates(review))
    for held in holders:
        _refuse_counts(review, held, counts.get(held), ballots)
    return {str(held.pk): list(counts[held]) for held in holders}


def _refuse_counts(review: Review, held: Appointment, counts: Sequence[int] | None, ballots: int) -> None:
    """A paper says one word of everybody, or none of him: his own household's paper has no word for him."""
    if counts is None or len(counts) != len(review.choices) + 1 or min(counts) < 0 or sum(counts) != ballots:
        raise Refusal(
            _("The counts for %(name)s do not sum to the %(ballots)d papers."), {"name": held.person.name, "ballots": ballots},
            code="does_not_sum", field=f"holder-{held.pk}",
            remedy=_("A paper without a word for somebody counts as “cannot say”."),
        )  # fmt: skip


@transaction.atomic
def confirm_papers(
    review: Review, ballots: int, counts: Mapping[Appointment, Sequence[int]], *, actor: User
) -> None:  # fmt: skip
    """A second person counted the papers and the words on them, and both agree with the first count: they go into the box."""
    require(actor, KEEP_PAPERS, review.region_code)
    papers = hold(ReviewPapers.objects.filter(review=review, confirmed_by=None)).select_related("counted_by").first()
    if papers is None:
        raise Refusal(_("No count of papers waits for a second person."), code="no_papers")
    if papers.counted_by_id == actor.pk:
        raise Refusal(_("Papers are counted by two people; you were the first."), code="same_person")
    _refuse_difference(papers, ballots, _checked(review, ballots, counts))
    with _told(), transaction.atomic():
        run("SELECT yigang_confirm_papers(%s, %s)", [papers.pk, actor.pk])
    audit.record("appraisal.confirm_papers", review, actor=actor, after={"ballots": ballots})


def _refuse_difference(papers: ReviewPapers, ballots: int, counts: Mapping[str, list[int]]) -> None:
    """Where the counts differ is said, the first one's figures are not: who sees them writes them off."""
    remedy = _(
        "Count again together. If the first count is wrong, enter it anew; the other person then counts a second time."
    )
    if papers.ballots != ballots:
        raise Refusal(
            _("You counted another number of papers than %(first)s."), {"first": papers.counted_by.name},
            code="counts_differ", field="ballots", remedy=remedy,
        )  # fmt: skip
    names = [
        held.person.name
        for held in candidates(papers.review)
        if papers.counts.get(str(held.pk)) != counts[str(held.pk)]
    ]
    if names:
        raise Refusal(
            _("Your count differs from that of %(first)s for: %(names)s."),
            {"first": papers.counted_by.name, "names": "、".join(names)}, code="counts_differ", remedy=remedy,
        )  # fmt: skip


def refuse_over(review: Review) -> None:
    if review.closed_at is not None:
        raise Refusal(_("This review is closed."), code="shut")


@contextmanager
def _told() -> Iterator[None]:
    """What the database refuses, in words."""
    try:
        yield
    except DatabaseError as error:
        state = getattr(error.__cause__, "sqlstate", None) or getattr(error, "sqlstate", "")
        known = {USED: _used, UNKNOWN: _unknown, SHUT: _shut, FORM: _form}.get(str(state))
        if known is None:
            raise
        refusal = known()
        raise refusal from error


def _used() -> Refusal:
    return Refusal(
        _("This household has voted or was given a paper. Each household votes once."), code="used", field="code",
        remedy=_("Was it not you? Tell the town, or object on this site."),
    )  # fmt: skip


def _unknown() -> Refusal:
    return Refusal(
        _("This code is not right, or a newer slip was printed."), code="unknown", field="code",
        remedy=_("Compare the twelve digits with your slip, or ask the town for a new one."),
    )  # fmt: skip


def _shut() -> Refusal:
    return Refusal(_("This review takes no ballots now."), code="shut", field="code")


def _form() -> Refusal:
    return Refusal(
        _("The ballot has changed meanwhile."), code="form", remedy=_("Type the code again and choose anew.")
    )
