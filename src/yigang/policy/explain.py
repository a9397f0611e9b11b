"""Why this result: sentences made from one line and the dated text alone.

The line keeps every intermediate quantity, so nothing is computed again from evidence; conditions are only re-read with
the kept figures to say which of them decided.
"""

from collections.abc import Iterator
from fractions import Fraction

from yigang.policy.explain_pay import pay_sentences, taken
from yigang.policy.expressions import Const, Name, Op
from yigang.policy.judge import DEDUCTED, EVIDENCE, PART, expressions_of, used_names
from yigang.policy.load_month import GRADE, SCORE
from yigang.policy.model import Grade, PolicyVersion
from yigang.policy.problems import Say
from yigang.policy.reading import Reading, Row, Sentence, texts
from yigang.policy.wording import comparison, deciding, formula, number, problem_text, yuan


def explain(row: Row, version: PolicyVersion, lang: str = "zh") -> list[Sentence]:
    """The sentences for one line (a dict of the frame's row, or of its kept JSON), in the order one would tell it."""
    reading = Reading(row, version, lang)
    return [
        *_service(reading),
        *_open(reading),
        *_assumed(reading),
        *_measured(reading),
        *_score(reading),
        *_grade(reading),
        *pay_sentences(reading),
        *_consequences(reading),
    ]


def explain_plain(row: Row, version: PolicyVersion, lang: str = "zh") -> list[str]:
    """For the post holder: the money or the grade first, then in a few sentences why."""
    reading = Reading(row, version, lang)
    if not reading.settled:
        first = reading.to(
            "这个月还没有定下来，先不发放，也不会漏掉。", "This month is not decided yet: not paid, not forgotten."
        )
        return [first, *(each.text for each in _open(reading))]
    grade = reading.name(str(row["grade"]))
    first = reading.to(f"本月等次：{grade}。", f"This month's grade: {grade}.")
    if row.get("pay_fen") is not None:
        money = yuan(int(row["pay_fen"]))
        first = reading.to(f"本月发放 {money} 元，等次 {grade}。", f"This month pays {money} yuan, grade {grade}.")
    return [
        first,
        *(each.text for each in (*_service(reading), *_decisive(reading), *taken(reading), *_consequences(reading))),
    ]


def _service(reading: Reading) -> Iterator[Sentence]:
    served, days = int(reading.row["服务天数"]), int(reading.row["当月天数"])
    if served < days:
        yield Sentence(
            reading.to(
                f"本月在岗 {served} 天（当月 {days} 天）。", f"In the post for {served} of the month's {days} days."
            ),
            measure="服务天数",
            figure=str(served),
            threshold=str(days),
        )


def _open(reading: Reading) -> Iterator[Sentence]:
    """What stands in the way of a decision."""
    for code in texts(reading.row.get("problems")):
        what = problem_text(code, reading.lang)
        yield Sentence(
            reading.to(f"待定：{what}；更正后重新计算。", f"Undetermined: {what}; correct it and compute again.")
        )
    for name in texts(reading.row.get("missing")):
        if name == EVIDENCE:
            yield Sentence(
                reading.to(
                    "待定：整月没有履职证据，不能足额发放。",
                    "Undetermined: no evidence of work all month, so no full pay.",
                ),
                measure=name,
                figure="0",
                evidence="check_ins",
            )
            continue
        shown = reading.name(name)
        yield Sentence(
            reading.to(
                f"待定：缺少「{shown}」，补录后重新计算。",
                f"Undetermined: “{shown}” is missing; supply it and compute again.",
            ),
            measure=name,
            evidence=reading.version.terms[name].evidence,
        )


def _assumed(reading: Reading) -> Iterator[Sentence]:
    for name in texts(reading.row.get("assumed")):
        default = reading.version.month.defaults[name]
        value, shown = number(default.value), reading.name(name)
        yield Sentence(
            reading.to(
                f"「{shown}」没有记录，按办法计 {value}。", f"“{shown}” has no record; the rule counts it as {value}."
            ),
            measure=name,
            figure=value,
            cites=default.cites,
        )


def _measured(reading: Reading) -> Iterator[Sentence]:
    """The figures themselves, each leading to its evidence, and the policy's own quantities with their formula."""
    quantities = {one.name: one for one in reading.version.month.quantities}
    decisive = {name for expression in expressions_of(reading.version) for name in expression.names} | {EVIDENCE}
    for name in used_names(reading.version):
        term, shown = reading.version.terms[name], reading.figure(name)
        if shown is None or (term.evidence is None and name not in quantities):
            continue
        if name not in decisive and not reading.known[name]:
            continue  # published, zero, and no clause looks at it: nothing to tell
        unit = f" {reading.unit(name)}" if reading.unit(name) else ""
        if name not in quantities:
            threshold = reading.figure("应出勤天数") if name == "出勤天数" else None
            yield Sentence(
                f"{reading.name(name)} {shown}{unit}{reading.to('。', '.')}",
                name,
                shown,
                threshold,
                evidence=term.evidence,
            )
            continue
        one = quantities[name]
        text = f"{reading.name(name)} = {reading.formula(one.value)} = {shown}{unit}{reading.to('。', '.')}"
        yield Sentence(text, name, shown, clause=name, cites=one.cites, evidence=reading.evidence(one.value))


