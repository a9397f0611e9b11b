"""The verb that keeps the pool: the rule asked of everybody, and every change of standing written down with its day."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import User
from yigang.people.models import Person
from yigang.policy import eligibility
from yigang.policy.model import PolicyVersion
from yigang.policy.placing import Pool
from yigang.posts import rules
from yigang.posts.models import Programme
from yigang.recruitment import facts
from yigang.recruitment.access import KEEP_POOL
from yigang.recruitment.domain.rounds import day_of
from yigang.recruitment.enums import PoolState
from yigang.recruitment.models import PoolEntry, PoolMember, PoolRun
from yigang.recruitment.pool.rule import Standing, standings

BATCH = 2_000
DIED, GONE = "已故", "户籍不在本项目所在地"
COLUMNS = ["region_code", "state", "since", "why", "missing", "score", "score_why", "run"]


@transaction.atomic
def renew_pool(
    programme: Programme, *, actor: User, region_code: str = "", on: date | None = None, progress: Progress = silent
) -> PoolRun:
    """Ask the pool's rule of everybody who lives in the programme's region, or in a part of it.

    Who was in and is so no longer leaves with the sentence why; who comes in begins to wait on this day. Asking twice on a
    day changes nothing.
    """
    region_code = region_code or programme.region_code
    require(actor, KEEP_POOL, region_code)
    _one_at_a_time(programme)
    return _renew(programme, region_code, day_of(on), actor, progress)


@transaction.atomic
def renew_of_itself(programme: Programme, *, on: date | None = None) -> PoolRun | None:
    """What the program does by itself once a day for the whole region; None when the day has such a run already."""
    day = day_of(on)
    _one_at_a_time(programme)
    if PoolRun.objects.filter(programme=programme, region_code=programme.region_code, day__gte=day).exists():
        return None
    return _renew(programme, programme.region_code, day, None, silent)


def due_for_renewal(day: date) -> list[Programme]:
    """The programmes that run on a day and whose policy keeps a pool then."""
    running = Programme.objects.filter(Q(ends=None) | Q(ends__gte=day), starts__lte=day)
    return [programme for programme in running.order_by("pk") if keeps_pool(programme, day)]


def _renew(programme: Programme, region_code: str, day: date, actor: User | None, progress: Progress) -> PoolRun:
    version, pool = pool_of(programme, day)
    _not_backwards(programme, region_code, day)
    prefix = regioncode.prefix_of(region_code)
    homes = dict(Person.objects.filter(region_code__startswith=prefix, died_on=None).values_list("pk", "region_code"))
    progress(0, 3)
    people = facts.persons(homes, programme.region_code, day)
    progress(1, 3)
    now = standings(people, pool)
    members = {one.person_id: one for one in programme.pool.filter(region_code__startswith=prefix)}
    now |= _left(members, homes)
    progress(2, 3)
    changed = [pk for pk, one in now.items() if _differs(members.get(pk), one, homes.get(pk))]
    counts = Counter(one.state for one in now.values())
    run = PoolRun.objects.create(
        region_code=region_code, programme=programme, day=day, by=actor, policy_digest=version.digest,
        facts_digest=eligibility.digest(people), people=people.height, waiting=counts[PoolState.IN],
        undetermined=counts[PoolState.UNDETERMINED], changed=len(changed),
    )  # fmt: skip
    _write(run, changed, now, members, homes)
    after = audit.snapshot(run, ["day", "people", "waiting", "undetermined", "changed", "policy_digest"])
    audit.record("recruitment.renew_pool", run, actor=actor, after=after)
    progress(3, 3)
    return run


def pool_of(programme: Programme, day: date) -> tuple[PolicyVersion, Pool]:
    """The text in force and its pool; refused when the policy keeps none."""
    policy = rules.policy_from(rules.policy_file(programme.policy_code))
    version = rules.text_on(policy, day)
    if version.pool is None:
        raise Refusal(
            _("The policy of “%(programme)s” keeps no reserve pool."), {"programme": programme.name}, code="no_pool",
            remedy=_("Write a section `pool` into the policy, or fill the place by a round."),
        )  # fmt: skip
    return version, version.pool


def _one_at_a_time(programme: Programme) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reserve pool'), %s)", [programme.pk])


def _not_backwards(programme: Programme, region_code: str, day: date) -> None:
    """History is written forwards: a day before the last renewal of the region would come after what followed it."""
    prefix = regioncode.prefix_of(region_code)
    runs = PoolRun.objects.filter(programme=programme, day__gt=day).order_by("-day")
    for run in runs:
        other = regioncode.prefix_of(run.region_code)
        if other.startswith(prefix) or prefix.startswith(other):
            raise Refusal(
                _("The pool was renewed for %(later)s already; it cannot be renewed for %(day)s any more."),
                {"later": run.day, "day": day}, code="backwards", field="on",
            )  # fmt: skip


def _left(members: Mapping[int, PoolMember], homes: Mapping[int, str]) -> dict[int, Standing]:
    """Members who are not asked any more: they died, or live elsewhere now."""
    missing = members.keys() - homes.keys()
    dead = set(Person.objects.filter(pk__in=missing, died_on__isnull=False).values_list("pk", flat=True))
    return {pk: Standing(PoolState.OUT, DIED if pk in dead else GONE) for pk in missing}


def _differs(member: PoolMember | None, now: Standing, home: str | None) -> bool:
    if member is None:
        return True
    kept = (member.state, member.why, tuple(member.missing), member.score, member.score_why, member.region_code)
    return kept != (now.state, now.why, now.missing, decimal(now.score), now.score_why, home or member.region_code)


def decimal(score: Fraction | None) -> Decimal | None:
    """Points with two places, as they are kept."""
    return None if score is None else (Decimal(score.numerator) / Decimal(score.denominator)).quantize(Decimal("0.01"))


def _write(
    run: PoolRun, changed: Iterable[int], now: Mapping[int, Standing], members: Mapping[int, PoolMember],
    homes: Mapping[int, str],
) -> None:  # fmt: skip
    fresh, known, entries = [], [], []
    for pk in changed:
        one, member = now[pk], members.get(pk)
        if member is None or (member.state, member.why) != (one.state, one.why):
            region = homes.get(pk) or (member.region_code if member else run.region_code)
            entries.append(
                PoolEntry(
                    region_code=region, programme=run.programme, person_id=pk, day=run.day, state=one.state,
                    why=one.why, run=run,
                )
            )  # fmt: skip
        if member is None:
            member = PoolMember(programme=run.programme, person_id=pk, since=run.day)
            fresh.append(member)
        else:
            known.append(member)
            member.since = member.since if member.state == one.state else run.day
        member.region_code = homes.get(pk) or member.region_code
        member.state, member.why, member.missing, member.run = one.state, one.why, list(one.missing), run
        member.score, member.score_why = decimal(one.score), one.score_why
    PoolMember.objects.bulk_create(fresh, batch_size=BATCH)
    PoolMember.objects.bulk_update(known, COLUMNS, batch_size=BATCH)
    PoolEntry.objects.bulk_create(entries, batch_size=BATCH)


def last_renewed(programme: Programme, region_code: str) -> date | None:
    """The day for which the pool was last renewed where a place lies; None when it never was."""
    runs = PoolRun.objects.filter(programme=programme).order_by("-day").values_list("day", "region_code")
    return next((day for day, code in runs if region_code.startswith(regioncode.prefix_of(code))), None)


def keeps_pool(programme: Programme, day: date | None = None) -> bool:
    """Whether the policy in force on a day, or today, keeps a pool."""
    try:
        pool_of(programme, day or timezone.localdate())
    except Refusal:
        return False
    return True
