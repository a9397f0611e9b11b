"""Verbs of matching: proposals computed for a round, each accepted, changed or rejected by an official; nobody is hired by it."""

from __future__ import annotations

import hashlib
import io
import json
from dataclasses import asdict
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.locks import hold
from yigang.foundation.models import User
from yigang.people.enums import PlaceSource
from yigang.people.models import Person
from yigang.policy import eligibility
from yigang.policy.placing import Matching, Weights
from yigang.posts.models import Post
from yigang.recruitment import kin, queries
from yigang.recruitment.access import MATCH
from yigang.recruitment.domain.applying import apply
from yigang.recruitment.domain.rounds import day_of, needed, turn
from yigang.recruitment.enums import ProposalState, RoundState, Source
from yigang.recruitment.match_facts import Inputs, inputs_of, sought
from yigang.recruitment.matching import Matched, match
from yigang.recruitment.matching.frames import arrays
from yigang.recruitment.matching.pairs import LIMITS, pairs
from yigang.recruitment.models import MatchLeftOpen, MatchLeftOver, MatchProposal, MatchRun, Round

BATCH = 2_000
PARTS = ("same_village", "urgency", "abilities", "wish", "near")
LIMITS_SAID = {
    "reach": _("it lies out of reach"),
    "season": _("it has work in months in which the person is not free"),
    "health": _("the person's state of health rules it out"),
}


@transaction.atomic
def match_round(one: Round, *, actor: User, on: date | None = None, progress: Progress = silent) -> MatchRun:
    """Propose who of the register fits which place that the round seeks, as one optimal assignment.

    Everything that went in is kept, so that `recompute_matching` can say whether the same comes out. Proposals of an earlier
    run that nobody has decided lapse.
    """
    require(actor, MATCH, one.region_code)
    if one.state != RoundState.RUNNING:
        raise Refusal(_("This round is over; nobody is matched any more."), code="round_over")
    turn(one)
    progress(0, 3)
    inputs = inputs_of(one, day_of(on))
    _worth_it(inputs)
    progress(1, 3)
    rules = queries.policy_of(one).matching
    result = match(inputs.people, inputs.posts, rules)
    progress(2, 3)
    run = _keep(one, inputs, rules, result, day_of(on), actor)
    _write(run, inputs, result)
    after = audit.snapshot(run, ["day", "people", "places", "placed", "value", "inputs_digest", "rules_digest"])
    audit.record("recruitment.match", run, actor=actor, after=after)
    progress(3, 3)
    return run


def recompute_matching(run: MatchRun) -> list[str]:
    """What does not agree when a run is computed again from what it kept; nothing: sound."""
    people, posts = frames_of(run)
    wrong = []
    if _digest_of(people, posts) != run.inputs_digest:
        wrong.append("inputs")
    if _sha(json.dumps(run.rules, sort_keys=True)) != run.rules_digest:
        wrong.append("rules")
    if eligibility.digest(match(people, posts, rules_of(run)).proposals) != run.result_digest:
        wrong.append("result")
    return wrong


@transaction.atomic
def accept_proposal(
    proposal: MatchProposal, *, actor: User, post: Post | None = None, reason: str = "", on: date | None = None
) -> MatchProposal:  # fmt: skip
    """Make an application of a proposal, for its post or, with a reason, another of the round within the limits.

    It goes the round's way like any other: checked, published, decided. Refused when the place was taken meanwhile.
    """
    proposal = _open(proposal, actor)
    one, given = proposal.run.round, post or proposal.post
    turn(one)
    if given.pk != proposal.post_id:
        reason = needed(reason)
        _within_limits(proposal, given)
    _place_left(one, given)
    application = apply(one, proposal.person, source=Source.MATCHING, actor=actor, post_wanted=given, on=on)
    proposal.application = application
    changed = given.pk != proposal.post_id
    proposal.given = given if changed else None
    state = ProposalState.CHANGED if changed else ProposalState.ACCEPTED
    return _decided(proposal, state, reason.strip(), actor, "recruitment.accept_proposal")


