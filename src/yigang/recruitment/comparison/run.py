"""Comparing a round: every register of its policy, one after the other, and what is kept of what was found.

Comparing again with the same registers and applicants finds the same. Decisions stay with their hits; a newer register
adds hits and marks those that are gone. A dismissed hit by number that a newer register repeats is a question again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, facts, identity, names, regioncode, rls
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import User
from yigang.foundation.secrets import IDENTITY, vault
from yigang.policy.comparison import RegisterKind, registers_of
from yigang.recruitment.comparison import match, own, reading
from yigang.recruitment.comparison.access import COMPARE
from yigang.recruitment.comparison.enums import HitState
from yigang.recruitment.comparison.kinds import name_of
from yigang.recruitment.enums import RoundState
from yigang.recruitment.models import Application, Comparison, ComparisonHit, ComparisonRegister, ComparisonRow, Round
from yigang.recruitment.parts import Within, compares, part_for
from yigang.recruitment.queries import policy_of

BATCH = 5_000


@dataclass(frozen=True)
class Hit:
    """What was found about one application before it is known whether it was found earlier."""

    subject: int
    kind: RegisterKind
    exact: bool
    likeness: float
    fingerprint: str
    parts: dict[str, Any]
    seen: dict[str, Any]
    via: str = ""
    register: ComparisonRegister | None = None
    row: int | None = None


@dataclass
class Compared:
    """What a run has seen: hits by application and fingerprint, and the registers it looked into."""

    hits: dict[tuple[int, str], Hit] = field(default_factory=dict)
    registers: list[dict[str, Any]] = field(default_factory=list)

    def add(self, hits: Iterable[Hit]) -> None:
        """The first finding of a matter is kept: registers come newest first."""
        for hit in hits:
            self.hits.setdefault((hit.subject, hit.fingerprint), hit)

    def digest(self, applicants: pl.DataFrame) -> str:
        """Of the registers' content and what was found, in no order."""
        body = {
            "registers": sorted(one.get("digest", "") for one in self.registers),
            "applicants": sorted(applicants["subject"].to_list()),
            "hits": sorted(f"{subject} {mark} {hit.likeness}" for (subject, mark), hit in self.hits.items()),
        }
        return hashlib.sha256(json.dumps(body).encode()).hexdigest()


@transaction.atomic
def compare_round(one: Round, *, on: date, actor: User, progress: Progress = silent) -> Comparison:
    """Look for every applicant in every register that the round's policy names. Nobody is judged by it: people decide.

    A town compares its own applicants (`parts.part_for`), with the same registers and against the same people as the county
    would: what is found about somebody does not depend on who looked.
    """
    part = part_for(one, COMPARE, compares, actor=actor)
    with rls.scope(Within.of(one)):
        return _compare(one, part, on, actor, progress)


def _compare(one: Round, part: str, on: date, actor: User, progress: Progress) -> Comparison:
    if one.state != RoundState.RUNNING:
        raise Refusal(_("This round is over; nobody is compared any more."), code="round_over")
    _one_at_a_time(one)
    applicants = reading.Applicants.of(one, regioncode.prefix_of(part))
    if applicants.themselves.is_empty():
        raise Refusal(_("Nobody in this round is in the running, so there is nobody to compare."), code="nobody")
    compared = Compared()
    kinds = list(registers_of(policy_of(one).text).values())
    for done, kind in enumerate(kinds):
        progress(done, len(kinds))
        if kind.source == "own":
            ours = set(applicants.themselves["subject"].to_list())
            compared.add(hit for hit in _own(one, kind, on) if hit.subject in ours)
        else:
            _look_into(one, kind, applicants, on, compared)
    comparison = _keep(one, part, compared, applicants, on, actor)
    progress(len(kinds), len(kinds))
    after = {
        "round": one.number,
        "applicants": comparison.applicants,
        "found": comparison.found,
        "new": comparison.fresh,
    }
    audit.record("recruitment.compare", comparison, actor=actor, after=after)
    return comparison


def _one_at_a_time(one: Round) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('comparison ' || %s))", [str(one.pk)])


def registers_for(one: Round, kind: str, on: date) -> list[ComparisonRegister]:
    """The newest register of a kind from every office that the round lies in or that lies in the round's region."""
    found: dict[str, ComparisonRegister] = {}
    rows = ComparisonRegister.objects.filter(kind=kind, forgotten_at=None, as_of__lte=on).order_by("-as_of", "-pk")
    for register in rows:
        if regioncode.on_one_line(one.region_code, register.region_code):
            found.setdefault(register.region_code, register)
    return list(found.values())


