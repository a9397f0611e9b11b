"""A table of questions as a kind of import: look, add all or none, take them out of use again."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.enums import ImportKind
from yigang.exchange.mapping import header_digest, mapping_of
from yigang.exchange.questions.columns import EXAMPLE_SIGN, OPTIONS, QUESTIONS
from yigang.exchange.registry import Applied, Context, Difference, Preview, register
from yigang.exchange.roster.importer import unmapped
from yigang.exchange.stated import data_changed
from yigang.exchange.tables import Table, read_raw, values
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.jobs import Progress
from yigang.training import domain
from yigang.training.access import KEEP_BANK
from yigang.training.domain import Asked
from yigang.training.enums import QuestionKind, Subject
from yigang.training.models import Question

TRUTHS = {"对": "A", "正确": "A", "是": "A", "√": "A", "错": "B", "错误": "B", "否": "B", "×": "B"}
LABELS = {spec.key: spec.label for spec in QUESTIONS}
LONGEST = {"text": 500, "source": 200} | {f"option{letter}": 200 for letter in OPTIONS}
_BETWEEN = re.compile(r"[\s,，、;；/]+")


class QuestionImporter:
    """See `registry.Importer`. The plan is every question that the bank does not have yet, word for word."""

    kind: ImportKind = ImportKind.QUESTION
    capability = KEEP_BANK
    columns: Sequence[ColumnSpec] = QUESTIONS
    needs_programme = False

    def preview(self, context: Context, progress: Progress) -> Preview:
        raw = read_raw(context.path, QUESTIONS, remembered=context.remembered)
        if raw.mapping.missing:
            return unmapped(raw)
        table = values(raw, QUESTIONS)
        given, problems = _read(table)
        known = _known(context.region_code, [one.text for _row, one in given])
        new = [(row, one) for row, one in given if one.text not in known]
        refused = any(problem.severity == "error" for problem in problems)
        progress(1, 1)
        return Preview(
            counts={"rows": len(given), "new": len(new), "changed": 0, "unchanged": len(given) - len(new)},
            problems=sorted(problems, key=lambda one: one.row or 0),
            differences=[Difference("new", one.text[:60], row, {}, _shown(one), context.region_code) for row, one in new],
            plan="" if refused else json.dumps([asdict(one) for _row, one in new], ensure_ascii=False),
            mapping=mapping_of(raw), headings=raw.header.names, header_digest=header_digest(raw.header.names),
        )  # fmt: skip

    def apply(self, context: Context, plan: str, progress: Progress) -> Applied:
        asked = [_asked(each) for each in json.loads(plan)]
        if _known(context.region_code, [one.text for one in asked]):
            raise data_changed(_("Questions were added to the bank since this file was read."))
        made = domain.add_questions(context.region_code, asked, actor=context.actor)
        progress(1, 1)
        return Applied({"new": len(made)}, json.dumps([one.pk for one in made]))

    def undo(self, context: Context, applied: Applied, reason: str) -> None:
        made = Question.objects.defer("picture").filter(pk__in=json.loads(applied.journal or "[]"))
        domain.retire_questions(list(made), reason, actor=context.actor)


def _known(region_code: str, texts: Sequence[str]) -> set[str]:
    rows = Question.objects.filter(region_code=region_code, retired_at=None, text__in=texts)
    return set(rows.values_list("text", flat=True))


def _read(table: Table) -> tuple[list[tuple[int, Asked]], list[Problem]]:
    """The questions with their rows; what is wrong with each is a problem at its cell."""
    problems, given, seen = list(table.problems), [], dict[str, int]()
    wrong = {problem.row for problem in problems if problem.severity == "error"}
    for place, row in enumerate(table.row_numbers):
        cells = {key: str(column[place] or "").strip() for key, column in table.columns.items()}
        if cells["text"].startswith(EXAMPLE_SIGN) or row in wrong:
            continue
        try:
            one = _question(cells, seen)
        except Refusal as refusal:
            key = "optionA" if refusal.field == "options" else refusal.field
            problems.append(Problem.of(refusal, row=row, column=table.mapping.place(key), field=key, sheet=table.sheet))
            continue
        seen[one.text] = row
        given.append((row, one))
    return given, problems


def _question(cells: Mapping[str, str], seen: Mapping[str, int]) -> Asked:
    """What a row says; `seen` are the questions of earlier rows."""
    for key, longest in LONGEST.items():
        if len(cells[key]) > longest:
            raise Refusal(
                _("The text has more than %(longest)d signs."), {"longest": longest}, code="too_long", field=key
            )
    options = [cells[f"option{letter}"] for letter in OPTIONS]
    while options and not options[-1]:
        options.pop()
    kind = QuestionKind(cells["kind"])
    if kind == QuestionKind.TRUTH and options:
        raise Refusal(_("A true-or-false question has no options."), code="options", field="options")
    one = Asked(
        Subject(cells["subject"]), kind, cells["text"], options, _letters(cells["right"], kind), cells["source"]
    )
    domain.refuse_question(one)
    if first := seen.get(one.text):
        raise Refusal(_("This question stands in row %(row)d already."), {"row": first}, code="twice", field="text")
    return one


def _letters(written: str, kind: QuestionKind) -> list[str]:
    if kind == QuestionKind.TRUTH and written in TRUTHS:
        return [TRUTHS[written]]
    return sorted(set(_BETWEEN.sub("", written).upper()))


def _asked(row: Mapping[str, Any]) -> Asked:
    return Asked(
        Subject(row["subject"]), QuestionKind(row["kind"]), row["text"], row["options"], row["right"], row["source"]
    )


def _shown(one: Asked) -> dict[str, str]:
    return {
        LABELS["subject"]: str(one.subject.label), LABELS["kind"]: str(one.kind.label), LABELS["right"]: "".join(one.right),
        LABELS["source"]: one.source,
    }  # fmt: skip


register(QuestionImporter())
