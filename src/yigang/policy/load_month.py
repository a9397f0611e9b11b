"""The month section of a policy: what is asked, how it scores, which grade it gives, what follows."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from yigang.policy.exact import check_size
from yigang.policy.expressions import Const, Expression, Kind, Name, Word, parse, walk
from yigang.policy.measures import Measure, measures
from yigang.policy.model import (
    Consequence,
    Default,
    Grade,
    LeaveRule,
    Mark,
    Month,
    Part,
    Quantity,
    Required,
    ScoreDeduction,
    Term,
)
from yigang.policy.problems import Say, Wrong
from yigang.policy.reach import check_grades
from yigang.policy.source import Place, Source
from yigang.policy.terms import columns_of

Data = Mapping[str, Any]
SCORE, GRADE = "得分", "等次"
POINTS = Say("分", "points")
HIGHEST = Fraction(10**9)


class Reader:
    """Reads the section from top to bottom; each definition adds a term that the ones below it can use."""

    def __init__(self, source: Source, place: Place, words: Mapping[str, str]) -> None:
        self.source, self.place, self.words = source, place, words
        self.terms: dict[str, Term] = {}
        self.spellings: dict[str, str] = {}
        for measure in measures():
            self.define(_measure_term(measure), measure.code)

    def define(self, term: Term, *spellings: str) -> None:
        self.terms[term.name] = term
        for spelling in (term.name, *spellings):
            self.spellings[spelling] = term.name

    def new(self, term: Term, place: Place, *spellings: str) -> None:
        """Define a term of the policy's own; a name that is taken is reported."""
        for spelling in (term.name, *spellings):
            if spelling in self.spellings:
                self.source.report(
                    place,
                    Say(f"「{spelling}」已经有别的意思", f"“{spelling}” already means something else"),
                    Say("换一个名称", "choose another name"),
                )
        self.define(term, *spellings)

    def expression(self, text: object, place: Place, kind: Kind) -> Expression:
        """A checked expression; what is wrong is reported and a harmless one returned, so that reading goes on."""
        try:
            made = parse(plain_text(text), vocabulary(self.terms, self.spellings), kind)
            check_size(made, columns_of(self.terms))
        except Wrong as wrong:
            self.source.report_wrong(place, wrong)
            return parse("0" if kind == "number" else "true", {}, kind)
        return made

    def needs(self, expression: Expression) -> tuple[str, ...]:
        return needs_of(expression, self.terms)

    def english(self, name: str) -> str:
        return self.words.get(name, name)


def vocabulary(terms: Mapping[str, Term], spellings: Mapping[str, str]) -> dict[str, Word]:
    """Every usable spelling → the term's name and kind."""
    kind: dict[str, Kind] = {GRADE: "text"}
    return {spelling: Word(name, kind.get(name, "number")) for spelling, name in spellings.items() if name in terms}


def needs_of(expression: Expression, terms: Mapping[str, Term]) -> tuple[str, ...]:
    """The measures and marks an expression rests on, in order of use."""
    return tuple(dict.fromkeys(need for name in expression.names for need in terms[name].needs))