def _look_into(one: Round, kind: RegisterKind, applicants: reading.Applicants, on: date, compared: Compared) -> None:
    registers = registers_for(one, kind.code, on)
    if not registers:
        compared.registers.append({"kind": kind.code, "name": name_of(kind), "register": None})
    for register in registers:
        age = (on - register.as_of).days
        compared.registers.append({
            "kind": kind.code, "name": name_of(kind), "register": register.pk, "as_of": register.as_of.isoformat(),
            "digest": register.digest, "rows": register.rows, "days": age, "stale": age > kind.stale_days,
        })  # fmt: skip
        rows = reading.rows_of(register, applicants, kind)
        digits = match.Digits(applicants.of_subjects, reading.numbers_of_rows)
        subjects = applicants.subjects(household=kind.household)
        found = match.compare(subjects, rows, fuzzy_from=kind.fuzzy_from, digits=digits)
        if "card" in kind.needs:
            found = _with_shared_cards(register, found, kind.people_from)
        compared.add(_hits(found, kind, register, applicants))


_SHARED = """
SELECT r.id, x.people FROM recruitment_comparisonrow r JOIN (
  SELECT card_index, count(DISTINCT coalesce(encode(identity_index, 'hex'), name)) AS people
  FROM recruitment_comparisonrow WHERE register_id = %s AND card_index IS NOT NULL GROUP BY card_index) x
USING (card_index) WHERE r.register_id = %s AND x.people >= %s
"""


def _with_shared_cards(register: ComparisonRegister, found: pl.DataFrame, people_from: int) -> pl.DataFrame:
    """Of a register of accounts only those that several people share are hits."""
    shared = facts.read(_SHARED, [register.pk, register.pk, people_from], {"row": pl.Int64, "people": pl.Int64})
    return found.join(shared, on="row")


def _hits(
    found: pl.DataFrame, kind: RegisterKind, register: ComparisonRegister, applicants: reading.Applicants
) -> Iterable[Hit]:
    """The pairs as hits, with what the register says, masked; rows are read in parts."""
    called = dict(applicants.themselves.select("subject", "name").iter_rows())
    members = reading.members({int(via) for via in found["via"].unique() if via})
    for part in found.iter_slices(BATCH):
        lines = ComparisonRow.objects.in_bulk(part["row"].unique().to_list())
        for pair in part.iter_rows(named=True):
            line = lines[pair["row"]]
            member = members.get(int(pair["via"])) if pair["via"] else None
            yield Hit(
                subject=pair["subject"], kind=kind, exact=pair["exact"], likeness=pair["likeness"],
                fingerprint=_mark(kind, pair, line), parts=_parts(pair),
                seen=_seen(line, register, called[pair["subject"]] if member is None else member.name, pair),
                via="" if member is None else f"{member.get_relation_display()} {names.mask(member.name)}",
                register=register, row=line.pk,
            )  # fmt: skip


def _parts(pair: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": pair["name_class"], "birth": pair["birth_class"], "area": pair["area_class"],
        "two_numbers": pair["two_numbers"], "near": pair["near"],
    }  # fmt: skip


def _mark(kind: RegisterKind, pair: Mapping[str, Any], line: ComparisonRow) -> str:
    """The same matter in a later register has the same mark: by number what is said, by likeness who is meant."""
    number = bytes(line.identity_index).hex() if line.identity_index else ""
    who = [number] if number else [line.name, str(line.birth), line.born, line.fault]
    what = [line.detail] if pair["exact"] else []
    return _sha(kind.code, str(pair["exact"]), pair["via"], *who, *what)