@transaction.atomic
def reject_proposal(proposal: MatchProposal, reason: str, *, actor: User) -> MatchProposal:
    """Do not follow a proposal, and say why."""
    proposal = _open(proposal, actor)
    return _decided(proposal, ProposalState.REJECTED, needed(reason), actor, "recruitment.reject_proposal")


def rules_of(run: MatchRun) -> Matching:
    """The rules as they were kept; urgency has become a column of the people."""
    kept = {key: value for key, value in run.rules.items() if key not in ("policy", "weights", "unfit")}
    unfit = {state: None if kinds is None else tuple(kinds) for state, kinds in run.rules["unfit"].items()}
    return Matching(**kept, unfit=unfit, weights=Weights(**run.rules["weights"]))


def frames_of(run: MatchRun) -> tuple[pl.DataFrame, pl.DataFrame]:
    """People and posts as they went in."""
    return pl.read_parquet(io.BytesIO(bytes(run.people_body))), pl.read_parquet(io.BytesIO(bytes(run.posts_body)))


def _worth_it(inputs: Inputs) -> None:
    if inputs.people.is_empty():
        raise Refusal(
            _("Nobody is to be placed: nobody of the register is on a list for placing, without a post and an application."),
            code="nobody", remedy=_("Load this quarter's labour register, or look at the rules of its lists."),
        )  # fmt: skip
    if not inputs.posts["places"].sum():
        raise Refusal(_("Every place that this round seeks is taken."), code="no_places")


def _keep(one: Round, inputs: Inputs, rules: Matching, result: Matched, day: date, actor: User) -> MatchRun:
    kept = {
        "policy": queries.policy_of(one).digest, "reach_metres": rules.reach_metres, "within": rules.within,
        "one_per_household": rules.one_per_household, "weights": asdict(rules.weights),
        "unfit": {state: kinds and list(kinds) for state, kinds in rules.unfit.items()},
    }  # fmt: skip
    return MatchRun.objects.create(
        region_code=one.region_code, round=one, day=day, by=actor, people_body=_bytes(inputs.people),
        posts_body=_bytes(inputs.posts), inputs_digest=_digest_of(inputs.people, inputs.posts), rules=kept,
        rules_digest=_sha(json.dumps(kept, sort_keys=True)), result_digest=eligibility.digest(result.proposals),
        people=inputs.people.height, places=int(inputs.posts["places"].sum()), placed=result.proposals.height,
        pairs=result.pairs, value=result.value,
    )  # fmt: skip


