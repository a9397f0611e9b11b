"""Questions about comparisons: what stands against an applicant, what a hit rests on, which registers are there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from yigang.foundation import identity, regioncode
from yigang.foundation.enums import JobState
from yigang.foundation.models import JobRun
from yigang.recruitment.comparison.enums import HitEffect, HitState
from yigang.recruitment.models import Application, Comparison, ComparisonHit, ComparisonRegister, StepRecord

NAMES = {
    "same": gettext_lazy("the same name"),
    "variant": gettext_lazy("the same name in another form of its signs"),
    "sound": gettext_lazy("names that sound alike"),
    "lost": gettext_lazy("the same name but for a lost sign"),
    "left_out": gettext_lazy("one sign stands in one name only"),
    "one_sign": gettext_lazy("names that differ in one sign"),
    "one_of_two": gettext_lazy("names of two signs, one of which differs"),
    "": gettext_lazy("another name"),
}
BIRTHS = {
    "same": gettext_lazy("the same birth date"),
    "swapped": gettext_lazy("birth dates with two digits exchanged"),
    "one_digit": gettext_lazy("birth dates that differ in one digit"),
    "unknown": gettext_lazy("no birth date to compare"),
    "": gettext_lazy("another birth date"),
}
AREAS = {
    "county": gettext_lazy("the same county"),
    "city": gettext_lazy("the same city"),
    "province": gettext_lazy("the same province"),
    "other": gettext_lazy("another province"),
    "unknown": gettext_lazy("no place to compare"),
}


def why(hit: ComparisonHit) -> list[str]:
    """What the likeness rests on, in words; what is odd about a hit by number too."""
    parts = hit.parts
    if not parts:
        return []
    said = [str(NAMES[parts["name"]]), str(BIRTHS[parts["birth"]]), str(AREAS[parts["area"]])]
    if hit.exact:
        return [_("the same identity number"), *said]
    if parts["two_numbers"]:
        said.append(_("two whole identity numbers that differ: by these, two people"))
    if parts["near"]:
        said.append(_("a faulty number that differs in one digit or one exchange"))
    elif hit.seen.get("fault"):
        said.append(_("a faulty number: %(why)s") % {"why": _fault(str(hit.seen["fault"]))})
    return said


def _fault(code: str) -> str:
    sentence = identity.SENTENCES.get(code)
    return str(sentence).split("%", 1)[0] if sentence else code


def blocking(application_id: int) -> list[str]:
    """What stands against an application: confirmed hits, and those that must be decided first. Information never does."""
    hits = ComparisonHit.objects.filter(application=application_id).exclude(state=HitState.DISMISSED)
    return list(_sentences(hits.exclude(effect=HitEffect.INFORM)))


def _sentences(hits: QuerySet[ComparisonHit]) -> Iterator[str]:
    for hit in hits:
        words = {
            "kind": hit.kind_name,
            "as_of": hit.seen.get("as_of", ""),
            "through": f"（{hit.via}）" if hit.via else "",
        }
        if hit.state == HitState.CONFIRMED:
            yield _("%(kind)s%(through)s, confirmed: %(reason)s") % {**words, "reason": hit.reason}
        elif not hit.gone:
            yield _("%(kind)s%(through)s of %(as_of)s: found there, not decided yet") % words


def compared_in(application: Application, step: StepRecord) -> bool:
    """Whether the round, or its part that the applicant lives in, was compared since the step was opened, with this one in it."""
    since = max(moment for moment in (step.opened_at, application.applied_at) if moment is not None)
    return any(application.region_code.startswith(prefix) for prefix in compared_parts(step.round_id, since))


def compared_parts(round_id: int, since: datetime | None) -> list[str]:
    """Prefixes of the parts of a round that were compared since a moment."""
    codes = Comparison.objects.filter(round=round_id, at__gte=since).order_by().values_list("region_code", flat=True)
    return [regioncode.prefix_of(code) for code in codes.distinct()]


def last_of(round_id: int) -> Comparison | None:
    """The round's newest comparison."""
    return Comparison.objects.filter(round=round_id).select_related("by").first()


def comparisons(rounds: Iterable[int]) -> QuerySet[Comparison]:
    """The newest comparison of each round."""
    return Comparison.objects.filter(round__in=list(rounds)).order_by("round_id", "-pk").distinct("round_id")


def running_job(round_id: int) -> JobRun | None:
    """The job that compares the round, while it waits or runs."""
    found = JobRun.objects.filter(kind="recruitment.compare", state__in=(JobState.WAITING, JobState.RUNNING))
    return found.filter(title__endswith=f" #{round_id}").first()


def registers() -> QuerySet[ComparisonRegister]:
    """All registers in scope, newest first within their kind."""
    return ComparisonRegister.objects.select_related("file", "loaded_by")


def open_hits(prefix: str) -> QuerySet[ComparisonHit]:
    """Hits in a region that somebody must decide about."""
    found = ComparisonHit.objects.filter(state=HitState.OPEN, gone=False).exclude(effect=HitEffect.INFORM)
    return found.filter(region_code__startswith=prefix) if prefix else found
