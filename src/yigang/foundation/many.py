"""One verb for many rows: all of it or nothing, and every row that cannot be done is named."""

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation.errors import Forbidden, Problem, Refusal

Row = TypeVar("Row")
Result = TypeVar("Result")


class ManyRefused(Refusal):
    """Some of many rows cannot be done, so none was. `problems` says for each, by its name, why."""

    def __init__(self, problems: Sequence[Problem], many: int) -> None:
        template = _("%(count)d of %(many)d cannot be done, so nothing was done. %(first)s")
        super().__init__(
            template, {"count": len(problems), "many": many, "first": problems[0].message}, code="many_refused"
        )
        self.problems = tuple(problems)


@transaction.atomic
def each(rows: Iterable[Row], verb: Callable[[Row], Result], *, name: Callable[[Row], object] = str) -> list[Result]:
    """Call a verb for every row. Raises `ManyRefused` with a problem per refused row; then nothing was done."""
    rows, results, problems = list(rows), [], []
    for number, row in enumerate(rows, start=1):
        try:
            with transaction.atomic():
                results.append(verb(row))
        except (Refusal, Forbidden) as refusal:
            problems.append(_named(name(row), refusal, number))
    if problems:
        raise ManyRefused(problems, len(rows))
    return results


def _named(name: object, refusal: Refusal | Forbidden, number: int) -> Problem:
    code, remedy = (refusal.code, refusal.remedy) if isinstance(refusal, Refusal) else ("forbidden", "")
    return Problem(code, _("%(name)s: %(why)s"), {"name": name, "why": str(refusal)}, row=number, remedy=remedy)
