"""What waits in recruitment for the role that must act: votes, marks, outcomes, signatures, hits; rounds in the search."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.account.home import Hit, finder
from yigang.console.recruitment.acting import MOST, OpenStep, OpenSteps
from yigang.console.recruitment.filling import open_vacancies, proposed
from yigang.console.regions import Reader
from yigang.console.today import Due, Figure, due, figure
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.policy.recruitment import NOTICED, TAKES_IN
from yigang.recruitment.access import CONFIRM_REPLACEMENT, JUDGE, OPEN_ROUND, PROPOSE_REPLACEMENT, READ_ROUNDS
from yigang.recruitment.comparison.access import DECIDE_HITS
from yigang.recruitment.enums import ApplicationState, ReplacementState, RoundState, StepState
from yigang.recruitment.models import Application, JointReview, Replacement, ReviewSeat, Round, StepRecord
from yigang.recruitment.pool.candidates import with_candidates

HITS = 10


@due("recruitment")
def to_do(user: User, prefix: str) -> Iterator[Due]:
    """What the policy asks of this role in the open steps: votes, marks, outcomes, lists whose term is over, hits."""
    if not may(user, READ_ROUNDS):
        return
    open_ = OpenSteps(user, prefix)
    for one in open_.mine:
        yield from _asked_of(one, open_)
    if may(user, OPEN_ROUND):
        yield from _to_steer(open_)
    if may(user, DECIDE_HITS):
        yield from _hits(open_)


def _asked_of(one: OpenStep, open_: OpenSteps) -> Iterator[Due]:
    """What waits in a step for whoever acts in it."""
    step, rule, pk = one.step, one.rule, one.step.round_id
    names = {"step": step.name, "round": step.round.title}
    unmarked, undecided = open_.unmarked.get(pk, 0) if rule.marks else 0, open_.undecided.get(pk, 0)
    if rule.kind in TAKES_IN:
        yield Due(
            _("Take applications for %(round)s") % names, reverse("console:round-apply", args=[pk]), step.last_day
        )
    elif unmarked:
        yield Due(_("Mark applicants in “%(step)s” of %(round)s") % names, running_in(pk), step.last_day, unmarked)
    elif not undecided or not rule.decides:
        return
    elif rule.peer_review:
        vote = reverse("console:round-vote", args=[pk])
        yield Due(_("Enter the village's vote for %(round)s") % names, vote, step.last_day, undecided)
    elif rule.kind not in NOTICED:
        yield Due(
            _("Decide about applicants in “%(step)s” of %(round)s") % names, running_in(pk), step.last_day, undecided
        )
    elif _over(step):
        words = _("The term of “%(step)s” of %(round)s is over: let pass who has no objection")
        yield Due(words % names, page(pk), step.last_day, undecided)


def _to_steer(open_: OpenSteps) -> Iterator[Due]:
    """Of rounds inside the region: steps that end, steps in which nobody waits, and those whose next step is not opened."""
    for one in open_.all:
        step, region = one.step, one.step.round.region_code
        if not (region.startswith(open_.prefix) and may(open_.user, OPEN_ROUND, region)):
            continue
        names = {"step": step.name, "round": step.round.title}
        if not _over(step):
            yield Due(_("“%(step)s” of %(round)s ends") % names, page(step.round_id), step.last_day)
        elif not one.rule.decides or not open_.undecided.get(step.round_id):
            yield Due(_("Close “%(step)s” of %(round)s") % names, page(step.round_id), step.last_day)
    waiting = Round.objects.filter(
        regions.inside(open_.prefix), ~Exists(StepRecord.objects.filter(round=OuterRef("pk"), state=StepState.OPEN)),
        state=RoundState.RUNNING,
    )  # fmt: skip
    for round_ in waiting.defer("policy_text").order_by("opened_on")[:MOST]:
        yield Due(_("Open the next step of %(round)s") % {"round": round_.title}, page(round_.pk))


def _over(step: StepRecord) -> bool:
    """Whether a step has no working days left to wait for."""
    return step.last_day is None or step.last_day < timezone.localdate()


def _hits(open_: OpenSteps) -> Iterator[Due]:
    """Hits that must be decided, by whoever acts in the step that compares; later by whoever may decide them at all."""
    others = {one.step.round_id for one in open_.all if one.rule.comparison and not one.mine}
    counts = {pk: count for pk, count in open_.hits.items() if pk not in others}
    if counts:
        address = f"{reverse('console:comparison-hits')}?state=open"
        address += f"&round={next(iter(counts))}" if len(counts) == 1 else ""
        yield Due(_("Decide what the comparison with registers has found"), address, count=sum(counts.values()))


@due("recruitment")
def signatures(user: User, prefix: str) -> Iterator[Due]:
    """Applicants whom the user's office has not signed for."""
    if not may(user, JUDGE):
        return
    for seat in ReviewSeat.objects.filter(user=user, round__state=RoundState.RUNNING)[:MOST]:
        step = StepRecord.objects.filter(round=seat.round_id, state=StepState.OPEN, kind="joint_review").first()
        if step is None:
            continue
        signed = JointReview.objects.filter(application=OuterRef("pk"), step=step, office=seat.office)
        count = Application.objects.filter(
            regions.inside(prefix), ~Exists(signed), round=seat.round_id, state=ApplicationState.RUNNING
        ).count()
        if count:
            yield Due(_("Sign for %(office)s") % {"office": seat.office}, running_in(seat.round_id), count=count)


