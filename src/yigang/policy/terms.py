"""Where each name of a policy stands while a month is judged, and how large it can be."""

from collections.abc import Mapping

from yigang.policy.exact import Columns, Scaled
from yigang.policy.model import Term

_OWN = {"mark": "mark:", "quantity": "quantity:", "part": "part:"}


def column_of(term: Term) -> str:
    """The working column that holds a term: a measure's code, or a prefix and the policy's own word."""
    if term.source in _OWN:
        return _OWN[term.source] + term.name
    return term.source


def columns_of(terms: Mapping[str, Term]) -> Columns:
    """Where each name stands: texts by column, numbers with their scale and greatest stored size."""
    return {
        name: "grade" if term.source == "grade" else Scaled(column_of(term), term.places, _top(term))
        for name, term in terms.items()
    }


def _top(term: Term) -> int:
    return int(max(abs(term.least), abs(term.most)) * 10**term.places)
