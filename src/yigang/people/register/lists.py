"""One register, five lists: who is on a list is computed from the newest edition, never typed, and says why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from importlib.resources import files

import yaml
from django.db import transaction
from django.db.models import BooleanField, Count, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.people.access import SET_LISTS
from yigang.people.models import LabourList, LabourListVersion, LabourRecord, RegisterEdition
from yigang.people.register.rules import Verdict, condition, facts_of, hardships_on, judge, read_rule, reason
from yigang.policy.expressions import Expression

ON = "on_list_"
LIST_FIELDS = ("name", "rule", "order", "to_be_placed", "active")


@lru_cache(maxsize=256)
def rule_of(text: str) -> Expression:
    """A rule that was read before."""
    return read_rule(text)


def ensure_lists(county: str) -> list[LabourList]:
    """The lists of a county (six digits), the five of `lists.yaml` when it has none yet."""
    code = regioncode.pad(county)
    known = list(LabourList.objects.filter(region_code=code))
    if known:
        return known
    rows = yaml.safe_load(files("yigang.people.register").joinpath("lists.yaml").read_text("utf-8"))
    made = LabourList.objects.bulk_create(
        LabourList(region_code=code, order=order, **row) for order, row in enumerate(rows, start=1)
    )
    LabourListVersion.objects.bulk_create(_version(one, ListRecord.of(one)) for one in made)
    return made


@dataclass(frozen=True)
class ListRecord:
    """A list as a county sets it."""

    code: str
    name: str
    rule: str
    order: int
    to_be_placed: bool = False
    active: bool = True
    """A list out of use names nobody from that day on; what it said before stays."""
    since: date | None = None
    """The day from which it holds; none: today."""
    reason: str = ""

    @classmethod
    def of(cls, one: LabourList) -> ListRecord:
        """A list as it stands."""
        return cls(one.code, one.name, one.rule, one.order, one.to_be_placed, one.active)


@transaction.atomic
def save_list(county: str, record: ListRecord, *, actor: User) -> LabourList:
    """Rename a list, write its rule anew, take it out of use, or add one; what held before stays on file with its days.

    Refused for a rule that cannot be read, and for a day to come or before the version that holds now.
    """
    code = regioncode.pad(county)
    require(actor, SET_LISTS, code)
    name = record.name.strip()
    if not name:
        raise Refusal(_("The list has no name."), code="name_missing", field="name")
    read_rule(record.rule)
    if LabourList.objects.filter(region_code=code, name=name).exclude(code=record.code).exists():
        raise Refusal(_("There is a list “%(name)s” already."), {"name": name}, code="known", field="name")
    known = LabourList.objects.select_for_update().filter(region_code=code, code=record.code).first()
    since = _since(record, known)
    before = None if known is None else audit.snapshot(known, LIST_FIELDS)
    row = known or LabourList(region_code=code, code=record.code)
    row.name, row.rule, row.order = name, record.rule.strip(), record.order
    row.to_be_placed, row.active = record.to_be_placed, record.active
    row.save()
    _version(row, record, since=since, actor=actor).save()
    after = audit.snapshot(row, LIST_FIELDS) | {"since": since, "reason": record.reason.strip()}
    audit.record("people.save_list", row, actor=actor, before=before, after=after)
    return row


def _since(record: ListRecord, known: LabourList | None) -> date:
    """From when a version holds: versions follow each other in time, and nothing is written for the future."""
    today = timezone.localdate()
    since = record.since or today
    if since > today:
        raise Refusal(_("A rule is written once it holds, not before."), code="future", field="since")
    latest = known and known.versions.filter(since__isnull=False).values_list("since", flat=True).first()
    if latest and since < latest:
        raise Refusal(
            _("The version that holds now began on %(day)s; a new one cannot begin before it."), {"day": latest},
            code="before_latest", field="since",
        )  # fmt: skip
    return since


def _version(
    row: LabourList, record: ListRecord, *, since: date | None = None, actor: User | None = None
) -> LabourListVersion:  # fmt: skip
    return LabourListVersion(
        region_code=row.region_code, list=row, name=row.name, rule=row.rule, to_be_placed=row.to_be_placed,
        active=row.active, since=since, reason=record.reason.strip()[:200], set_by=actor,
    )  # fmt: skip


def rules_on(code: str, on: date) -> list[LabourListVersion]:
    """How each list of a county (twelve digits) in use stood on a day, in the order of the lists."""
    rows = LabourListVersion.objects.filter(region_code=code).filter(Q(since=None) | Q(since__lte=on))
    latest: dict[int, LabourListVersion] = {}
    for row in rows.order_by("list__order", "-pk"):
        latest.setdefault(row.list_id, row)
    return [row for row in latest.values() if row.active]


def free_code(county: str) -> str:
    """A code for a list that a county adds."""
    taken = set(LabourList.objects.filter(region_code=regioncode.pad(county)).values_list("code", flat=True))
    return next(code for number in range(len(taken) + 1, 2 * len(taken) + 2) if (code := f"list-{number}") not in taken)


def newest(prefix: str) -> RegisterEdition | None:
    """The newest edition of the county that a region lies in; None above the county or where nothing is loaded."""
    if len(prefix) < 6:
        return None
    return RegisterEdition.objects.filter(region_code=regioncode.pad(prefix[:6])).order_by("-quarter").first()


def members(labour_list: LabourList, edition: RegisterEdition) -> QuerySet[LabourRecord]:
    """Who is on the list in that quarter."""
    return edition.records.filter(condition(rule_of(labour_list.rule), edition.as_of))


def annotated(records: QuerySet[LabourRecord], lists: Sequence[LabourList], on: date) -> QuerySet[LabourRecord]:
    """Records with `on_list_<pk>` for each list: true, false, or null where a fact is missing."""
    return records.annotate(**{f"{ON}{one.pk}": condition(rule_of(one.rule), on) for one in lists})


@dataclass(frozen=True)
class Tally:
    """A list with how many are on it, and of how many it cannot be said for want of a fact."""

    list: LabourList
    on: int
    open: int


@dataclass(frozen=True)
class Tallies:
    """The counts of a region's lists in a quarter."""

    lists: Sequence[Tally] = ()
    people: int = 0
    nowhere: int = 0
    """On no list."""


