"""What a round's page shows: the path of its steps, what the open one lacks, and every deed with why it is not for this user."""

from dataclasses import dataclass
from typing import Any

from django.forms import Form
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console.fields import own_ids
from yigang.console.recruitment.forms import AttachForm, BackForm, DaysForm, ReasonForm, SeatForm
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.policy.describe_recruitment import marks_text, peers_text
from yigang.policy.recruitment import LEVELS, NOTICED, ROLES, TAKES_IN, Step
from yigang.recruitment import parts, queries
from yigang.recruitment.access import OPEN_ROUND, TAKE_APPLICATIONS
from yigang.recruitment.comparison.access import COMPARE
from yigang.recruitment.domain.agreements import SIGNS
from yigang.recruitment.domain.eligibility import home_of
from yigang.recruitment.enums import ApplicationState, RoundState, StepState
from yigang.recruitment.models import EligibilityRun, Round, StepRecord
from yigang.recruitment.progress import undecided, what_is_missing
from yigang.recruitment.queries import Funnel
from yigang.recruitment.roles import why_not_acting
from yigang.tenure.access import EMPLOY

LABEL = {"position": "inside", "color": "#1c2723", "textBorderWidth": 0, "fontWeight": 600}
"""Dark on the funnel's pale colours, and on the paper beside a stage that is too narrow for its words."""
PALE = {"opacity": 0.45, "borderWidth": 0}


@dataclass(frozen=True)
class Deed:
    """Something that may be done, or the reason why not."""

    label: str
    url: str
    icon: str
    why_not: str = ""
    form: Form | None = None
    post: bool = True
    danger: bool = False
    confirm: str = ""

    def __post_init__(self) -> None:
        if self.form is not None:
            self.form.auto_id = own_ids(self.url)


@dataclass(frozen=True)
class Place:
    """A step on the path, with its rule and who acts."""

    step: StepRecord
    rule: Step
    who: str
    asks: list[str]


def who_acts(rule: Step) -> str:
    """Level and role in the office's words."""
    return f"{LEVELS[rule.level]}{ROLES[rule.role]}"


def page_of(one: Round, actor: User) -> dict[str, Any]:
    """The path, the open step with what it lacks, and the deeds."""
    steps = queries.steps_of(one)
    for step in steps:
        step.round = one
    path = [
        Place(step, queries.rule_of(step), who_acts(queries.rule_of(step)), asks(queries.rule_of(step)))
        for step in steps
    ]
    now = next((place for place in path if place.step.state == StepState.OPEN), None)
    following = next((place for place in path if place.step.state == StepState.WAITING), None)
    missing = what_is_missing(now.step, timezone.localdate()) if now else []
    return {
        "path": path, "now": now, "following": following, "missing": missing,
        "documents": list(now.step.documents.select_related("file", "added_by")) if now else [],
        "left": what_steps_left(one),
        "waiting": undecided(now.step).count() if now and now.rule.decides else 0,
        "run": latest_run(now.step) if now and now.rule.eligibility else None,
        "deeds": [] if one.state == RoundState.CANCELLED else list(deeds(one, now, following, missing, actor)),
        "attach_form": AttachForm(now.rule) if now and now.rule.wanted else None,
        "may_attach": may(actor, TAKE_APPLICATIONS),
    }  # fmt: skip


def what_steps_left(one: Round) -> list[StepRecord]:
    """Steps that were carried out and left a text, a notice or documents, also those that were gone back from."""
    over = one.steps.filter(state__in=(StepState.CLOSED, StepState.UNDONE)).select_related("notice")
    steps = over.order_by("position", "pk").prefetch_related("documents__added_by")
    return [step for step in steps if step.text or step.notice_id or step.documents.all()]


def latest_run(step: StepRecord) -> EligibilityRun | None:
    return step.eligibility_runs.defer("facts").select_related("by").order_by("-pk").first()


def asks(rule: Step) -> list[str]:
    """What belongs to a step, in words."""
    said = [
        _("at least %(days)d working days") % {"days": rule.working_days} if rule.working_days else "",
        _("the clauses are judged") if rule.eligibility else "",
        _("data are compared with registers") if rule.comparison else "",
        peers_text(rule.peer_review) if rule.peer_review else "",
        marks_text(rule.marks) if rule.marks else "",
        "、".join(f"{office.name}（{office.part}）" for office in rule.offices),
        _("applicants are ranked") if rule.ranks else "",
    ]
    return [text for text in said if text]