def _score(reading: Reading) -> Iterator[Sentence]:
    month, row = reading.version.month, reading.row
    terms: list[str] = []
    for part in month.parts:
        got = row.get(PART + part.name)
        if got is None:
            continue
        terms.append(f" + {got}" if terms else str(got))
        how = "" if part.mark else f"{reading.formula(part.value)} = "
        most = number(part.points)
        yield Sentence(
            reading.to(
                f"{part.name}：{how}{got} 分（满分 {most}）。",
                f"{reading.name(part.name)}: {how}{got} of {most} points.",
            ),
            measure=part.value.names[0] if part.value.names else None,
            figure=str(got),
            threshold=most,
            clause=part.name,
            cites=part.cites,
            evidence=reading.evidence(part.value),
        )
    for one in month.deductions:
        got = row.get(DEDUCTED + one.name)
        if got is None or not Fraction(str(got)):
            continue
        terms.append(f" − {got}")
        yield Sentence(
            reading.to(
                f"{one.name}：扣 {reading.formula(one.value)} = {got} 分。",
                f"{reading.name(one.name)}: minus {reading.formula(one.value)} = {got} points.",
            ),
            measure=one.value.names[0] if one.value.names else None,
            figure=str(got),
            clause=one.name,
            cites=one.cites,
            evidence=reading.evidence(one.value),
        )
    if row.get("score") is not None:
        score = str(row["score"])
        text = f"{''.join(terms)} = {score}"
        yield Sentence(reading.to(f"得分 {text} 分。", f"Score {text}."), measure=SCORE, figure=score)


def _grade(reading: Reading) -> Iterator[Sentence]:
    """The clauses in order: why those before did not hold, what decided, and the grade."""
    for grade in reading.version.month.grades:
        held = _holds(grade, reading)
        if held is None:
            return
        yield from _atoms(grade, reading, held=held)
        if held:
            if reading.settled:
                shown = reading.name(grade.grade)
                yield Sentence(
                    reading.to(f"等次：{shown}。", f"Grade: {shown}."),
                    measure=GRADE,
                    figure=grade.grade,
                    clause=grade.grade,
                    cites=grade.cites or None,
                )
            return


def _decisive(reading: Reading) -> Iterator[Sentence]:
    """Only the sentences of the deciding clause; for the last grade, why the one before it failed."""
    before: list[Sentence] = []
    for grade in reading.version.month.grades:
        held = _holds(grade, reading)
        if held is None:
            return
        said = list(_atoms(grade, reading, held=held))
        if held:
            yield from said or before
            return
        before = said


def _holds(grade: Grade, reading: Reading) -> bool | None:
    """Whether a clause holds by the kept figures; None when one it names is missing."""
    if grade.when is None:
        return True
    if any(reading.values.get(name) is None for name in grade.when.names):
        return None
    return reading.truth(grade.when.node)


def _atoms(grade: Grade, reading: Reading, *, held: bool) -> Iterator[Sentence]:
    """The comparisons that made a clause hold, or fail."""
    if grade.when is None:
        return
    shown = reading.name(grade.grade)
    lead = (
        reading.to(f"符合「{shown}」：", f"For “{shown}”: ")
        if held
        else reading.to(f"不符合「{shown}」：", f"Not “{shown}”: ")
    )
    for atom, wanted in deciding(grade.when.node):
        true = reading.truth(atom)
        if true is None or (true == wanted) != held:
            continue
        said = comparison(atom, reading.version, reading.lang, reading.values, holds=true)
        yield _compared(atom, reading, f"{lead}{said}{reading.to('。', '.')}", grade.grade, grade.cites)


def _compared(atom: Op, reading: Reading, text: str, clause: str, cites: str) -> Sentence:
    left, right = atom.args
    if isinstance(left, Const) and isinstance(right, Name):
        left, right = right, left
    measure = left.name if isinstance(left, Name) else None
    return Sentence(
        text,
        measure,
        reading.figure(measure) if measure else None,
        formula(right, reading.version, reading.lang, reading.values),
        clause,
        cites,
        reading.version.terms[measure].evidence if measure else None,
    )


DEEDS = {
    "warning": Say("提醒", "warning"),
    "remedial_task": Say("限时整改", "remedial task"),
    "interview": Say("约谈", "interview"),
    "no_award": Say("取消评优资格", "no award"),
    "unit_appraisal_lost": Say("取消单位考核资格", "the unit loses its appraisal"),
    "propose_dismissal": Say("建议解聘", "dismissal proposed"),
    "propose_recall": Say("建议召回", "recall proposed"),
    "bonus": Say("发放奖励", "bonus"),
    "renewal_priority": Say("优先续聘", "priority for renewal"),
    "cadre_reserve": Say("列入村干部储备", "put on the reserve list for village cadres"),
    "not_above": Say("等次不高于「{}」", "not above “{}”"),
}


def deed_text(code: str, version: PolicyVersion, lang: str = "zh") -> str:
    """A consequence code such as `not_above:基本称职` as words."""
    head, _, detail = code.partition(":")
    said = DEEDS[head].to(lang)
    return said.format(version.say(detail, lang)) if "{}" in said else said + (f" {detail}" if detail else "")


def _consequences(reading: Reading) -> Iterator[Sentence]:
    if not reading.settled:
        return
    for one in reading.version.month.then:
        if not reading.truth(one.when.node):
            continue
        why = reading.to("；", "; ").join(
            comparison(atom, reading.version, reading.lang, reading.values, holds=wanted)
            for atom, wanted in deciding(one.when.node)
            if reading.truth(atom) == wanted
        )
        what = reading.to("、", ", ").join(deed_text(code, reading.version, reading.lang) for code in one.do)
        yield Sentence(
            reading.to(f"后果：{what}（{why}）。", f"Consequence: {what} ({why})."),
            measure=one.when.names[0] if one.when.names else None,
            clause=one.name,
            cites=one.cites,
            evidence=reading.evidence(one.when),
        )
