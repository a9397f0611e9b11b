"""Matching: the runs of rounds, their proposals with every reason, people left over, places left open."""

from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.console import regions
from yigang.console.lists import BelowFilter, BulkAction, ChoiceFilter, Column, Empty, List, Total, show
from yigang.console.pages import action, actor_of, found, page
from yigang.console.recruitment.rounds import tag
from yigang.console.regions import Reader
from yigang.foundation.access import may, require
from yigang.people import queries as people
from yigang.people.enums import PlaceSource
from yigang.people.models import Person
from yigang.policy.describe_placing import PREFERENCES
from yigang.posts.models import Post
from yigang.recruitment.access import MATCH, READ_POOL
from yigang.recruitment.enums import ProposalState, RoundState
from yigang.recruitment.models import MatchLeftOpen, MatchLeftOver, MatchProposal, MatchRun, Round
from yigang.recruitment.pool.candidates import nearness
from yigang.recruitment.tasks import match_round

RUNS_OFFERED = 100
TAGS = {"open": "running", "accepted": "hired", "changed": "hired", "rejected": "out"}
PEOPLE_WHY = (
    ("not_eligible", _lazy("Not eligible")), ("undetermined", _lazy("Undetermined")),
    ("no_post", _lazy("No post within the limits")),
    ("household", _lazy("One of the household is proposed")), ("outranked", _lazy("Others come first")),
)  # fmt: skip
POSTS_WHY = (
    ("nobody", _lazy("Nobody passes the limits")), ("placed", _lazy("Whoever does is proposed elsewhere")),
)  # fmt: skip


def points(hundredths: int | None) -> str:
    """Hundredths as points, without needless zeros."""
    return "" if hundredths is None else f"{hundredths / 100:g}"


NEAR_SAID = {
    "village": _lazy("same village, distance not known"), "town": _lazy("same town, distance not known"),
    "county": _lazy("same county, distance not known"),
}  # fmt: skip


def distance_said(one: MatchProposal) -> str:
    """`4.3 km（Centre of the village → Position of the post）`; the same village or town where a position is not known."""
    if one.metres is None:
        return str(NEAR_SAID[nearness(one.region_code, one.post.region_code)])
    given = {"km": f"{one.metres / 1000:.1f}", "lives": one.get_lives_display(), "works": one.get_works_display()}
    return _("%(km)s km (%(lives)s → %(works)s)") % given


def why_proposed(one: MatchProposal) -> str:
    """`本村岗位 40 + 困难程度 30 = 70`, in the policy's words; the distance; then the clauses that wait for the form."""
    parts = [f"{said} {points(one.parts[name])}" for name, said in PREFERENCES.items() if one.parts.get(name)]
    said = f"{' + '.join(parts)} = {points(one.value)}" if parts else points(one.value)
    waits = _("to be checked with the form: %(clauses)s") % {"clauses": "、".join(one.open_clauses)}
    return "；".join([said, distance_said(one), *([waits] if one.open_clauses else [])])


def runs_known(reader: Reader) -> list[tuple[int, str]]:
    return reader.once(runs_named)


def runs_named() -> list[tuple[int, str]]:
    rows = MatchRun.objects.order_by("-pk").values_list("pk", "round__title", "day")[:RUNS_OFFERED]
    return [(pk, f"{title} · {day} · #{pk}") for pk, title, day in rows]


def search_people(rows: Any, words: str) -> Any:
    return rows.filter(person__in=people.search(Person.objects.all(), words))


def without_bodies() -> Any:
    return MatchRun.objects.select_related("round", "by").defer("people_body", "posts_body", "round__policy_text")


