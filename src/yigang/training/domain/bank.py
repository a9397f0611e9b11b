"""Verbs of the question bank: added one or many, illustrated, taken out of use."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, pictures
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.training.access import KEEP_BANK
from yigang.training.enums import QuestionKind, Subject
from yigang.training.models import Answer, Question

LETTERS = "ABCDEFGH"
TRUE, FALSE = "A", "B"
PICTURE_EDGE = 800


@dataclass(frozen=True)
class Asked:
    """A question as somebody writes it. Options of a true-or-false question are left out; its right answer is A or B."""

    subject: Subject
    kind: QuestionKind
    text: str
    options: Sequence[str]
    right: Collection[str]
    source: str


def refuse_question(asked: Asked) -> None:
    """Raise what is wrong with a question; the field is its own."""
    if not asked.text.strip():
        raise Refusal(_("The question is missing."), code="text_missing", field="text")
    if not asked.source.strip():
        raise Refusal(
            _("Say where the right answer is written."), code="source_missing", field="source",
            remedy=_("Name the law and article, or the standard."),
        )  # fmt: skip
    count = 2 if asked.kind == QuestionKind.TRUTH else len(asked.options)
    if asked.kind != QuestionKind.TRUTH and not 2 <= count <= len(LETTERS):
        raise Refusal(
            _("There are %(count)d options; a question has 2 to %(most)d."), {"count": count, "most": len(LETTERS)},
            code="options", field="options",
        )  # fmt: skip
    if len({one.strip() for one in asked.options}) < len(asked.options) or any(
        not one.strip() for one in asked.options
    ):
        raise Refusal(_("An option is empty or stands twice."), code="options", field="options")
    _refuse_right(asked, LETTERS[:count])


def _refuse_right(asked: Asked, letters: str) -> None:
    right = list(asked.right)
    if not right:
        raise Refusal(_("The question has no right answer."), code="right_missing", field="right")
    if unknown := sorted(set(right) - set(letters)):
        raise Refusal(
            _("“%(letter)s” is the right answer and no option."),
            {"letter": unknown[0]},
            code="right_unknown",
            field="right",
        )
    if asked.kind == QuestionKind.MULTIPLE:
        if len(set(right)) < 2:
            raise Refusal(
                _("A question with several answers has at least two right ones."), code="right_few", field="right"
            )
    elif len(right) != 1:
        raise Refusal(_("This kind of question has one right answer."), code="right_many", field="right")


@transaction.atomic
def add_questions(region_code: str, asked: Sequence[Asked], *, actor: User) -> list[Question]:
    """Add questions, all or none. One that the bank has already, word for word, is refused."""
    require(actor, KEEP_BANK, region_code)
    for one in asked:
        refuse_question(one)
    texts = [one.text.strip() for one in asked]
    known = Question.objects.filter(region_code=region_code, retired_at=None, text__in=texts).first()
    if known is not None or len(set(texts)) < len(texts):
        twice = known.text if known else next(text for text in texts if texts.count(text) > 1)
        raise Refusal(
            _("The bank has this question already: %(text)s"), {"text": twice[:60]}, code="question_known", field="text"
        )
    made = Question.objects.bulk_create(
        Question(
            region_code=region_code, subject=one.subject, kind=one.kind, text=one.text.strip(),
            options=[option.strip() for option in one.options], right=sorted(set(one.right)), source=one.source.strip(),
            added_by=actor,
        )
        for one in asked
    )  # fmt: skip
    audit.record(
        "training.add_questions", ("training.question", str(made[0].pk if made else "")), actor=actor,
        region_code=region_code, after={"count": len(made)},
    )  # fmt: skip
    return made


@transaction.atomic
def retire_questions(questions: Collection[Question], reason: str, *, actor: User) -> int:
    """No longer draw them. Papers that were drawn keep them."""
    if not reason.strip():
        raise Refusal(_("Say why."), code="reason_missing", field="reason")
    for region in {one.region_code for one in questions}:
        require(actor, KEEP_BANK, region)
    keys = [one.pk for one in questions]
    count = Question.objects.filter(pk__in=keys, retired_at=None).update(retired_at=timezone.now())
    if questions:
        audit.record(
            "training.retire_questions", ("training.question", str(min(keys))), actor=actor,
            region_code=next(iter(questions)).region_code, after={"count": count, "reason": reason.strip()[:200]},
        )  # fmt: skip
    return count


@transaction.atomic
def illustrate(question: Question, content: bytes, *, actor: User) -> Question:
    """Give a question its picture. One that was asked already is not changed any more."""
    require(actor, KEEP_BANK, question.region_code)
    if Answer.objects.filter(question=question).exists():
        raise Refusal(
            _("This question was asked already; its picture cannot change."), code="question_asked", field="picture",
            remedy=_("Take it out of use and add another."),
        )  # fmt: skip
    question.picture = pictures.cleaned(content, longest_edge=PICTURE_EDGE, field="picture").content
    question.save(update_fields=["picture"])
    audit.record("training.illustrate", question, actor=actor, after={"title": question.text[:60]})
    return question
