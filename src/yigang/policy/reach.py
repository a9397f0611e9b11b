"""Can every grade be reached, and does every month get one?

Each name that is compared with numbers is cut at those numbers into cells; within a cell no condition changes, so one
value per cell stands for all. Comparisons of another shape (two names, arithmetic) are taken as free: true or false.
Every combination is then judged exactly. The combinations include all that can occur and some that cannot (names are
taken as independent), therefore:

- *unreachable* is proven: a grade that no combination reaches can never be given;
- *complete* is proven: if every combination gets a grade, every month does;
- not proven is that a grade can in fact occur, nor that a gap can: a gap may be one that related measures exclude. The
  remedy, a last `otherwise`, is always right.
"""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import ceil, floor, prod

from yigang.policy.exact import Value, evaluate
from yigang.policy.expressions import Const, Name, Node, Op, atoms, walk
from yigang.policy.model import Grade, Term
from yigang.policy.problems import Say
from yigang.policy.source import Place, Source

MOST = 100_000
"""Combinations that are tried; a policy with more must end with `otherwise` and its grades' reach is not proven."""

Assignment = dict[Node, Value]


def check_grades(source: Source, place: Place, grades: Sequence[Grade], terms: Mapping[str, Term]) -> None:
    """Report grades that can never be given, and months that would get none."""
    conditions = [grade.when.node for grade in grades if grade.when]
    axes = _axes(conditions, terms)
    tried = prod(len(values) for values in axes.values())
    complete = grades[-1].when is None
    if tried > MOST:
        if not complete:
            _report_gap(source, (*place, len(grades) - 1), None)
        return
    reached = set()
    for assignment in _assignments(axes):
        first = _first(grades, assignment)
        if first is None and not complete:
            _report_gap(source, (*place, len(grades) - 1), assignment)
            complete = True
        reached.add(first)
    for index, grade in enumerate(grades):
        if index not in reached:
            source.report(
                (*place, index),
                Say(
                    f"「{grade.grade}」永远轮不到：前面的条件已经包括了它，或者条件不可能成立",
                    f"“{grade.grade}” can never be given: clauses before it take all, or its condition cannot hold",
                ),
                Say("检查次序和界限", "check the order and the limits"),
            )


def _report_gap(source: Source, place: Place, assignment: Assignment | None) -> None:
    example = ""
    if assignment:
        values = [f"{key.name} = {_shown(value)}" for key, value in assignment.items() if isinstance(key, Name)]
        example = "：" + "，".join(values) if values else ""
    source.report(
        place,
        Say(f"有的情形没有等次{example}", f"some months would get no grade{example}"),
        Say("最后加一条 otherwise: true", "end with a grade that has `otherwise: true`"),
    )


def _shown(value: Value) -> str:
    return f"{float(value):g}" if isinstance(value, Fraction) else str(value)


def _first(grades: Sequence[Grade], assignment: Assignment) -> int | None:
    for index, grade in enumerate(grades):
        if grade.when is None or _holds(grade.when.node, assignment):
            return index
    return None


def _holds(node: Node, assignment: Assignment) -> bool:
    if node in assignment:
        return bool(assignment[node])
    if isinstance(node, Op) and node.op == "and":
        return all(_holds(each, assignment) for each in node.args)
    if isinstance(node, Op) and node.op == "or":
        return any(_holds(each, assignment) for each in node.args)
    if isinstance(node, Op) and node.op == "not":
        return not _holds(node.args[0], assignment)
    if isinstance(node, Op) and node.op == "case":
        return _holds(node.args[1 if _holds(node.args[0], assignment) else 2], assignment)
    values = {key.name: value for key, value in assignment.items() if isinstance(key, Name)}
    return bool(evaluate(node, values))


def _axes(conditions: Sequence[Node], terms: Mapping[str, Term]) -> dict[Node, list[Value]]:
    """What is varied: a name over one value per cell, or a comparison that is not a limit over true and false."""
    limits: dict[str, set[Fraction]] = {}
    free: dict[Node, list[Value]] = {}
    for condition in conditions:
        for atom in atoms(condition):
            limit = threshold(atom)
            if limit is None:
                free[atom] = _possible_truths(atom)
            else:
                limits.setdefault(limit[0], set()).add(limit[2])
    return {**{Name(name): _cells(terms[name], each) for name, each in limits.items()}, **free}


def _possible_truths(atom: Op) -> list[Value]:
    """Both, unless the comparison has no name in it and can simply be worked out."""
    if any(isinstance(each, Name) for each in walk(atom)):
        return [True, False]
    try:
        return [evaluate(atom, {})]
    except ZeroDivisionError:
        return [True, False]


def threshold(atom: Op) -> tuple[str, str, Fraction] | None:
    """`(name, sign, number)` of a comparison between one name and one number, the name on the left."""
    one, other = atom.args
    if isinstance(one, Name) and isinstance(other, Const) and isinstance(other.value, Fraction):
        return one.name, atom.op, other.value
    if isinstance(one, Const) and isinstance(other, Name) and isinstance(one.value, Fraction):
        turned = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}[atom.op]
        return other.name, turned, one.value
    return None


def _cells(term: Term, limits: set[Fraction]) -> list[Value]:
    """One value of the term's grid in every cell that the limits cut: at each limit, just below and just above it."""
    step = Fraction(1, 10**term.places)
    near: set[Fraction] = {term.least, term.most}
    for limit in limits:
        below, above = Fraction(ceil(limit / step) - 1) * step, Fraction(floor(limit / step) + 1) * step
        near |= {below, above, *([limit] if (limit / step).denominator == 1 else [])}
    return [value for value in sorted(near) if term.least <= value <= term.most]


def _assignments(axes: Mapping[Node, list[Value]]) -> Iterator[Assignment]:
    for values in product(*axes.values()):
        yield dict(zip(axes, values, strict=True))