def plain_text(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def fraction(value: object) -> Fraction:
    return Fraction(str(value))


def _measure_term(measure: Measure) -> Term:
    return Term(
        name=measure.zh,
        en=measure.en,
        source=measure.code,
        places=measure.places,
        most=Fraction(measure.most),
        unit=measure.unit,
        needs=(measure.zh,),
        evidence=measure.evidence,
        least=Fraction(measure.least),
    )


def read_month(
    source: Source, place: Place, text: Data, words: Mapping[str, str]
) -> tuple[Month, dict[str, Term], dict[str, str]] | None:
    """The month with all terms that conditions can use and their spellings; None when there are problems."""
    data: Data = text["month"]
    reader = Reader(source, (*place, "month"), words)
    before = len(source.problems)
    marks = _marks(reader, data)
    defaults = _defaults(reader, data)
    quantities = _quantities(reader, data)
    parts = _parts(reader, data)
    deductions = _deductions(reader, data)
    least, most = _score(reader, data, parts, deductions)
    month = Month(
        required=_required(data["required_days"]),
        leave=_leave(data.get("leave", {})),
        defaults=defaults,
        marks=marks,
        quantities=quantities,
        parts=parts,
        deductions=deductions,
        score_least=least,
        score_most=most,
        grades=read_grades(reader, data["grades"], (*reader.place, "grades")),
        publish=_publish(reader, data),
        then=(),
    )
    if len(source.problems) == before:
        check_grades(source, (*reader.place, "grades"), month.grades, reader.terms)
    reader.define(Term(GRADE, "grade", "grade", 0, HIGHEST, Say("", ""), _grade_needs(reader, month)), "grade")
    then = read_consequences(reader, data.get("then", []), (*reader.place, "then"), {one.grade for one in month.grades})
    return None if len(source.problems) > before else (replace(month, then=then), reader.terms, reader.spellings)


def _grade_needs(reader: Reader, month: Month) -> tuple[str, ...]:
    used = [need for grade in month.grades if grade.when for need in reader.needs(grade.when)]
    return tuple(dict.fromkeys(used))


def _required(value: Any) -> Required:
    if isinstance(value, int):
        return Required("days", value)
    if isinstance(value, str):
        return Required("working_days" if value == "working_days" else "calendar_days")
    return Required("days", value["days"], value["joined_or_left"] == "by_days")


def _leave(data: Data) -> LeaveRule:
    kinds = {key: tuple(data.get(key, ())) for key in ("excuse", "present", "nights")}
    return LeaveRule(kinds["excuse"], kinds["present"], kinds["nights"], data.get("cites", ""))


def _mark_term(reader: Reader, name: str, most: Fraction) -> Term:
    return Term(name, reader.english(name), "mark", 2, most, POINTS, (name,), "marks")


def _marks(reader: Reader, data: Data) -> tuple[Mark, ...]:
    """Marks asked for on their own, and those that are parts of the score."""
    found = []
    for section in ("marks", "parts"):
        for index, each in enumerate(data.get(section, [])):
            if section == "parts" and "mark" not in each:
                continue
            most = fraction(each["most"] if section == "marks" else each["points"])
            code = each.get("mark", each["name"])
            spelled = () if code == each["name"] else (code,)
            reader.new(_mark_term(reader, each["name"], most), (*reader.place, section, index), *spelled)
            found.append(Mark(each["name"], code, most, each["cites"]))
    return tuple(found)


def _defaults(reader: Reader, data: Data) -> dict[str, Default]:
    made: dict[str, Default] = {}
    for index, each in enumerate(data.get("missing", [])):
        place = (*reader.place, "missing", index)
        name = reader.spellings.get(each["name"])
        if name is None:
            reader.expression(each["name"], place, "number")
        elif name in made:
            reader.source.report(
                place, Say(f"「{name}」规定了两次", f"“{name}” is set twice"), Say("保留一条", "keep one")
            )
        else:
            made[name] = Default(name, fraction(each["is"]), each["cites"])
            _check_default(reader, place, made[name])
    return made


def _check_default(reader: Reader, place: Place, default: Default) -> None:
    term = reader.terms[default.name]
    if default.value > term.most or (default.value * 10**term.places).denominator != 1:
        reader.source.report(
            place,
            Say(f"「{default.name}」不能是 {default.value}", f"“{default.name}” cannot be {default.value}"),
            Say(f"0 到 {term.most}，{term.places} 位小数", f"0 to {term.most}, {term.places} decimals"),
        )


def _quantities(reader: Reader, data: Data) -> tuple[Quantity, ...]:
    made = []
    for index, each in enumerate(data.get("quantities", [])):
        place = (*reader.place, "quantities", index)
        value = reader.expression(each["is"], (*place, "is"), "number")
        quantity = Quantity(each["name"], value, each.get("places", 2), each.get("unit", ""), each["cites"])
        unit = Say(quantity.unit, reader.english(quantity.unit))
        term = Term(
            quantity.name,
            reader.english(quantity.name),
            "quantity",
            quantity.places,
            HIGHEST,
            unit,
            reader.needs(value),
            least=-HIGHEST,
        )
        reader.new(term, place)
        made.append(quantity)
    return tuple(made)


def _parts(reader: Reader, data: Data) -> tuple[Part, ...]:
    made = []
    for index, each in enumerate(data.get("parts", [])):
        place = (*reader.place, "parts", index)
        points = fraction(each["points"])
        if "mark" in each:
            own = Expression(each["name"], Name(each["name"]), "number", (each["name"],))
            made.append(Part(each["name"], points, own, each["cites"], mark=True))
            continue
        value = reader.expression(each["score"], (*place, "score"), "number")
        term = Term(each["name"], reader.english(each["name"]), "part", 2, points, POINTS, reader.needs(value))
        reader.new(term, place)
        made.append(Part(each["name"], points, value, each["cites"]))
    return tuple(made)


def _deductions(reader: Reader, data: Data) -> tuple[ScoreDeduction, ...]:
    made: list[ScoreDeduction] = []
    for index, each in enumerate(data.get("deductions", [])):
        place = (*reader.place, "deductions", index)
        if each["name"] in {one.name for one in made}:
            reader.source.report(
                place,
                Say(f"「{each['name']}」扣了两次", f"“{each['name']}” is deducted twice"),
                Say("换一个名称", "choose another name"),
            )
        value = reader.expression(each["score"], (*place, "score"), "number")
        most = fraction(each["most"]) if "most" in each else None
        made.append(ScoreDeduction(each["name"], value, most, each["cites"]))
    return tuple(made)


def _score(
    reader: Reader, data: Data, parts: tuple[Part, ...], deductions: tuple[ScoreDeduction, ...]
) -> tuple[Fraction, Fraction | None]:
    """Bounds of the score; the term 得分 exists only where the policy has parts."""
    bounds = data.get("score", {})
    least = fraction(bounds.get("least", 0))
    most = fraction(bounds["most"]) if "most" in bounds else None
    place = (*reader.place, "score" if "score" in data else "deductions")
    if (deductions or bounds) and not parts:
        reader.source.report(
            place,
            Say("没有得分项（parts），无从扣分", "nothing to deduct from: there are no parts"),
            Say("先写 parts", "write parts first"),
        )
    if parts:
        total = sum((part.points for part in parts), Fraction(0))
        highest = total if most is None else min(total, most)
        values = [*(part.value for part in parts), *(one.value for one in deductions)]
        used = [need for value in values for need in reader.needs(value)]
        needs = tuple(dict.fromkeys(used))
        reader.new(Term(SCORE, "score", "score", 2, highest, POINTS, needs, least=least), place, "score")
    return least, most


def _publish(reader: Reader, data: Data) -> tuple[str, ...]:
    names = []
    for index, name in enumerate(data.get("publish", [])):
        found = reader.spellings.get(name)
        if found is None:
            reader.expression(name, (*reader.place, "publish", index), "number")
        else:
            names.append(found)
    return tuple(names)


def read_grades(reader: Reader, data: list[Data], place: Place) -> tuple[Grade, ...]:
    """Grades in order; `otherwise` only at the end."""
    made = []
    for index, each in enumerate(data):
        when = reader.expression(each["when"], (*place, index, "when"), "truth") if "when" in each else None
        if when is None and index + 1 < len(data):
            reader.source.report(
                (*place, index),
                Say("otherwise 之后的等次永远轮不到", "grades after `otherwise` can never be reached"),
                Say("把 otherwise 移到最后", "move `otherwise` to the end"),
            )
        made.append(Grade(each["grade"], when, each.get("cites", "")))
    return tuple(made)


def read_consequences(reader: Reader, data: list[Data], place: Place, grades: set[str]) -> tuple[Consequence, ...]:
    """What follows; `not_above` must name something (another appraisal's grade is allowed)."""
    made = []
    for index, each in enumerate(data):
        when = reader.expression(each["when"], (*place, index, "when"), "truth")
        compared_grades(reader, (*place, index, "when"), when, grades)
        do = tuple(deed_code(one) for one in each["do"])
        made.append(Consequence(each.get("name", each["when"]), when, do, each["cites"]))
    return tuple(made)


def compared_grades(reader: Reader, place: Place, when: Expression, grades: set[str]) -> None:
    """A text that a condition compares with must be a grade of this policy, or the clause could never hold."""
    for node in walk(when.node):
        if isinstance(node, Const) and isinstance(node.value, str) and node.value not in grades:
            reader.source.report(
                place,
                Say(f"没有「{node.value}」这个等次", f"there is no grade “{node.value}”"),
                Say(f"等次有：{'、'.join(sorted(grades))}", f"grades: {', '.join(sorted(grades))}"),
            )


def deed_code(one: Any) -> str:
    """A consequence as it is written in the file, as one code."""
    if isinstance(one, str):
        return one
    ((name, value),) = one.items()
    return f"{name}:{plain_text(value)}"