RUNS = List(
    name="matchings",
    title=_lazy("Matching"),
    unit=_lazy("matchings"),
    rows=lambda _reader: without_bodies(),
    columns=(
        Column("round", _lazy("Round"), lambda one: one.round.title, always=True),
        Column("day", _lazy("As of"), lambda one: one.day, sort=("day",), kind="date"),
        Column("people", _lazy("People"), lambda one: one.people, kind="integer"),
        Column("places", _lazy("Places sought"), lambda one: one.places, kind="integer"),
        Column("placed", _lazy("Proposed"), lambda one: one.placed, kind="integer"),
        Column("pairs", _lazy("Possible pairs"), lambda one: one.pairs, kind="integer", shown=False),
        Column("value", _lazy("Points, the most possible"), lambda one: points(one.value)),
        Column("by", _lazy("By"), lambda one: one.by.name),
        Column("inputs", _lazy("Digest of what went in"), lambda one: one.inputs_digest[:12], shown=False),
        Column("rules", _lazy("Digest of the weights"), lambda one: one.rules_digest[:12], shown=False),
    ),
    order=("-id",),
    filters=(BelowFilter(),),
    link=lambda one: f"{reverse('console:match-proposals')}?run={one.pk}",
    empty=Empty(_lazy("No round has been matched yet.")),
    region_field="",
)
PROPOSALS = List(
    name="match-proposals",
    title=_lazy("Proposals of the matching"),
    unit=_lazy("proposals"),
    # The condition joins the post also where rows are only counted: a town sees none for a post of another town.
    rows=lambda _reader: MatchProposal.objects.select_related("person", "post", "given").filter(post__number__gt=""),
    columns=(
        Column("name", _lazy("Name"), lambda one: one.person.name, sort=("person__pinyin",), always=True),
        Column("place", _lazy("Village"), lambda one: one.place, sort=("region_code",)),
        Column("post", _lazy("Post"), lambda one: str(one.given or one.post), sort=("post__number",)),
        Column("value", _lazy("Points"), lambda one: points(one.value), sort=("-value",)),
        Column("why", _lazy("Why"), why_proposed, wrap=True),
        Column("metres", _lazy("Distance"), lambda one: one.metres, unit=_lazy("m"), kind="integer", shown=False),
        Column(
            "state", _lazy("State"), lambda one: one.get_state_display(),
            show=lambda one: tag(TAGS[one.state], one.get_state_display()),
        ),
        Column("reason", _lazy("Reason"), lambda one: one.reason, wrap=True),
    ),
    order=("-run", "-value"),
    filters=(
        ChoiceFilter("run", _lazy("Matching"), "run_id", runs_known),
        ChoiceFilter("state", _lazy("State"), "state", ProposalState.choices),
        BelowFilter(),
    ),
    search=search_people,
    search_hint=_lazy("Name, pinyin initials or identity number"),
    prepare=regions.name_places,
    actions=(
        BulkAction(_lazy("Accept"), "console:match-accept", MATCH, "check"),
        BulkAction(_lazy("Reject"), "console:match-reject", MATCH, "x"),
    ),
    link=lambda one: reverse("console:match-proposal", args=[one.pk]),
    empty=Empty(_lazy("There are no proposals.")),
)  # fmt: skip


def prepare_left(rows: list[MatchLeftOver]) -> None:
    """Names of places, and of the people and posts that the reasons name."""
    regions.name_places(rows)
    others = Person.objects.in_bulk({row.figures["other_id"] for row in rows if "other_id" in row.figures})
    posts = Post.objects.in_bulk({row.figures["post_id"] for row in rows if "post_id" in row.figures})
    for row in rows:
        row.said = why_left(row, others, posts)  # type: ignore[attr-defined] # for the row as it is drawn


def why_left(row: MatchLeftOver, others: dict[int, Person], posts: dict[int, Post]) -> str:
    """The reason in a sentence, with its figures."""
    figures: dict[str, Any] = row.figures
    if row.reason == "no_post":
        said = _("no open post fits: %(reach)d out of reach, %(season)d by season, %(health)d by health") % figures
        lives = PlaceSource(figures.get("lives", "")).label
        return f"{said}；{lives}" if figures["reach"] else said
    if row.reason == "household":
        return _("%(name)s of the same household is proposed") % {"name": others.get(figures["other_id"], "—")}
    if row.reason == "outranked":
        given = {
            "post": posts.get(figures["post_id"], "—"),
            "own": points(figures["own"]),
            "theirs": points(figures["theirs"]),
        }
        return _("closest at %(post)s: %(own)s points against %(theirs)s") % given
    return "；".join(str(sentence) for sentence in figures.get("why", ()))


