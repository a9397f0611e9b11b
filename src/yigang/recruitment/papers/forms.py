"""The registration form (报名登记表) of an application, filled in with what is on file, or empty to be written by hand.

Identity number and phone are masked; whoever may see them in clear gets them so after an entry in the audit trail.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import translation

from yigang.foundation import regions
from yigang.foundation.access import require
from yigang.foundation.domain import reveal
from yigang.foundation.models import User
from yigang.foundation.papers import Paper, printed_by, typeset
from yigang.foundation.wording import chinese
from yigang.people.models import Person
from yigang.people.papers import particulars, portrait
from yigang.policy.recruitment import LEVELS, ROLES
from yigang.recruitment import queries
from yigang.recruitment.access import READ_ROUNDS
from yigang.recruitment.models import Application, Round, StepOutcome

TEMPLATE = Path(__file__).parent / "form.typ"
DECLARED = {
    "public_payroll": "本人是否财政供养人员", "village_officer_kin": "是否村干部直系亲属",
    "able_to_work": "是否能从事本岗位工作",
}  # fmt: skip
"""What the applicant declares (`domain.applying.DECLARATIONS`), as the form asks it."""
POSTS_NAMED = 12


@transaction.atomic
def print_form(application: Application, *, clear: bool = False, actor: User) -> Paper:
    """What is on file is filled in, with each step's outcome; what is not known stays empty. `clear` leaves an entry."""
    require(actor, READ_ROUNDS, application.region_code)
    person = application.person
    if clear:
        reveal(person, ["identity", "phone"], actor=actor)
    photo = portrait(person.photo)
    with translation.override("zh-hans"):
        data = _form(application.round, actor) | {
            "one": particulars(person, "".join(regions.path_of(person.region_code)[2:]), clear=clear)
            | {"education": _education(person)},
            "photo": "photo.jpg" if photo else "", "applied": chinese(application.applied_on),
            "wanted": str(application.post_wanted) if application.post_wanted else "服从安排",
            "source": str(application.get_source_display()),
            "declared": [[text, application.declared.get(name)] for name, text in DECLARED.items()],
            "opinions": _opinions(application.round, _outcomes(application)),
        }  # fmt: skip
    return typeset(TEMPLATE, data, pictures={"photo.jpg": photo} if photo else {})


def print_empty_form(one: Round, *, actor: User) -> Paper:
    """The form of a round as it is handed out in the village, by whoever sees the county's round there."""
    require(actor, READ_ROUNDS)
    with translation.override("zh-hans"):
        data = _form(one, actor) | {
            "one": None, "photo": "", "applied": "", "wanted": "", "source": "",
            "declared": [[text, None] for text in DECLARED.values()], "opinions": _opinions(one, {}),
        }  # fmt: skip
    return typeset(TEMPLATE, data)


def _form(one: Round, actor: User) -> dict[str, Any]:
    sought = [str(row.post) for row in one.posts.select_related("post")[: POSTS_NAMED + 1]]
    named = "、".join(sought[:POSTS_NAMED]) + ("等" if len(sought) > POSTS_NAMED else "")
    return {
        "title": f"{one.programme.name}报名登记表", "round": f"{one.title}（{one.number}）", "sought": named,
        "printed": f"打印：{printed_by(actor)}",
    }  # fmt: skip


def _outcomes(application: Application) -> dict[int, StepOutcome]:
    """The outcome that holds, by the position of its step."""
    rows = application.outcomes.filter(undone_at=None).select_related("step", "by").order_by("pk")
    return {row.step.position: row for row in rows}


def _opinions(one: Round, outcomes: dict[int, StepOutcome]) -> list[dict[str, str]]:
    """A box for every step that decides, with what was decided."""
    boxes = []
    for position, rule in enumerate(queries.rules_of(one).steps, 1):
        if rule.decides:
            said = outcomes.get(position)
            boxes.append(
                {
                    "step": rule.name, "who": f"{LEVELS[rule.level]}{ROLES[rule.role]}",
                    "outcome": "，".join(filter(None, (said.outcome, said.reason))) if said else "",
                    "by": said.by.name if said else "", "day": chinese(said.at.date() if said else None),
                }
            )  # fmt: skip
    return boxes


def _education(person: Person) -> str:
    """As the newest register has it."""
    known = person.labour_records.exclude(education=None).order_by("-edition").first()
    return str(known.get_education_display()) if known else ""