def tallies(lists: Sequence[LabourList], edition: RegisterEdition, records: QuerySet[LabourRecord]) -> Tallies:
    """Every count in one query over the records (of the edition, narrowed to a region)."""
    rules = [condition(rule_of(one.rule), edition.as_of) for one in lists]
    counted = {"people": Count("pk")}
    for number, rule in enumerate(rules):
        counted[f"on{number}"] = Count("pk", filter=Q(**{f"list{number}": True}))
        counted[f"open{number}"] = Count("pk", filter=Q(**{f"list{number}__isnull": True}))
        records = records.annotate(**{f"list{number}": rule})
    anywhere = Q(pk__in=())
    for number in range(len(lists)):
        anywhere |= Q(**{f"list{number}": True})
    counted["anywhere"] = Count("pk", filter=anywhere)
    found = records.order_by().aggregate(**counted)
    return Tallies(
        [Tally(one, found[f"on{number}"], found[f"open{number}"]) for number, one in enumerate(lists)],
        found["people"], found["people"] - found["anywhere"],
    )  # fmt: skip


def on_any(
    lists: Sequence[LabourList | LabourListVersion], edition: RegisterEdition, on: date
) -> QuerySet[LabourRecord]:
    """Who is on at least one of the lists, with ages and hardship as they are on a day."""
    anywhere = Q(pk__in=())
    records = edition.records.all()
    for number, one in enumerate(lists):
        records = records.annotate(**{f"list{number}": condition(rule_of(one.rule), on)})
        anywhere |= Q(**{f"list{number}": True})
    return records.filter(anywhere)


def on_no_list(lists: Sequence[LabourList], edition: RegisterEdition) -> QuerySet[LabourRecord]:
    """Who is on none of the lists, be it that no rule holds or that a fact is missing."""
    records = edition.records.all()
    for number, one in enumerate(lists):
        records = records.annotate(**{f"list{number}": condition(rule_of(one.rule), edition.as_of)})
        records = records.filter(Q(**{f"list{number}": False}) | Q(**{f"list{number}__isnull": True}))
    return records


@dataclass(frozen=True)
class Standing:
    """One person and one list: on it or not, or not known, and why."""

    list: LabourList
    verdict: Verdict
    why: str


@dataclass
class Judged:
    """A record with what the lists say of it."""

    record: LabourRecord
    standings: list[Standing] = field(default_factory=list)

    @property
    def on(self) -> list[Standing]:
        return [one for one in self.standings if one.verdict.holds]

    @property
    def missing(self) -> list[str]:
        """Facts without which some list stays open."""
        return list(dict.fromkeys(name for one in self.standings for name in one.verdict.missing))


def judged(records: Iterable[LabourRecord], lists: Sequence[LabourList], on: date) -> list[Judged]:
    """Each record with its lists and reasons; one query for all."""
    records = list(records)
    hard = set(hardships_on(on).filter(person__in=[one.person_id for one in records]).values_list("person", flat=True))
    return [_judged(record, lists, on, in_hardship=record.person_id in hard) for record in records]


def _judged(record: LabourRecord, lists: Sequence[LabourList], on: date, *, in_hardship: bool) -> Judged:
    facts = facts_of(record, on, in_hardship=in_hardship)
    found = Judged(record)
    for one in lists:
        verdict = judge(rule_of(one.rule).node, facts)
        if verdict.holds is None:
            why = _now("The register does not say: %(facts)s") % {"facts": "、".join(verdict.missing)}
        else:
            why = reason(verdict.because, facts)
        found.standings.append(Standing(one, verdict, why))
    return found


@dataclass(frozen=True)
class Move:
    """What another rule would do to a list: who would come on it, who would leave it, and some of them by name."""

    joins: int
    leaves: int
    before: int
    after: int
    examples: Sequence[tuple[LabourRecord, bool]] = ()
    """Records with whether they would join."""


def what_if(
    labour_list: LabourList | None, rule: str, edition: RegisterEdition, *, active: bool = True, named: int = 10
) -> Move:  # fmt: skip
    """Compare a list (none: one to be added) with another rule on the newest register, without changing anything."""
    nobody = Value(value=False, output_field=BooleanField())
    now = labour_list if labour_list and labour_list.active else None
    is_on = condition(rule_of(now.rule), edition.as_of) if now else nobody
    wanted = condition(read_rule(rule), edition.as_of)
    both = edition.records.annotate(is_on=is_on, would_be=wanted if active else nobody)
    stays_out = Q(is_on=False) | Q(is_on__isnull=True)
    falls_out = Q(would_be=False) | Q(would_be__isnull=True)
    joins, leaves = Q(would_be=True) & stays_out, Q(is_on=True) & falls_out
    found = both.order_by().aggregate(
        joins=Count("pk", filter=joins), leaves=Count("pk", filter=leaves), before=Count("pk", filter=Q(is_on=True)),
        after=Count("pk", filter=Q(would_be=True)),
    )  # fmt: skip
    examples = [(record, True) for record in both.filter(joins).order_by("pinyin", "pk")[:named]]
    examples += [(record, False) for record in both.filter(leaves).order_by("pinyin", "pk")[:named]]
    return Move(**found, examples=examples)
