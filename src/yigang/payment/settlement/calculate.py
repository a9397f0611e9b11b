"""Computing a month: every town of a region at once, from one look at the facts."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from yigang.appraisal.queries import version_for
from yigang.foundation import access, audit, regioncode
from yigang.foundation.enums import RegionLevel
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import User
from yigang.payment.access import CALCULATE
from yigang.payment.enums import Step
from yigang.payment.models import Settlement
from yigang.payment.settlement import lines, reading
from yigang.policy.model import PolicyVersion
from yigang.posts.models import Programme

OPEN = (Step.COLLECTING, Step.CALCULATED, Step.PUBLISHED)
"""Steps in which the town still has the month in its own hands."""

STAGES = 4
"""Read, judged, written, noted: what a progress bar counts."""


@dataclass(frozen=True)
class Calculated:
    """What came of it. `closed` are towns whose month is no longer the town's to change; they were left alone."""

    settlements: tuple[int, ...]
    changed: tuple[int, ...]
    closed: tuple[str, ...]
    people: int
    undetermined: int
    total_fen: int


def settle(
    programme: Programme, region_code: str, month: date, *, actor: User, progress: Progress = silent
) -> Calculated:  # fmt: skip
    """Compute a month for every town under a region, as drafts; drafts that are there are replaced where they differ.

    Facts are read in one moment, then the lines are written in one transaction: killed in between, nothing has changed.
    Refused when the region is smaller than a town, the policy cannot be used, or no town has the month in its hands.
    """
    access.require(actor, CALCULATE, region_code)
    month, prefix = month.replace(day=1), _prefix(region_code)
    _refuse_outside(programme, prefix, month)
    version = version_for(programme, month)
    facts = reading.gather(programme, prefix, month, version)
    progress(1, STAGES)
    parts = lines.by_town(lines.compute(facts, version, month))
    progress(2, STAGES)
    result = _write(programme, prefix, month, version, parts, actor)
    progress(STAGES, STAGES)
    return result


def _prefix(region_code: str) -> str:
    if regioncode.level_of(region_code) > RegionLevel.TOWN:
        raise Refusal(
            _("A month is computed for a whole town; %(code)s is a village."), {"code": region_code},
            code="below_town", remedy=_("Choose the village's town."),
        )  # fmt: skip
    return regioncode.prefix_of(region_code)


def _refuse_outside(programme: Programme, prefix: str, month: date) -> None:
    """A month outside the programme is refused, unless a correction of an earlier month has opened it."""
    begins, ends = programme.starts.replace(day=1), programme.ends
    outside = month < begins or (ends is not None and month > ends)
    if outside and not Settlement.objects.filter(programme=programme, month=month, region_code__startswith=prefix):
        raise Refusal(
            _("“%(programme)s” does not run in %(month)s."), {"programme": programme, "month": f"{month:%Y-%m}"},
            code="programme_not_running", remedy=_("Choose a month of the programme."),
        )  # fmt: skip


@transaction.atomic
def _write(
    programme: Programme, prefix: str, month: date, version: PolicyVersion, parts: dict[str, lines.TownLines], actor: User
) -> Calculated:  # fmt: skip
    """Lock the towns' settlements, replace what differs, note it. `parts` is keyed by town."""
    found = _locked(programme, prefix, month, parts)
    opened = {one.pk: one for one in found if one.step in OPEN}
    if not opened:
        raise _nothing_open(found, month)
    wanted = {key: parts.get(one.region_code, lines.NOBODY) for key, one in opened.items()}
    changed = {key: part for key, part in wanted.items() if _differs(opened[key], version, part)}
    lines.replace(changed, month)
    for key, part in changed.items():
        _restart(opened[key], part, version, actor)
    refresh_totals(list(changed))
    return _noted(programme, prefix, month, found, changed, version, actor)