def _write(run: MatchRun, inputs: Inputs, result: Matched) -> None:
    regions = dict(inputs.people.select("person_id", "region_code").iter_rows())
    places = dict(inputs.posts.select("post_id", "region_code").iter_rows())
    MatchProposal.objects.bulk_create(
        (
            MatchProposal(
                region_code=regions[row["person_id"]], run=run, person_id=row["person_id"], post_id=row["post_id"],
                value=row["value"], parts={name: row[name] for name in PARTS}, metres=row["metres"],
                lives=inputs.lives[row["person_id"]], works=inputs.works[row["post_id"]],
                open_clauses=inputs.judged[row["person_id"]][2],
            )
            for row in result.proposals.iter_rows(named=True)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    MatchLeftOver.objects.bulk_create(
        (
            MatchLeftOver(
                region_code=regions[row["person_id"]], run=run, person_id=row["person_id"], reason=row["reason"],
                figures=_figures(row, inputs.judged[row["person_id"]][1], inputs.lives[row["person_id"]]),
            )
            for row in result.left_over.iter_rows(named=True)
        ),
        batch_size=BATCH,
    )  # fmt: skip
    MatchLeftOpen.objects.bulk_create(
        MatchLeftOpen(
            region_code=places[row["post_id"]], run=run, post_id=row["post_id"], places=row["places"],
            possible=row["possible"], reason=row["reason"],
        )
        for row in result.left_open.iter_rows(named=True)
    )  # fmt: skip


def _figures(row: dict[str, Any], why: list[str], lives: PlaceSource) -> dict[str, Any]:
    """What belongs to the reason, and nothing else."""
    wanted = {"no_post": (*LIMITS, "lives"), "household": ("other_id",), "outranked": ("post_id", "own", "theirs")}
    row = {**row, "lives": str(lives)}
    figures = {name: row[name] for name in wanted.get(row["reason"], ())}
    return figures if row["reason"] in wanted else {"why": why}


def _open(proposal: MatchProposal, actor: User) -> MatchProposal:
    """The proposal as it stands, held until the transaction ends, of the newest run, by somebody who is not tied."""
    require(actor, MATCH, proposal.region_code)
    rows = MatchProposal.objects.select_related("run__round__programme", "person", "post", "decided_by")
    seen = hold(rows.filter(pk=proposal.pk)).first()
    if seen is None:  # a post of another town: neither town sees both, the county decides
        raise Forbidden(_("This proposal is for a post of another town; the county decides about it."))
    proposal = seen
    if proposal.state != ProposalState.OPEN:
        raise Refusal(
            _("The proposal for %(name)s was decided by %(by)s already: %(state)s."),
            {"name": proposal.person.name, "by": proposal.decided_by, "state": proposal.get_state_display()},
            code="decided_already",
        )  # fmt: skip
    newest = MatchRun.objects.filter(round=proposal.run.round_id).order_by("-pk").values_list("pk", flat=True).first()
    if proposal.run_id != newest:
        raise Refusal(_("The round was matched again since; look at the newer proposals."), code="matched_again")
    if why := kin.tie(proposal.person, user=actor):
        raise Refusal(
            _("%(reviewer)s must stand aside about %(name)s (%(why)s)."),
            {"reviewer": actor.name, "name": proposal.person.name, "why": why}, code="kin",
            remedy=_("Ask another official."),
        )  # fmt: skip
    return proposal


def _within_limits(proposal: MatchProposal, post: Post) -> None:
    people, posts = frames_of(proposal.run)
    person, place = people.filter(person_id=proposal.person_id), posts.filter(post_id=post.pk)
    if place.is_empty():
        raise Refusal(
            _("The round does not seek anybody for the post %(post)s."), {"post": post.number}, code="foreign_post",
            field="post",
        )  # fmt: skip
    found = pairs(arrays(person, place.with_columns(places=pl.lit(1))), rules_of(proposal.run))
    if not len(found.value):
        limit = next(name for number, name in enumerate(LIMITS) if found.stopped[0, number])
        raise Refusal(
            _("%(name)s cannot be given the post %(post)s: %(why)s."),
            {"name": proposal.person.name, "post": post.number, "why": LIMITS_SAID[limit]}, code="out_of_limits",
            field="post",
        )  # fmt: skip


def _place_left(one: Round, post: Post) -> None:
    left = {each.pk: places for each, places in sought(one)}.get(post.pk, 0)
    if left > 0:
        return
    names = Person.objects.filter(applications__round=one, applications__post_wanted=post).exclude(
        applications__state__in=("out", "withdrawn")
    )
    raise Refusal(
        _("The places at the post %(post)s were taken meanwhile (%(names)s)."),
        {"post": post.number, "names": "、".join(names.values_list("name", flat=True)[:10])}, code="place_taken",
        field="post", remedy=_("Choose another post, or match again."),
    )  # fmt: skip


def _decided(
    proposal: MatchProposal, state: ProposalState, reason: str, actor: User, deed: str
) -> MatchProposal:  # fmt: skip
    proposal.state, proposal.reason = state, reason[:300]
    proposal.decided_by, proposal.decided_at = actor, timezone.now()
    proposal.save()
    after = audit.snapshot(
        proposal, ["run_id", "person_id", "post_id", "given_id", "state", "reason", "application_id"]
    )
    audit.record(deed, proposal, actor=actor, after=after)
    return proposal


def _bytes(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", statistics=False)
    return buffer.getvalue()


def _digest_of(people: pl.DataFrame, posts: pl.DataFrame) -> str:
    return _sha(eligibility.digest(people) + eligibility.digest(posts))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
