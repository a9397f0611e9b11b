"""Days that a village keeps on paper (代录): entered by one person, confirmed or rejected by another, then evidence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta, timezone

import polars as pl
from django.db import transaction
from django.utils import timezone as clock
from django.utils.translation import gettext as _

from yigang.duty.access import CONFIRM_PROXY, ENTER_PROXY
from yigang.duty.domain.evidence import WHO, Evidence
from yigang.duty.domain.intake import keep, region_of
from yigang.duty.domain.proxy_work import Done, check_work, keep_work
from yigang.duty.enums import LeaveKind, ProxyMark, Source, Table
from yigang.duty.models import Intake, ProxyEntry
from yigang.foundation import audit
from yigang.foundation.access import refuse_own, require
from yigang.foundation.errors import Refusal
from yigang.foundation.locks import hold
from yigang.foundation.models import StoredFile, User
from yigang.people.models import Person

CHINA = timezone(timedelta(hours=8))
NOON, NIGHT = time(12), time(21)
"""The time noted for a day or a night of which the paper gives none."""
LOG_LENGTH = 500


@dataclass(frozen=True)
class Cell:
    """One day of one person as the paper has it; the mark None empties the cell. Hours are given both or not at all."""

    person: Person
    day: date
    mark: ProxyMark | None
    log: str = ""
    start: time | None = None
    end: time | None = None
    patrol_m: int | None = None
    done: Done | None = None


@transaction.atomic
def enter_days(cells: Iterable[Cell], *, document: StoredFile | None = None, actor: User) -> int:
    """Note the days of a paper; returns how many cells changed. What is confirmed stays as it is."""
    cells = [_sound(cell) for cell in cells]
    days = [cell.day for cell in cells]
    if not days:
        return 0
    regions = {cell.person.pk: region_of(cell.person, min(days), max(days)) for cell in cells}
    for region in set(regions.values()):
        require(actor, ENTER_PROXY, region)
    open_ones = _standing(cells)
    changed = [
        cell for cell in cells if _change(cell, open_ones.get((cell.person.pk, cell.day)), regions, document, actor)
    ]
    if changed:
        target = ("duty.proxyentry", f"{min(days):%Y-%m}")
        after = {
            "cells": len(changed),
            "people": len({cell.person.pk for cell in changed}),
            "hours": sum(cell.start is not None for cell in changed),
            "logs": sum(bool(cell.log) for cell in changed),
            "patrols": sum(bool(cell.patrol_m) for cell in changed),
            "results": sum(bool(cell.done) for cell in changed),
            "first": min(days),
            "last": max(days),
        }
        audit.record("duty.enter_days", target, actor=actor, region_code=min(regions.values()), after=after)
    return len(changed)


def _sound(cell: Cell) -> Cell:
    """The cell with its log trimmed, or a refusal that names the person and the day."""
    where = {"person": cell.person, "day": cell.day, "start": cell.start, "end": cell.end, "most": LOG_LENGTH}
    if (cell.start is None) != (cell.end is None):
        raise Refusal(_("%(person)s, %(day)s: give both hours, from and to, or none."), where, code="half")
    if cell.start and cell.mark not in (ProxyMark.PRESENT, ProxyMark.NIGHT):
        raise Refusal(
            _("%(person)s, %(day)s: hours are noted for a day on duty, not for leave or an empty day."), where,
            code="hours_without_duty",
        )  # fmt: skip
    if cell.start and cell.end and cell.end <= cell.start:
        raise Refusal(
            _("%(person)s, %(day)s: the end %(end)s does not lie after the beginning %(start)s."), where,
            code="backwards", remedy=_("Mark a night in the village with 夜; hours are those of one day."),
        )  # fmt: skip
    if len(cell.log.strip()) > LOG_LENGTH:
        raise Refusal(_("%(person)s, %(day)s: a log has at most %(most)d characters."), where, code="long_log")
    on_duty = cell.mark in (ProxyMark.PRESENT, ProxyMark.NIGHT)
    check_work(cell.person, cell.day, patrol_m=cell.patrol_m, done=cell.done, on_duty=on_duty)
    return replace(cell, log=cell.log.strip())


def _standing(cells: list[Cell]) -> dict[tuple[int, date], ProxyEntry]:
    people, days = {cell.person.pk for cell in cells}, {cell.day for cell in cells}
    rows = ProxyEntry.objects.select_for_update().filter(person__in=people, day__in=days, rejected_reason="")
    return {(entry.person_id, entry.day): entry for entry in rows}


def _change(
    cell: Cell, entry: ProxyEntry | None, regions: Mapping[int, str], document: StoredFile | None, actor: User
) -> bool:
    """Write one cell; whether anything became different."""
    if entry is None and cell.mark is None:
        return False
    if cell.day > clock.localdate():
        raise Refusal(_("%(day)s is still to come."), {"day": cell.day}, code="future")
    wanted = _wanted(cell)
    if entry is not None and cell.mark is not None and _said(entry, wanted) == wanted:
        return False
    if entry is not None and entry.confirmed_at:
        raise Refusal(
            _("%(day)s of %(person)s is confirmed already."), {"day": cell.day, "person": cell.person}, code="confirmed",
            remedy=_("Correct the evidence on the person's calendar."),
        )  # fmt: skip
    if cell.mark is None:
        assert entry is not None
        entry.delete()
        return True
    entry = entry or ProxyEntry(person=cell.person, day=cell.day, region_code=regions[cell.person.pk])
    for name, value in wanted.items():
        setattr(entry, name, value)
    entry.document, entry.entered_by = document or entry.document, actor
    entry.save()
    return True


def _wanted(cell: Cell) -> dict[str, object]:
    """A cell as the fields of an entry."""
    return {
        "night": cell.mark == ProxyMark.NIGHT, "on_leave": cell.mark == ProxyMark.LEAVE, "log": cell.log,
        "start": cell.start, "end": cell.end, "patrol_m": cell.patrol_m,
        "result_kind": cell.done.kind.value if cell.done else "", "result_unit": cell.done.unit.value if cell.done else "",
        "result_quantity": cell.done.quantity if cell.done else None,
    }  # fmt: skip


def _said(entry: ProxyEntry, wanted: Mapping[str, object]) -> dict[str, object]:
    return {name: getattr(entry, name) for name in wanted}


@transaction.atomic
def confirm_days(entries: Iterable[ProxyEntry], *, actor: User) -> list[Intake]:
    """A second person has compared the entries with the paper: they become evidence. The author cannot."""
    waiting = _waiting(entries)
    for entry in waiting:
        require(actor, CONFIRM_PROXY, entry.region_code)
        refuse_own(actor, name=entry.person.name, phone=entry.person.phone)
        if entry.entered_by_id == actor.pk:
            raise Refusal(_("You have entered these days yourself; another person confirms them."), code="own_entry")
    if not waiting:
        raise Refusal(_("There is nothing to confirm."), code="nothing")
    for entry in waiting:
        entry.confirmed_by, entry.confirmed_at = actor, clock.now()
    ProxyEntry.objects.bulk_update(waiting, ["confirmed_by", "confirmed_at"], batch_size=500)
    intakes = []
    for region in sorted({entry.region_code for entry in waiting}):
        of_region = [entry for entry in waiting if entry.region_code == region]
        intakes += _as_evidence(of_region, actor)
        keep_work(of_region)
        after = {"cells": len(of_region), "first": of_region[0].day, "last": of_region[-1].day}
        audit.record("duty.confirm_days", ("duty.proxyentry", region), actor=actor, region_code=region, after=after)
    return intakes


@transaction.atomic
def reject_days(entries: Iterable[ProxyEntry], *, reason: str, actor: User) -> int:
    """The entries do not agree with the paper. They stay, rejected, and the cells are free again."""
    if not reason.strip():
        raise Refusal(_("Say why the days are rejected."), code="reason", field="reason")
    waiting = _waiting(entries)
    for entry in waiting:
        require(actor, CONFIRM_PROXY, entry.region_code)
        entry.rejected_reason = reason.strip()[:200]
    ProxyEntry.objects.bulk_update(waiting, ["rejected_reason"], batch_size=500)
    for region in sorted({entry.region_code for entry in waiting}):
        days = [entry.day for entry in waiting if entry.region_code == region]
        after = {"cells": len(days), "first": min(days), "last": max(days), "reason": reason}
        audit.record("duty.reject_days", ("duty.proxyentry", region), actor=actor, region_code=region, after=after)
    return len(waiting)


def _waiting(entries: Iterable[ProxyEntry]) -> list[ProxyEntry]:
    keys = [entry.pk for entry in entries]
    rows = ProxyEntry.objects.select_related("person", "entered_by")
    return list(hold(rows.filter(pk__in=keys, confirmed_at=None, rejected_reason="")).order_by("day", "pk"))


def _as_evidence(entries: list[ProxyEntry], actor: User) -> list[Intake]:
    """Check-ins, leave and logs of confirmed entries of one region."""
    present = [entry for entry in entries if not entry.on_leave]
    rows = {
        Table.CHECK_INS: [event for entry in present for event in _check_ins(entry)],
        Table.LEAVES: [_leave(entry, actor) for entry in entries if entry.on_leave],
        Table.WORK_LOGS: [_row(entry) | {"text": entry.log} for entry in entries if entry.log],
    }
    people = pl.DataFrame(
        [{"name": entry.person.name, "key": str(entry.person_id), "person_id": entry.person_id} for entry in entries]
    ).unique(maintain_order=True)
    people = people.with_columns(region_code=pl.lit(entries[0].region_code), by=pl.lit("proxy")).with_columns(
        pl.lit(None, pl.String).alias(name) for name in WHO if name not in ("name", "key")
    )
    people = people.select(*WHO, "person_id", "region_code", "by")
    days = [entry.day for entry in entries]
    intakes = []
    for table, made in rows.items():
        if made:
            frame = pl.DataFrame(made, infer_schema_length=None)
            evidence = Evidence(table, Source.PROXY, entries[0].region_code, min(days), max(days), frame)
            intakes.append(keep(evidence, actor=actor, people=people))
    return intakes


def _row(entry: ProxyEntry) -> dict[str, object]:
    raw = {"entry": entry.pk, "entered_by": entry.entered_by.name, "day": f"{entry.day}"}
    if entry.start:
        raw["hours"] = f"{entry.start:%H:%M}-{entry.end:%H:%M}"
    return {
        "row": entry.pk % 2**32, "raw": json.dumps(raw, ensure_ascii=False), "name": entry.person.name,
        "key": str(entry.person_id), "day": entry.day, "source": Source.PROXY.value,
    }  # fmt: skip


def _check_ins(entry: ProxyEntry) -> Iterable[dict[str, object]]:
    """The paper vouches that the person was in the village."""
    times = [(entry.start, "on"), (entry.end, "off")] if entry.start else [(NOON, "other")]
    if entry.night:
        times.append((NIGHT, "night"))
    for when, kind in times:
        if when is not None:
            moment = datetime.combine(entry.day, when, CHINA)
            yield _row(entry) | {"at": moment, "kind": kind, "place": "inside"}


def _leave(entry: ProxyEntry, actor: User) -> dict[str, object]:
    return _row(entry) | {
        "first": entry.day, "last": entry.day, "kind": LeaveKind.OTHER.value, "approved": True, "approved_by": actor.name,
    }  # fmt: skip