@due("recruitment")
def vacancies(user: User, prefix: str) -> Iterator[Due]:
    """Vacancies for which nobody is proposed although the pool has somebody, soonest first."""
    if not may(user, PROPOSE_REPLACEMENT):
        return
    rows = with_candidates(open_vacancies().filter(regions.inside(prefix), ~proposed()))
    for one in rows.order_by("fill_by", "pk")[:MOST]:
        address = reverse("console:candidates", args=[one.pk])
        yield Due(_("Fill the vacancy at %(post)s") % {"post": one.post}, address, due_on=one.fill_by)


@due("recruitment")
def replacements(user: User, prefix: str) -> Iterator[Due]:
    """Proposals for vacancies that somebody else made and this user may confirm."""
    if not may(user, CONFIRM_REPLACEMENT):
        return
    rows = Replacement.objects.filter(regions.inside(prefix), state=ReplacementState.OPEN).exclude(proposed_by=user)
    for one in rows.select_related("person", "vacancy").order_by("vacancy__fill_by")[:MOST]:
        words = _("Confirm that %(name)s fills a vacancy") % {"name": one.person.name}
        yield Due(words, reverse("console:candidates", args=[one.vacancy_id]), due_on=one.vacancy.fill_by)


@figure
def in_the_running(user: User, prefix: str) -> Figure | None:
    """How many stand in rounds that run."""
    if not may(user, READ_ROUNDS):
        return None
    running = Application.objects.filter(
        regions.inside(prefix), state=ApplicationState.RUNNING, round__state=RoundState.RUNNING
    )
    count = running.count()
    address = f"{reverse('console:recruitment-applicants')}?state=running"
    return Figure(_("Applicants in the running"), count, url=address) if count else None


@finder
def find(reader: Reader, words: str) -> Iterator[Hit]:
    """Rounds by title or number."""
    if not may(reader.user, READ_ROUNDS):
        return
    rows = Round.objects.filter(regions.inside(reader.narrowed), title__icontains=words.strip())
    for one in rows.defer("policy_text")[:HITS]:
        yield Hit(_("Round"), one.title, one.number, page(one.pk))


def running_in(pk: int) -> str:
    """The list of those in the running of a round."""
    return f"{reverse('console:recruitment-applicants')}?round={pk}&state=running"


def page(pk: int) -> str:
    return reverse("console:round", args=[pk])
