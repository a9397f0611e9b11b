"""Why an applicant may not go on in a step: what the policy asks of it and what is not there yet."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from django.utils.translation import gettext as _

from yigang.policy.recruitment import MarksRule, Step
from yigang.policy.wording import number
from yigang.recruitment import queries
from yigang.recruitment.comparison import queries as comparison
from yigang.recruitment.enums import Verdict
from yigang.recruitment.models import AgreementDraft, Application, StepRecord


def why_not_on(application: Application, step: StepRecord, rule: Step) -> list[str]:
    """Every reason in words; an empty list means that nothing stands against it."""
    reasons = [*queries.blocking_reasons(application)]
    if rule.comparison and not comparison.compared_in(application, step):
        reasons.append(_("data have not been compared in this step since the application came in"))
    if rule.eligibility:
        reasons += _clauses(application, step)
    if rule.peer_review:
        reasons += _peers(application, step, rule)
    if rule.offices:
        reasons += _offices(application, step, rule)
    if rule.marks:
        reasons += _marks(application, step, rule.marks)
    if rule.kind == "sign" and not AgreementDraft.objects.filter(application=application, signed_on__isnull=False):
        reasons.append(_("no signed agreement is on file"))
    return reasons


def _clauses(application: Application, step: StepRecord) -> Iterator[str]:
    result = application.eligibility.filter(run__step=step).order_by("-run").first()
    if result is None:
        yield _("the clauses have not been judged in this step")
        return
    if result.verdict != Verdict.HOLDS:
        yield from (clause["why"] for clause in result.clauses if clause["result"] != Verdict.HOLDS)


def _peers(application: Application, step: StepRecord, rule: Step) -> Iterator[str]:
    tally = application.tallies.filter(review__step=step).select_related("review").order_by("-review").first()
    assert rule.peer_review
    if tally is None:
        yield _("the village has not voted")
    elif not rule.peer_review.carried(tally.agree, tally.present, tally.review.entitled):
        yield _("%(agree)d of %(present)d voted for it") % {"agree": tally.agree, "present": tally.present}


def _offices(application: Application, step: StepRecord, rule: Step) -> Iterator[str]:
    signed = {one.office: one for one in application.joint_reviews.filter(step=step)}
    for office in rule.offices:
        if office.name not in signed:
            yield _("%(office)s has not signed") % {"office": office.name}
        elif not signed[office.name].agrees:
            yield f"{office.name}：{signed[office.name].reason}"


def _marks(application: Application, step: StepRecord, rule: MarksRule) -> Iterator[str]:
    totals = totals_of(application, step, rule)
    if len(totals) < rule.reviewers:
        yield _("%(given)d of %(needed)d reviewers have marked") % {"given": len(totals), "needed": rule.reviewers}
    elif rule.passing is not None and (mean := mean_of(totals)) < rule.passing:
        yield _("the mean of %(mean)s points is below %(least)s") % {
            "mean": number(mean, 2), "least": number(rule.passing),
        }  # fmt: skip


def totals_of(application: Application, step: StepRecord, rule: MarksRule) -> list[Fraction]:
    """The total of every reviewer who has marked all items, in the order of their first mark."""
    given: dict[int, dict[str, Fraction]] = {}
    for one in application.marks.filter(step=step):
        given.setdefault(one.by_id, {})[one.item] = Fraction(one.points)
    items = {item.name for item in rule.items}
    return [sum(points.values(), Fraction(0)) for points in given.values() if set(points) == items]


def mean_of(totals: list[Fraction]) -> Fraction:
    """The mean, two places half up."""
    return Fraction(int(sum(totals) * 100 / len(totals) + Fraction(1, 2)), 100)