def _locked(programme: Programme, prefix: str, month: date, parts: dict[str, lines.TownLines]) -> list[Settlement]:
    """The settlements of all towns that have people or had a draft, new ones added, locked until the transaction ends."""
    with connection.cursor() as cursor:
        # Two people who compute the same month take turns.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payment.settle'), %s)", [programme.pk])
    found = Settlement.objects.filter(programme=programme, month=month, region_code__startswith=prefix)
    known = set(found.values_list("region_code", flat=True))
    Settlement.objects.bulk_create(
        Settlement(region_code=town, programme=programme, month=month) for town in sorted(parts) if town not in known
    )
    return list(found.order_by("region_code").select_for_update())


def _nothing_open(found: list[Settlement], month: date) -> Refusal:
    if not found:
        return Refusal(
            _("Nobody holds a post of this programme here in %(month)s."), {"month": f"{month:%Y-%m}"},
            code="nobody", remedy=_("Import the roster, or choose another region."),
        )  # fmt: skip
    params = {"month": f"{month:%Y-%m}", "step": found[0].get_step_display()}
    if found[0].step == Step.SEALED:
        remedy = _("A sealed month never changes; correct it by an adjustment.")
    else:
        remedy = _("Ask the county to send it back first.")
    return Refusal(_("%(month)s stands at “%(step)s”."), params, code="month_closed", remedy=remedy)


def _differs(settlement: Settlement, version: PolicyVersion, part: lines.TownLines) -> bool:
    """Whether the draft has to be written again. The digest covers every figure of every line."""
    return (
        settlement.step == Step.COLLECTING
        or settlement.policy_digest != version.digest
        or settlement.lines_digest != part.digest
    )


def _restart(settlement: Settlement, part: lines.TownLines, version: PolicyVersion, actor: User) -> None:
    """A new draft begins the month's steps again: what was published or handed on spoke of other lines."""
    settlement.step = Step.CALCULATED
    settlement.policy_digest, settlement.lines_digest = version.digest, part.digest
    settlement.author, settlement.calculated_at = actor, timezone.now()
    settlement.published_at = settlement.submitted_at = settlement.approved_at = None
    settlement.submitted_by = settlement.approver = None
    settlement.save()


def refresh_totals(settlement_ids: list[int]) -> None:
    """Write people, undetermined and the sum anew from the lines; what earlier months brought in counts in the sum only."""
    with connection.cursor() as cursor:
        cursor.execute(TOTALS, [settlement_ids])


TOTALS = """
UPDATE payment_settlement s SET people = t.people, undetermined = t.undetermined, total_fen = t.total_fen
FROM (SELECT s.id, count(l.id) FILTER (WHERE l.kind = 'regular' AND l.month = s.month) AS people,
             count(l.id) FILTER (WHERE l.state = 'undetermined') AS undetermined,
             coalesce(sum(l.amount_fen), 0) AS total_fen
      FROM payment_settlement s LEFT JOIN payment_subsidyline l ON l.settlement_id = s.id
      WHERE s.id = ANY(%s) GROUP BY s.id) t
WHERE s.id = t.id
"""


def _noted(
    programme: Programme, prefix: str, month: date, found: list[Settlement], changed: dict[int, lines.TownLines],
    version: PolicyVersion, actor: User,
) -> Calculated:  # fmt: skip
    opened = [one.pk for one in found if one.step in OPEN]
    closed = [one.region_code for one in found if one.step not in OPEN]
    total = Settlement.objects.filter(pk__in=opened).aggregate(
        people=Sum("people"), undetermined=Sum("undetermined"), total_fen=Sum("total_fen")
    )
    result = Calculated(
        settlements=tuple(opened), changed=tuple(changed), closed=tuple(closed),
        people=total["people"], undetermined=total["undetermined"], total_fen=total["total_fen"],
    )  # fmt: skip
    digests = {one.region_code: one.lines_digest for one in found if one.pk in changed}
    after = {"month": month, "policy": version.digest, "lines": digests, **total}
    audit.record("payment.settle", programme, actor=actor, region_code=regioncode.pad(prefix), after=after)
    return result