def deeds(one: Round, now: Place | None, following: Place | None, missing: list[str], actor: User) -> list[Deed]:
    """Every deed that belongs to the round as it stands, for this user or with the reason why not."""
    steer = may(actor, OPEN_ROUND, one.region_code).why
    found = []
    if now is not None:
        found += in_step(one, now, actor)
        found.append(
            Deed(_("Close “%(step)s”") % {"step": now.step.name}, address("close", one), "check",
                 steer or "；".join(missing), confirm=_("Close this step? Only going back with a reason opens it again."))
        )  # fmt: skip
    elif following is not None:
        found.append(
            Deed(_("Open “%(step)s”") % {"step": following.step.name}, address("open", one), "chevron-right", steer)
        )
    return found + steering(one, steer)


def steering(one: Round, steer: str) -> list[Deed]:
    """Going back, seats and giving up: shown only to those who steer."""
    if steer:
        return []
    found = []
    offices = [office.name for rule in queries.rules_of(one).steps for office in rule.offices]
    if offices and one.state == RoundState.RUNNING:
        users = User.objects.filter(is_active=True, scopes__prefix__startswith=one.region_code[:6]).distinct()
        found.append(Deed(_("Say who signs"), address("seat", one), "pencil", form=SeatForm(offices, users)))
    begun = [step for step in queries.steps_of(one) if step.state in (StepState.OPEN, StepState.CLOSED)]
    if begun:
        form = BackForm([(step.pk, step.name) for step in begun])
        hired = one.applications.filter(state=ApplicationState.HIRED).exists()
        why_not = _("Somebody has been hired in this round.") if hired else ""
        found.append(Deed(_("Go back"), address("back", one), "arrow-back-up", why_not, form=form, danger=True))
    if one.state == RoundState.RUNNING:
        found.append(Deed(_("Give the round up"), address("cancel", one), "trash", form=ReasonForm(), danger=True))
    return found


def in_step(one: Round, now: Place, actor: User) -> list[Deed]:
    """What is done in the open step."""
    rule, step = now.rule, now.step
    own = why_not_acting(rule.role, rule.level, home_of(step, actor), actor)
    waiting = _("The clauses have not been judged.") if not step.eligibility_runs.exists() else ""
    candidates = (
        (rule.kind in TAKES_IN, Deed(_("Write an application down"), address("apply", one), "user-plus",
                                     may(actor, TAKE_APPLICATIONS).why, post=False)),
        (rule.comparison, Deed(_("Compare with registers"), reverse("console:comparison-round", args=[one.pk]), "table",
                               parts.why_not(one, COMPARE, parts.compares, actor), post=False)),
        (rule.eligibility, Deed(_("Judge the clauses"), address("judge", one), "list-check", own)),
        (rule.eligibility, Deed(_("Decide the clear cases by the clauses"), address("decide", one), "check", own or waiting,
                                confirm=_("Whoever fails a clause is out with its sentence. Go on?"))),
        (rule.peer_review, Deed(_("Enter the village's vote"), address("vote", one), "pencil", own, post=False)),
        (rule.ranks, Deed(_("Rank the applicants"), address("rank", one), "list-check",
                          parts.why_not(one, OPEN_ROUND, parts.ranks, actor))),
        (rule.kind == SIGNS, Deed(_("Make the agreements of all who have none"), address("agreements", one), "file-text",
                                  own or may(actor, EMPLOY).why, form=DaysForm())),
        (rule.kind == SIGNS, Deed(_("File signed copies of many"), address("signed", one), "upload",
                                  own or may(actor, EMPLOY).why, post=False)),
        (rule.kind in NOTICED and rule.decides, Deed(_("Let pass who has no objection"), address("settle", one), "check", own)),
    )  # fmt: skip
    return [deed for holds, deed in candidates if holds]


def address(name: str, one: Round) -> str:
    return reverse(f"console:round-{name}", args=[one.pk])


def funnel_option(figures: Funnel) -> dict[str, Any]:
    """The funnel as ECharts draws it: who applied, who met the clauses, who did not withdraw, who was hired."""
    names = (_("Applied"), _("Eligible"), _("Did not withdraw"), _("Hired"))
    stages = zip(names, figures.stages, strict=True)
    data = [{"name": f"{name} {count}", "value": count} for name, count in stages]
    series = {
        "type": "funnel", "data": data, "sort": "none", "min": 0, "max": max(1, figures.applied), "left": "4%",
        "width": "92%", "top": 8, "bottom": 8, "minSize": "8%", "label": LABEL, "itemStyle": PALE, "gap": 2,
    }  # fmt: skip
    return {"series": [series], "tooltip": {"trigger": "item"}, "legend": {"show": False}}