def _sha(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def _seen(line: ComparisonRow, register: ComparisonRegister, expected: str, pair: Mapping[str, Any]) -> dict[str, Any]:
    """What a page shows of the line: the applicant's own name as it is, anybody else's masked."""
    cipher = line.identity_cipher or line.faulty_cipher
    number = vault().decrypt(bytes(cipher), IDENTITY) if cipher else ""
    seen: dict[str, Any] = {
        "name": line.name if line.name == expected else names.mask(line.name),
        "number": identity.mask(number), "birth": f"{line.birth.year}-**-**" if line.birth else "",
        "detail": line.detail, "line": line.number, "as_of": register.as_of.isoformat(), "fault": line.fault,
    }  # fmt: skip
    return seen | ({"people": pair["people"]} if "people" in pair else {})


def _own(one: Round, kind: RegisterKind, on: date) -> Iterable[Hit]:
    found = list(own.QUESTIONS[kind.code](one, kind, on))
    members = reading.members({int(each.via) for each in found if each.via})
    for each in found:
        member = members.get(int(each.via)) if each.via else None
        yield Hit(
            subject=each.subject, kind=kind, exact=True, likeness=1.0, parts={},
            fingerprint=_sha(kind.code, each.matter), seen={**each.seen, "as_of": on.isoformat()},
            via="" if member is None else f"{member.get_relation_display()} {names.mask(member.name)}",
        )  # fmt: skip


def _keep(
    one: Round, part: str, compared: Compared, applicants: reading.Applicants, on: date, actor: User
) -> Comparison:  # fmt: skip
    ours = hits_of(one.pk, part)
    known = {(hit.application_id, hit.fingerprint): hit for hit in ours}
    fresh = [hit for key, hit in compared.hits.items() if key not in known]
    comparison = Comparison.objects.create(
        region_code=part, round=one, day=on, registers=compared.registers,
        applicants=applicants.themselves.height, found=len(compared.hits), fresh=len(fresh),
        digest=compared.digest(applicants.themselves), by=actor,
    )  # fmt: skip
    _add(fresh, one, comparison)
    _see_again(known, compared, comparison, actor)
    return comparison


def _add(fresh: Sequence[Hit], one: Round, comparison: Comparison) -> None:
    regions = dict(Application.objects.filter(round=one).values_list("pk", "region_code"))
    ComparisonHit.objects.bulk_create(
        (
            ComparisonHit(
                region_code=regions[hit.subject], application_id=hit.subject, kind=hit.kind.code,
                kind_name=name_of(hit.kind)[:60], means=hit.kind.means.zh[:120], effect=hit.kind.effect, exact=hit.exact,
                likeness=Decimal(str(hit.likeness)), parts=hit.parts, via=hit.via[:60], seen=hit.seen,
                register=hit.register, row_id=hit.row, fingerprint=hit.fingerprint, first_in=comparison,
                last_in=comparison,
            )
            for hit in fresh
        ),
        batch_size=2_000,
    )  # fmt: skip


def _see_again(
    known: Mapping[tuple[int, str], ComparisonHit], compared: Compared, comparison: Comparison, actor: User
) -> None:
    """Hits that were there before: found again, perhaps in a newer register, or gone. Only what differs is written."""
    changed: list[ComparisonHit] = []
    for key, hit in known.items():
        found = compared.hits.get(key)
        before = _told(hit)
        if found is None:
            hit.gone = True
        else:
            _ask_again(hit, found, actor)
            hit.gone, hit.effect, hit.register, hit.row_id = False, found.kind.effect, found.register, found.row
            hit.seen, hit.parts, hit.likeness = found.seen, found.parts, Decimal(str(found.likeness))
        if _told(hit) != before:
            changed.append(hit)
    columns = ["gone", "effect", "register", "row_id", "seen", "parts", "likeness", "state", "decided_by", "decided_at",
               "reason"]  # fmt: skip
    ComparisonHit.objects.bulk_update(changed, columns, batch_size=500)
    hits_of(comparison.round_id, comparison.region_code).filter(gone=False).update(last_in=comparison)


def hits_of(round_id: int, part: str) -> QuerySet[ComparisonHit]:
    """What was found about the applicants of a part of a round."""
    prefix = regioncode.prefix_of(part)
    return ComparisonHit.objects.filter(application__round=round_id, region_code__startswith=prefix)


def _told(hit: ComparisonHit) -> tuple[object, ...]:
    return hit.gone, hit.effect, hit.register_id, hit.row_id, hit.seen, hit.parts, hit.likeness, hit.state


def _ask_again(hit: ComparisonHit, found: Hit, actor: User) -> None:
    """Dismissed as wrong, yet a register of a later day says it again by number: somebody must look once more."""
    newer = found.register is not None and hit.register is not None and found.register.as_of > hit.register.as_of
    if not (hit.state == HitState.DISMISSED and hit.exact and newer):
        return
    before = {"state": hit.state, "reason": hit.reason}
    hit.state, hit.reason, hit.decided_by, hit.decided_at = HitState.OPEN, "", None, None
    audit.record(
        "recruitment.ask_hit_again",
        hit,
        actor=actor,
        before=before,
        after={"as_of": found.register and found.register.as_of},
    )
