"""Questions about months and lines, for people."""

from functools import lru_cache

from yigang.appraisal.queries import version_for
from yigang.payment.enums import Step
from yigang.payment.models import Settlement, SubsidyLine
from yigang.payment.settlement import snapshot
from yigang.policy import Sentence, explain, explain_plain
from yigang.policy.model import PolicyVersion
from yigang.policy.period import Period


@lru_cache(maxsize=64)
def _sealed_version(settlement_id: int, policy_digest: str, period: Period) -> PolicyVersion:  # noqa: ARG001 - part of the key
    kept = Settlement.objects.get(pk=settlement_id).snapshot
    return snapshot.policy_of_text(kept.policy).version_on(period)


def version_of(settlement: Settlement) -> PolicyVersion:
    """The text a settlement was, or would be, judged by: the kept one once it is sealed."""
    if settlement.step == Step.SEALED:
        return _sealed_version(settlement.pk, settlement.policy_digest, Period.of(settlement.month))
    return version_for(settlement.programme, settlement.month)


def sentences_of(line: SubsidyLine, lang: str) -> list[Sentence]:
    """Why this line is what it is: `lang` is zh or en. An adjustment is explained by its reason and what it corrects."""
    if not line.trace:
        return [Sentence(line.reason)]
    return explain(line.trace, version_of(line.settlement), lang)


def plain_sentences_of(line: SubsidyLine, lang: str) -> list[str]:
    """The same for the post holder: the money first, then in few words why."""
    if not line.trace:
        return [line.reason]
    return explain_plain(line.trace, version_of(line.settlement), lang)
