"""Verbs of papers and contests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from secrets import token_hex

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.training.access import SET_PAPERS
from yigang.training.drawing import Known, Row, Shortage, kept, shortages
from yigang.training.enums import QuestionKind, Subject
from yigang.training.models import Contest, Course, Paper, Plan, Question, Session

LONGEST_MINUTES = 300


@dataclass(frozen=True)
class Terms:
    """How a test is sat: when, how long, what passes. `seed` None draws one; moments are aware."""

    opens_at: datetime
    closes_at: datetime
    minutes: int
    pass_mark: Decimal
    attempts: int = 1
    same_for_all: bool = False
    session: Session | None = None
    """Closed book: under the eyes of this session, with the code on its wall."""
    seed: str | None = None


def bank_for(region_code: str) -> list[Known]:
    """The questions in use of a region and of the county above it."""
    codes = {regioncode.pad(region_code[:digits]) for digits in regioncode.LENGTHS.values()}
    rows = Question.objects.filter(region_code__in=codes, retired_at=None).order_by("pk")
    return [Known(*row) for row in rows.values_list("pk", "subject", "kind")]


@transaction.atomic
def set_paper(
    plan: Plan, title: str, rows: Sequence[Row], terms: Terms, *, actor: User, course: Course | None = None
) -> Paper:  # fmt: skip
    """Draw up a paper. Refused when the bank cannot fill the rule, naming what is lacking."""
    require(actor, SET_PAPERS, plan.region_code)
    _refuse_terms(title, rows, terms)
    bank = bank_for(plan.region_code)
    if lacking := shortages(rows, bank):
        raise Refusal(
            _("The bank cannot fill this paper: %(lacking)s."), {"lacking": "；".join(_words(one) for one in lacking)},
            code="bank_short", field="rule", remedy=_("Add questions, or ask for fewer."),
        )  # fmt: skip
    wanted = {(row.subject, row.kind) for row in rows}
    paper = Paper.objects.create(
        region_code=plan.region_code, plan=plan, course=course, title=title.strip(), rule=kept(rows),
        seed=terms.seed or token_hex(16), bank=[one.key for one in bank if (one.subject, one.kind) in wanted],
        same_for_all=terms.same_for_all, minutes=terms.minutes, pass_mark=terms.pass_mark, opens_at=terms.opens_at,
        closes_at=terms.closes_at, attempts=terms.attempts, closed_book=terms.session is not None, session=terms.session,
        drawn_by=actor,
    )  # fmt: skip
    after = {"title": paper.title, "count": sum(row.count for row in rows), "seed": paper.seed}
    audit.record("training.set_paper", paper, actor=actor, after=after)
    return paper


def _words(one: Shortage) -> str:
    words = _("%(subject)s, %(kind)s: %(count)d wanted, %(there)d there")
    return words % {
        "subject": Subject(one.row.subject).label, "kind": QuestionKind(one.row.kind).label, "count": one.row.count,
        "there": one.there,
    }  # fmt: skip


def _refuse_terms(title: str, rows: Sequence[Row], terms: Terms) -> None:
    if not title.strip():
        raise Refusal(_("Give the paper a title."), code="title", field="title")
    if not rows or any(row.count < 1 or row.points <= 0 for row in rows):
        raise Refusal(_("A paper has questions, and each has points."), code="rule", field="rule")
    if terms.closes_at <= terms.opens_at:
        raise Refusal(_("The paper would close before it opens."), code="dates", field="closes_at")
    if not 1 <= terms.minutes <= LONGEST_MINUTES:
        raise Refusal(
            _("A test takes 1 to %(most)d minutes."), {"most": LONGEST_MINUTES}, code="minutes", field="minutes"
        )
    if not 0 <= terms.pass_mark <= 100:
        raise Refusal(_("The pass mark lies between 0 and 100."), code="pass_mark", field="pass_mark")
    if terms.attempts < 1:
        raise Refusal(_("At least one attempt."), code="attempts", field="attempts")


@transaction.atomic
def hold_contest(paper: Paper, title: str, *, team_size: int = 3, actor: User) -> Contest:
    """Rank the results of a paper. Comparable only when everybody is asked the same."""
    require(actor, SET_PAPERS, paper.region_code)
    if not paper.same_for_all:
        raise Refusal(
            _("In a contest everybody answers the same questions; this paper draws for each person."),
            code="not_same_for_all", remedy=_("Draw a paper that is the same for everybody."),
        )  # fmt: skip
    if team_size < 1:
        raise Refusal(_("At least one result counts for a town."), code="team_size", field="team_size")
    if Contest.objects.filter(paper=paper).exists():
        raise Refusal(_("There is a contest of this paper already."), code="contest_known")
    contest = Contest.objects.create(
        region_code=paper.region_code,
        paper=paper,
        title=title.strip() or paper.title,
        team_size=team_size,
        made_by=actor,
    )
    audit.record("training.hold_contest", contest, actor=actor, after={"title": contest.title})
    return contest
