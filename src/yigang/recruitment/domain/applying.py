"""Verbs of an application: brought in by the clerk, by the person on the public site or from the pool; withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.policy.recruitment import TAKES_IN
from yigang.posts.models import Post
from yigang.recruitment import queries
from yigang.recruitment.access import TAKE_APPLICATIONS
from yigang.recruitment.domain.rounds import day_of, needed, turn
from yigang.recruitment.enums import ApplicationState, Source
from yigang.recruitment.models import Application, Round, StepRecord

DECLARATIONS = ("public_payroll", "village_officer_kin", "able_to_work")
"""What an applicant declares on the form; what is left out stays unknown, it does not count as no."""


@transaction.atomic
def apply(
    one: Round, person: Person, *, source: Source, actor: User | None, post_wanted: Post | None = None,
    declared: Mapping[str, bool] | None = None, on: date | None = None, phone: str = "",
) -> Application:  # fmt: skip
    """Take a person into a round while it takes applications.

    Staff act as themselves. Without an actor it is the person on the public site, whose `phone` was verified by a code and
    must be the one on file.
    """
    _may_apply(person, source, actor, phone)
    turn(one, shared=True)
    step, day = _open_for_applications(one), day_of(on)
    _refuse_person(one, person, post_wanted)
    application = Application(
        region_code=person.region_code, round=one, person=person, post_wanted=post_wanted, source=source,
        declared=known_declarations(declared or {}), applied_on=day, created_by=actor,
    )  # fmt: skip
    try:
        with transaction.atomic():
            application.save()
    except IntegrityError as error:
        if violated(error) == "one_application_in_a_round":
            raise _known_already(person) from error
        raise
    after = {"round": one.number, "step": step.name, "person_id": person.pk, "source": source}
    audit.record("recruitment.apply", application, actor=actor, after=after)
    return application


@transaction.atomic
def withdraw(application: Application, reason: str, *, actor: User) -> Application:
    """The person does not want to go on. It needs a reason, and it stays on file."""
    require(actor, TAKE_APPLICATIONS, application.region_code)
    application = hold(Application.objects.select_related("round").filter(pk=application.pk)).get()
    reason = needed(reason)
    if application.state != ApplicationState.RUNNING:
        raise Refusal(
            _("%(name)s is not in the running any more (%(state)s)."),
            {"name": application.person.name, "state": application.get_state_display()}, code="not_running",
        )  # fmt: skip
    application.state, application.reasons = ApplicationState.WITHDRAWN, [reason]
    application.ended_in = queries.open_step_of(application.round)
    application.version += 1
    application.save(update_fields=["state", "reasons", "ended_in", "version"])
    audit.record("recruitment.withdraw", application, actor=actor, after={"reason": reason})
    return application


def _may_apply(person: Person, source: Source, actor: User | None, phone: str) -> None:
    if actor is not None:
        require(actor, TAKE_APPLICATIONS, person.region_code)
    elif source != Source.PUBLIC or not phone or phone != person.phone:
        raise Forbidden(str(_("This phone number is not the one on file.")))


def _open_for_applications(one: Round) -> StepRecord:
    step = queries.open_step_of(one)
    if step is None or step.kind not in TAKES_IN:
        raise Refusal(
            _("The round “%(round)s” takes no applications now (%(step)s)."),
            {"round": one.title, "step": step.name if step else _("no step is open")}, code="not_taking",
        )  # fmt: skip
    return step


def _refuse_person(one: Round, person: Person, post: Post | None) -> None:
    if person.died_on is not None:
        raise Refusal(
            _("%(name)s died on %(day)s."), {"name": person.name, "day": person.died_on}, code="dead", field="person"
        )
    if post is not None and not one.posts.filter(post=post).exists():
        raise Refusal(
            _("The round does not seek anybody for the post %(post)s."), {"post": post.number}, code="foreign_post",
            field="post_wanted",
        )  # fmt: skip
    if Application.objects.filter(round=one, person=person).exists():
        raise _known_already(person)


def _known_already(person: Person) -> Refusal:
    return Refusal(
        _("%(name)s has applied in this round already."), {"name": person.name}, code="applied_already", field="person",
        remedy=_("Open the application that there is."),
    )  # fmt: skip


def known_declarations(declared: Mapping[str, bool]) -> dict[str, bool]:
    """What was declared, as it is kept; refused for what the form does not ask."""
    unknown = set(declared) - set(DECLARATIONS)
    if unknown:
        raise Refusal(_("The form does not ask for %(names)s."), {"names": ", ".join(sorted(unknown))}, code="unknown")
    return {name: bool(value) for name, value in declared.items()}
