"""The result of a quarter or a year in sentences: its points, its grade with the clause, what follows, what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from yigang.appraisal.models import PeriodResult
from yigang.appraisal.period_facts import SCORE
from yigang.policy.explain import DEEDS

POINTS = "得分·"
COUNTS = ("合格月数", "不合格月数", "连续不合格月数", "查实旷工次数", "连续不合格年数")
SIGNS = ((">=", "≥"), ("<=", "≤"), (" and ", " 且 "), (" or ", " 或 "), ("= true", "= 是"), ("= false", "= 否"))


def language() -> str:
    return "en" if (translation.get_language() or "").startswith("en") else "zh"


def deed_words(code: str) -> str:
    """What follows, such as `bonus:500.00`, as words."""
    head, _colon, detail = code.partition(":")
    said = DEEDS[head].to(language())
    return said.format(detail) if "{}" in said else f"{said} {detail}".strip()


def sentences_of(row: PeriodResult) -> list[str]:
    """Why a result is what it is; every figure is one that was kept with it."""
    trace = row.trace
    said = [_points(trace, row)]
    counted = [f"{name} {trace[name]}" for name in COUNTS if trace.get(name)]
    if trace.get("被召回"):
        counted.append(_("recalled"))
    if counted:
        said.append("，".join(counted) + "。")
    if row.missing:
        said.append(_("Undetermined, because this is missing: %(names)s.") % {"names": "、".join(row.missing)})
        return [*said, unscored] if (unscored := _unscored(row.missing)) else said
    clause = _readable(row.clause) or _("no earlier clause holds")
    source = f"〔{row.cites}〕" if row.cites else ""
    said.append(f"{row.grade}：{clause}{source}")
    if row.consequences:
        why = "；".join(row.because)
        said.append(_("What follows: %(deeds)s (%(why)s).") % {
            "deeds": "、".join(map(deed_words, row.consequences)), "why": _readable(why),
        })  # fmt: skip
    return [one for one in said if one]


def _unscored(missing: Sequence[str]) -> str:
    """What to do about months that were sealed, or quarters that were closed, with a grade and without a score."""
    if not any(name.endswith(SCORE) and name[:4].isdigit() for name in missing):
        return ""
    return _(
        "A month or quarter named with “得分” was judged without a score, and stays so. The county decides in the policy, under "
        "“missing” of the quarter or year, what the mean then counts as; a closed period is then reopened under “Quarters and "
        "years” and closed again."
    )


def _points(trace: dict[str, object], row: PeriodResult) -> str:
    parts = [key.removeprefix(POINTS) for key in trace if key.startswith(POINTS)]
    if not parts:
        return "" if row.score is None else _("Mean of the months: %(score)s points.") % {"score": row.score}
    given = [
        _("%(name)s %(value)s, counted %(points)s") % {"name": name, "value": trace[name], "points": trace[POINTS + name]}
        for name in parts if trace.get(POINTS + name) is not None
    ]  # fmt: skip
    total = "" if row.score is None else _("; together %(score)s points") % {"score": row.score}
    return f"{'；'.join(given)}{total}。" if given else ""


def _readable(clause: str) -> str:
    for sign, word in SIGNS:
        clause = clause.replace(sign, word)
    return clause
