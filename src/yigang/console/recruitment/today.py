"""What waits in recruitment: steps that can be closed, applicants to judge, votes and signatures; rounds in the search."""

from collections.abc import Iterator

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.console import regions
from yigang.console.account.home import Hit, finder
from yigang.console.recruitment.filling import open_vacancies, proposed
from yigang.console.regions import Reader
from yigang.console.today import Due, Figure, due, figure
from yigang.foundation.access import may
from yigang.foundation.models import User
from yigang.recruitment.access import CONFIRM_REPLACEMENT, JUDGE, OPEN_ROUND, PROPOSE_REPLACEMENT, READ_ROUNDS
from yigang.recruitment.enums import ApplicationState, ReplacementState, RoundState, StepState
from yigang.recruitment.match_models import Replacement
from yigang.recruitment.models import Application, JointReview, ReviewSeat, Round, StepOutcome, StepRecord
from yigang.recruitment.pool.candidates import with_candidates

HITS, MOST = 10, 20


@due("recruitment")
def steps(user: User, prefix: str) -> Iterator[Due]:
    """Open steps whose working days are over, and rounds whose next step nobody has opened."""
    if not may(user, OPEN_ROUND):
        return
    today = timezone.localdate()
    open_ = StepRecord.objects.filter(regions.inside(prefix), state=StepState.OPEN, round__state=RoundState.RUNNING)
    for step in open_.select_related("round").defer("round__policy_text").order_by("last_day")[:MOST]:
        if step.last_day is None or step.last_day < today:
            words = _("Work on “%(step)s” of %(round)s") % {"step": step.name, "round": step.round.title}
            yield Due(words, page(step.round_id))
        else:
            words = _("“%(step)s” of %(round)s ends") % {"step": step.name, "round": step.round.title}
            yield Due(words, page(step.round_id), due_on=step.last_day)
    waiting = Round.objects.filter(
        regions.inside(prefix), ~Exists(StepRecord.objects.filter(round=OuterRef("pk"), state=StepState.OPEN)),
        state=RoundState.RUNNING,
    )  # fmt: skip
    for one in waiting.defer("policy_text").order_by("opened_on")[:MOST]:
        yield Due(_("Open the next step of %(round)s") % {"round": one.title}, page(one.pk))


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
            address = f"{reverse('console:recruitment-applicants')}?round={seat.round_id}&state=running"
            yield Due(_("Sign for %(office)s") % {"office": seat.office}, address, count=count)


@due("recruitment")
def to_decide(user: User, prefix: str) -> Iterator[Due]:
    """Applicants in the running without an outcome, in steps that the user's role decides."""
    if may(user, OPEN_ROUND) or not may(user, JUDGE):
        return
    decided = StepOutcome.objects.filter(application=OuterRef("pk"), step__state=StepState.OPEN, undone_at=None)
    here = Application.objects.filter(
        regions.inside(prefix), ~Exists(decided), state=ApplicationState.RUNNING, round__steps__state=StepState.OPEN,
        round__steps__kind__in=kinds_of(user),
    )  # fmt: skip
    if count := here.count():
        yield Due(_("Review applicants"), f"{reverse('console:recruitment-applicants')}?state=running", count=count)


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


def kinds_of(user: User) -> tuple[str, ...]:
    """The kinds of step that roles usually act in; the step's own page says exactly who."""
    return {"station_officer": ("visit",), "village_clerk": ("peer_review",)}.get(user.role, ())


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


def page(pk: int) -> str:
    return reverse("console:round", args=[pk])
