"""The verb that ends a round for an applicant: hired to a place that it seeks, by the agreement that was signed."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, names, rls
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.policy.recruitment import Step
from yigang.posts.models import Post
from yigang.recruitment import queries
from yigang.recruitment.domain import agreements
from yigang.recruitment.domain.deciding import judging, locked
from yigang.recruitment.enums import ApplicationState
from yigang.recruitment.gates import why_not_on
from yigang.recruitment.models import Application, RoundPost, StepRecord
from yigang.tenure.domain import Terms, appoint


@transaction.atomic
def hire(
    application: Application, terms: Terms, *, actor: User, post: Post | None = None, version: int | None = None
) -> Application:
    """Appoint an applicant who came through to a place that the round seeks; the last step of a round.

    The appointment itself is tenure's: it refuses who holds a post (two rounds cannot hire one person) and a place that was
    filled a second ago.
    """
    application = locked(application, version)
    step, rule = judging(application, actor)
    if rule.name != queries.rules_of(application.round).hires.name:
        raise Refusal(
            _("People are appointed in the step “%(hires)s”, not in “%(step)s”."),
            {"hires": queries.rules_of(application.round).hires.name, "step": step.name}, code="wrong_step",
        )  # fmt: skip
    wanted = post or application.post_wanted
    if wanted is None:
        raise Refusal(_("Say which post."), code="no_post", field="post")
    _ready(application, step, rule, wanted)
    signed = agreements.signed_terms(application, wanted, terms)
    application.appointment = appoint(application.person, wanted, terms, actor=actor)
    if signed is not None:
        agreements.keep(signed, application.appointment, actor)
    application.state, application.version = ApplicationState.HIRED, application.version + 1
    application.save(update_fields=["state", "appointment", "version"])
    after = {"step": step.name, "post_id": wanted.pk, "starts": terms.starts}
    audit.record("recruitment.hire", application, actor=actor, after=after)
    return application


def _ready(application: Application, step: StepRecord, rule: Step, post: Post) -> None:
    if any(one.goes_on for one in rule.outcomes):
        passed = application.outcomes.filter(step=step, undone_at=None, goes_on=True).exists()
        if not passed:
            raise Refusal(
                _("“%(step)s” has no outcome for %(name)s yet."),
                {"step": step.name, "name": application.person.name}, code="not_decided",
            )  # fmt: skip
    why = why_not_on(application, step, rule)
    if why:
        raise Refusal(
            _("%(name)s cannot go on: %(why)s"), {"name": application.person.name, "why": "；".join(why)},
            code="blocked",
        )  # fmt: skip
    _place_sought(application, post)
    _first_in_rank(application, post)


def _place_sought(application: Application, post: Post) -> None:
    sought = RoundPost.objects.filter(round=application.round_id, post=post).first()
    if sought is None:
        raise Refusal(
            _("The round does not seek anybody for the post %(post)s."), {"post": post.number}, code="foreign_post",
            field="post",
        )  # fmt: skip
    with rls.everywhere("who holds a place may come from another town"):
        filled = Application.objects.filter(round=application.round_id, appointment__post=post).count()
    if filled >= sought.places:
        raise Refusal(
            _("The %(places)d places that this round sought at the post %(post)s are filled."),
            {"places": sought.places, "post": post.number}, code="places_filled", field="post",
        )  # fmt: skip


def _first_in_rank(application: Application, post: Post) -> None:
    """Whoever stands before an applicant in the ranking for the same post comes first, or is decided first."""
    if queries.rules_of(application.round).ranking is None:
        return
    if application.rank is None:
        raise Refusal(
            _("%(name)s has no rank: %(why)s"),
            {"name": application.person.name, "why": application.rank_reason or _("the round has not been ranked")},
            code="not_ranked",
        )  # fmt: skip
    first = _next_for(application, post)
    if first is not None and application.post_wanted_id == post.pk:
        raise Refusal(
            _("%(first)s stands before %(name)s for the post %(post)s (%(better)d, %(worse)d)."),
            {"first": _told(first), "name": application.person.name, "post": post.number, "better": first.rank,
             "worse": application.rank},
            code="out_of_rank", remedy=_("Hire in order, or decide about who stands before, with a reason."),
        )  # fmt: skip


def _next_for(application: Application, post: Post) -> Application | None:
    """Who stands first among those before an applicant for a post, wherever in the round's region he lives."""
    with rls.everywhere("whoever stands before somebody may live in another town"):
        before = Application.objects.filter(
            round=application.round_id, post_wanted=post, state=ApplicationState.RUNNING, rank__lt=application.rank
        )
        return before.select_related("person").order_by("rank").first()


def _told(application: Application) -> str:
    """The applicant's name, of which another town's officer reads only the first sign."""
    seen = Application.objects.filter(pk=application.pk).exists()
    return application.person.name if seen else names.mask(application.person.name)