LEFT_OVER = List(
    name="match-left-over",
    title=_lazy("People left over"),
    unit=_lazy("people"),
    rows=lambda _reader: MatchLeftOver.objects.select_related("person"),
    columns=(
        Column("name", _lazy("Name"), lambda one: one.person.name, sort=("person__pinyin",), always=True),
        Column("place", _lazy("Village"), lambda one: one.place, sort=("region_code",)),
        Column("reason", _lazy("Kind of reason"), lambda one: str(dict(PEOPLE_WHY)[one.reason]), sort=("reason",)),
        Column("why", _lazy("Why"), lambda one: one.said, wrap=True),
    ),
    order=("-run", "pk"),
    filters=(
        ChoiceFilter("run", _lazy("Matching"), "run_id", runs_known),
        ChoiceFilter("reason", _lazy("Reason"), "reason", PEOPLE_WHY),
        BelowFilter(),
    ),
    search=search_people,
    search_hint=_lazy("Name, pinyin initials or identity number"),
    prepare=prepare_left,
    empty=Empty(_lazy("Nobody is left over.")),
)
LEFT_OPEN = List(
    name="match-left-open",
    title=_lazy("Places left open"),
    unit=_lazy("posts"),
    rows=lambda _reader: MatchLeftOpen.objects.select_related("post"),
    columns=(
        Column("post", _lazy("Post"), lambda one: str(one.post), sort=("post__number",), always=True),
        Column("place", _lazy("Village"), lambda one: one.place, sort=("region_code",)),
        Column("places", _lazy("Open places"), lambda one: one.places, sort=("-places",), kind="integer"),
        Column("possible", _lazy("People who could"), lambda one: one.possible, kind="integer"),
        Column("reason", _lazy("Reason"), lambda one: str(dict(POSTS_WHY)[one.reason]), sort=("reason",)),
    ),
    order=("-run", "pk"),
    filters=(
        ChoiceFilter("run", _lazy("Matching"), "run_id", runs_known),
        ChoiceFilter("reason", _lazy("Reason"), "reason", POSTS_WHY),
        BelowFilter(),
    ),
    totals=(Total(_lazy("Open places"), Sum("places")),),
    prepare=regions.name_places,
    empty=Empty(_lazy("Every place has somebody proposed.")),
)


@page(READ_POOL)
def matchings(request: HttpRequest) -> HttpResponseBase:
    prefix = regions.viewing(request)
    rounds = Round.objects.filter(regions.inside(prefix), state=RoundState.RUNNING).only("pk", "title")
    context = {"tab": "matching", "rounds": rounds, "may_match": may(actor_of(request), MATCH)}
    return show(request, RUNS, template="console/recruitment/matchings.html", context=context)


def _part(request: HttpRequest, spec: List) -> HttpResponseBase:
    context = {"tab": "matching", "part": spec.name, "run": request.GET.get("run", "")}
    return show(request, spec, template="console/recruitment/matched.html", context=context)


@page(READ_POOL)
def proposals(request: HttpRequest) -> HttpResponseBase:
    return _part(request, PROPOSALS)


@page(READ_POOL)
def left_over(request: HttpRequest) -> HttpResponseBase:
    return _part(request, LEFT_OVER)


@page(READ_POOL)
def left_open(request: HttpRequest) -> HttpResponseBase:
    return _part(request, LEFT_OPEN)


@action(MATCH)
def start(request: HttpRequest) -> HttpResponseBase:
    """Match a round in the background."""
    asked, actor = request.POST.get("round", ""), actor_of(request)
    one = found(Round.objects.all(), pk=int(asked) if asked.isdigit() else 0)
    require(actor, MATCH, one.region_code)
    run = match_round.start(
        title=_("Matching: %(round)s") % {"round": one.title[:150]}, region_code=one.region_code, actor=actor,
        round_id=one.pk,
    )  # fmt: skip
    messages.info(request, _("The round is being matched."))
    return redirect("console:job", run.pk)
