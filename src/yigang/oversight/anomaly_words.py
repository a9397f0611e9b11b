"""An anomaly and its evidence in sentences, in the reader's language. They say what is on record, never what somebody did."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigang.duty.flag_words import name_of as name_of_question
from yigang.foundation import money
from yigang.oversight.models import Anomaly
from yigang.policy.anomalies import NEXT, RULES
from yigang.policy.flags import RULES as QUESTIONS

Figures = Mapping[str, Any]


def name_of(rule: str) -> str:
    """What the rule is called."""
    return RULES[rule].name.to("en" if (get_language() or "").startswith("en") else "zh")


def next_step(rule: str) -> str:
    """What usually comes next."""
    return {
        "inspect": _("Go there unannounced; open strong anomalies weigh in the next draw."),
        "ask": _("Ask the person and write down what is said."),
        "correct": _("Put the register right, or enter a problem to be put right."),
        "money": _("Look at the account and the lines before the next payment."),
    }[NEXT[rule]]


def measured_by(row: Anomaly) -> list[tuple[str, str]]:
    """The thresholds that held when it was found, in words."""
    language = "en" if (get_language() or "").startswith("en") else "zh"
    known = RULES[row.rule].thresholds
    return [(known[name].words.to(language), f"{value:g}") for name, value in row.thresholds.items() if name in known]


def sentence(row: Anomaly) -> str:
    """What was found, in one sentence."""
    return SENTENCES[row.rule](row.figures, row)


def _paid(row: Anomaly) -> str:
    return money.plain(row.fen)


def _flagged(figures: Figures, _row: Anomaly) -> str:
    return _("%(questions)d questions about evidence on %(days)d days, none of them explained.") % figures


SENTENCES: dict[str, Callable[[Figures, Anomaly], str]] = {
    "unsupported_pay": lambda figures, row: (
        _("%(months)d months paid (%(yuan)s yuan) with fewer than %(kinds)d kinds of evidence that agree.")
        % {"months": figures["months"], "kinds": figures["kinds"], "yuan": _paid(row)}
    ),
    "paid_after_death": lambda figures, row: (
        _("Died on %(died)s by what is on record; %(months)d months with pay or check-ins after that (%(yuan)s yuan).")
        % {"died": figures["died"], "months": figures["months"], "yuan": _paid(row)}
    ),
    "works_elsewhere": lambda figures, row: (
        _("A register says that the person works or is paid elsewhere; %(days)d days present and %(yuan)s yuan meanwhile.")
        % {"days": figures["days"], "yuan": _paid(row)}
    ),
    "shared_account": lambda figures, _row: _("One account stands with %(people)d people.") % figures,
    "kept_account": lambda _figures, _row: _("The account is kept by somebody else, or its holder has another name."),
    "fixed_roster": lambda figures, _row: (
        _("The same %(days)d days of the month, %(months)d months in a row.") % figures
    ),
    "two_claims": lambda figures, _row: _("On leave and present on %(days)d days.") % figures,
    "phone_for_many": _flagged,
    "moving_together": lambda figures, _row: (
        _("%(times)d of %(of)d check-ins within seconds and metres of the other person's.") % figures
    ),
    "frozen_place": _flagged,
    "laps": _flagged,
    "photo_again": _flagged,
    "substitute": _flagged,
    "rotating_names": lambda figures, _row: _("%(people)d people held one place of a post within the year.") % figures,
    "idle": lambda figures, row: (
        _("%(months)d months present nearly every day without log or result (%(yuan)s yuan).")
        % {"months": figures["months"], "yuan": _paid(row)}
    ),
    "household_posts": lambda figures, _row: _("%(people)d members of one household held posts at a time.") % figures,
    "paid_after_exit": lambda figures, row: (
        _("Left on %(ended)s; %(months)d later months were paid (%(yuan)s yuan).")
        % {"ended": figures["ended"], "months": figures["months"], "yuan": _paid(row)}
    ),
    "absent_but_clocked": lambda figures, _row: (
        _("Found absent %(times)d times on days with check-ins.") % figures
    ),
}  # fmt: skip


def piece(row: Figures) -> str:
    """One piece of evidence, by its figures."""
    return PIECES[str(row["key"])[0]](row)


def _month(row: Figures) -> str:
    if "times" in row:
        return _("%(times)d of %(of)d check-ins together with the other.") % row
    if "logs" not in row:
        said = _("%(days)d days present.") % row
        return said + " " + _("%(yuan)s yuan paid.") % {"yuan": money.plain(row["fen"])} if row.get("fen") else said
    return _(
        "%(yuan)s yuan paid; %(days)d days present (%(own)d by phone or machine), %(logs)d different logs, %(results)d results,"
        " villagers' words %(words)d, met %(met)d times."
    ) % {**row, "yuan": money.plain(row["fen"])}  # fmt: skip


def _register(row: Figures) -> str:
    if "died" in row:
        return _("On record as dead since %(died)s.") % row
    if "kept" in row:
        return _("Register of accounts that are kept for others.")
    said = ELSEWHERE[row["kind"]]()
    return _("%(register)s, as of %(until)s. %(detail)s") % {"register": said, **row}


ELSEWHERE: dict[str, Callable[[], str]] = {
    "labour_province": lambda: _("The register of labour: works elsewhere in the province"),
    "labour_elsewhere": lambda: _("The register of labour: works outside the province"),
    "payroll": lambda: _("Register for comparison: fiscal payroll"),
    "insurance": lambda: _("Register for comparison: insured by another employer"),
    "other_posts": lambda: _("Register for comparison: other public posts"),
}
PIECES: dict[str, Callable[[Figures], str]] = {
    "m": _month,
    "s": lambda row: _("Line of %(month)s: %(yuan)s yuan.") % {"month": row["month"], "yuan": money.plain(row["fen"])},
    "g": lambda row: name_of_question(row["kind"]) if row["kind"] in QUESTIONS else row["kind"],
    "f": lambda row: _("An inspection found nobody at the post; check-ins on the same day.") if row else "",
    "d": lambda row: _("Approved leave and check-ins on %(day)s.") % row,
    "a": lambda row: (
        _("In post from %(starts)s to %(ends)s.") % row if row["ends"] else _("In post since %(starts)s.") % row
    ),
    "b": lambda row: _("Account on file.") if row else "",
    "l": _register,
    "r": _register,
    "p": _register,
}  # fmt: skip
"""First letter of the key → the sentence."""
