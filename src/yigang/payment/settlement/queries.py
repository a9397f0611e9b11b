"""Questions about months and lines, for people."""

from django.utils import translation
from django.utils.translation import gettext as _

from yigang.foundation import money
from yigang.payment.enums import LineKind
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement.judged import version_of
from yigang.policy import Sentence, explain, explain_plain


def sentences_of(line: SubsidyLine, lang: str) -> list[Sentence]:
    """Why this line is what it is: `lang` is zh or en. A correction says first what it corrects and why."""
    first = [Sentence(text) for text in _brought(line, lang)]
    return [*first, *(explain(line.trace, version_of(_judging(line)), lang) if line.trace else [])]


def plain_sentences_of(line: SubsidyLine, lang: str) -> list[str]:
    """The same for the post holder: the money first, then in few words why."""
    return [*_brought(line, lang), *(explain_plain(line.trace, version_of(_judging(line)), lang) if line.trace else [])]


def _judging(line: SubsidyLine) -> Settlement:
    """The settlement whose policy made the line's figures: for what an earlier month brought in, that month's."""
    if line.corrects is not None:
        return line.corrects.settlement
    if line.month != line.settlement.month:
        sealed = line.settlement
        return Settlement.objects.get(programme=sealed.programme_id, region_code=sealed.region_code, month=line.month)
    return line.settlement


def _brought(line: SubsidyLine, lang: str) -> list[str]:
    """For lines that correct, or belong to, a month sealed before."""
    if line.kind == LineKind.REGULAR and line.month == line.settlement.month:
        return []
    of = line.corrects.month if line.corrects else line.month
    with translation.override("en" if lang == "en" else "zh-hans"):
        said = _("Correction of %(month)s: %(amount)s yuan. Reason: %(reason)s")
        return [said % {"month": f"{of:%Y-%m}", "amount": money.plain(line.amount_fen or 0), "reason": line.reason}]
