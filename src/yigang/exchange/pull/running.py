"""A run: fetch a period step by step, every answer kept at once, then hand in what is new by the way of every file.

A run that stops (the service is down or busy, the machine was switched off) goes on behind the last answer that was kept.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone as clock
from django.utils.translation import gettext as _

from yigang.exchange import domain
from yigang.exchange.access import MANAGE_SOURCES
from yigang.exchange.enums import ImportKind, ImportState, PullState, SourceKind
from yigang.exchange.models import FileImport, PulledRow, PullPage, PullRun, PullSource
from yigang.exchange.pull.sources import service_of
from yigang.exchange.pull.steps import Account, People, Service, Step
from yigang.exchange.pull.transport import Trouble
from yigang.foundation import audit
from yigang.foundation.access import require
from yigang.foundation.errors import Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import User
from yigang.foundation.secrets import PULLED_PAGE, vault

MOST_DAYS = 92
MOST_PAGES = 2_000
"""Of one step: 50 people, 7 days and 50 rows a page are a hundred."""
REMEMBERED = timedelta(days=200)
"""How long it is remembered which rows were handed in; no run reaches so far back."""
KEYS = {SourceKind.DINGTALK: "recordresult", SourceKind.WECOM: "checkindata"}
CHINA = timezone(timedelta(hours=8))
UNFINISHED = (PullState.RUNNING, PullState.WAITING, PullState.FAILED)
Row = Mapping[str, Any]


@transaction.atomic
def begin(source: PullSource, first: date, last: date, *, actor: User) -> PullRun:
    """The run for a period: the one that was not finished, else a new one."""
    require(actor, MANAGE_SOURCES, source.region_code)
    if last < first or (last - first).days >= MOST_DAYS:
        raise Refusal(
            _("A period of 1 to %(most)d days can be fetched at once."),
            {"most": MOST_DAYS},
            code="period",
            field="last",
        )
    if last > clock.localdate():
        raise Refusal(_("The last day lies in the future."), code="future", field="last")
    PullSource.objects.select_for_update().get(pk=source.pk)
    known = source.runs.filter(first=first, last=last, state__in=UNFINISHED).first()
    if known is not None:
        return known
    run = PullRun.objects.create(region_code=source.region_code, source=source, first=first, last=last, actor=actor)
    audit.record("exchange.begin_pull", run, actor=actor, after={"first": first, "last": last, "source": source.name})
    return run


def carry_out(run: PullRun, *, actor: User, service: Service | None = None, progress: Progress = silent) -> PullRun:
    """Fetch what is lacking and hand it in. What stops it is written on the run, for the clerk and for the next try."""
    require(actor, MANAGE_SOURCES, run.region_code)
    _note(run, state=PullState.RUNNING, message="")
    try:
        service = service or service_of(run.source)
        people = _people(run, service)
        steps = service.steps(sorted(people), run.first, run.last)
        _note(run, steps=len(steps))
        for number, step in enumerate(steps):
            _fetch(run, number, step, service)
            progress(number + 1, len(steps))
        return _hand_in(run, steps, people, service, actor)
    except Trouble as trouble:
        _note(
            run, state=PullState.WAITING if trouble.again else PullState.FAILED, message=f"{trouble} {trouble.remedy}"
        )
    except Refusal as refusal:
        _note(run, state=PullState.FAILED, message=f"{refusal} {refusal.remedy}")
    return run


def _note(run: PullRun, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(run, name, value)
    run.save(update_fields=list(fields))


def _people(run: PullRun, service: Service) -> People:
    """The people of this run, asked for once, so that its steps stay the same however often it goes on."""
    if run.people is None:
        _note(run, people={user: who.as_list() for user, who in service.people().items()})
    return {user: Account(*who) for user, who in (run.people or {}).items()}


def _fetch(run: PullRun, number: int, step: Step, service: Service) -> None:
    """The pages of a step that are not kept yet, each committed before the next is asked for."""
    kept = run.pages.filter(step=number).order_by("offset").last()
    offset: int | None = 0 if kept is None else opened(kept)["next"]
    for _turn in range(MOST_PAGES):
        if offset is None:
            return
        page = service.page(step, offset)
        _keep(run, number, offset, page.rows, page.next)
        offset = page.next
    raise Trouble(_("The service goes on sending pages without an end."), code="endless")


@transaction.atomic
def _keep(run: PullRun, step: int, offset: int, rows: Sequence[Row], following: int | None) -> None:
    content = json.dumps({"rows": list(rows), "next": following}, ensure_ascii=False)
    packed = base64.b64encode(zlib.compress(content.encode(), 1)).decode()
    PullPage.objects.create(
        region_code=run.region_code, run=run, step=step, offset=offset, last=following is None, rows=len(rows),
        content=vault().encrypt(packed, PULLED_PAGE),
    )  # fmt: skip
    _note(run, steps_done=step + (following is None), rows=run.rows + len(rows))


def opened(page: PullPage) -> dict[str, Any]:
    """What an answer brought: `rows`, and `next`, where the following one begins."""
    packed = vault().decrypt(bytes(page.content), PULLED_PAGE)
    found: dict[str, Any] = json.loads(zlib.decompress(base64.b64decode(packed)))
    return found


@transaction.atomic
def _hand_in(run: PullRun, steps: Sequence[Step], people: People, service: Service, actor: User) -> PullRun:
    """What was not handed in before becomes a file, which is read and taken in like one that somebody brings."""
    given = [(steps[page.step], row) for page in run.pages.all() for row in opened(page)["rows"]]
    digests = {digest_of(row): row for row in service.file(given, people)}
    known = _known(run.source, list(digests))
    fresh = {digest: row for digest, row in digests.items() if digest not in known}
    run.pages.all().delete()
    run.rows, run.rows_new, run.finished_at, run.state = len(digests), len(fresh), clock.now(), PullState.DONE
    run.message = "" if fresh else _("Nothing is new since the last time.")
    if fresh:
        run.file_import = _imported(run, list(fresh.values()), actor)
        _remember(run, run.file_import, fresh)
        if run.file_import.state == ImportState.REFUSED:
            run.state, run.message = PullState.LOOK, _("The rows cannot be taken in as they are; look at the import.")
        elif run.file_import.counts.get("warnings"):
            run.message = _("Some rows need a look; the import names them.")
    run.save()
    after = {"rows": run.rows, "new": run.rows_new, "state": run.state}
    audit.record("exchange.finish_pull", run, actor=actor, after=after)
    return run


def _imported(run: PullRun, rows: Sequence[Row], actor: User) -> FileImport:
    """The rows as a file of their service; a row that cannot be read does not keep the others out."""
    source = run.source
    content = json.dumps({"errcode": 0, KEYS[SourceKind(source.kind)]: rows}, ensure_ascii=False, separators=(",", ":"))
    name = f"{source.get_kind_display()} {run.first:%Y-%m-%d}–{run.last:%Y-%m-%d}.json"
    one = domain.receive(
        content.encode(), name=name, kind=ImportKind(source.kind), region_code=str(source.region_code),
        programme=source.programme, actor=actor, options={"pulled": source.name, "datum": source.datum},
    )  # fmt: skip
    domain.preview(one, actor=actor)
    return domain.apply(one, actor=actor) if one.state == ImportState.PREVIEW else one


def digest_of(row: Row) -> bytes:
    """What makes a row the row it is: all that it says. A row that says something new is handed in again."""
    return sha256(json.dumps(row, ensure_ascii=False, sort_keys=True, default=str).encode()).digest()


def _known(source: PullSource, digests: Sequence[bytes]) -> set[bytes]:
    """Those handed in before, unless the import was taken back."""
    kept = source.pulled.filter(digest__in=digests).exclude(file_import__state=ImportState.UNDONE)
    return {bytes(each) for each in kept.values_list("digest", flat=True)}


def _remember(run: PullRun, one: FileImport, fresh: Mapping[bytes, Row]) -> None:
    source = run.source
    source.pulled.filter(day__lt=run.last - REMEMBERED).delete()
    PulledRow.objects.bulk_create(
        (
            PulledRow(region_code=source.region_code, source=source, digest=digest, day=run.last, file_import=one)
            for digest in fresh
        ),
        update_conflicts=True, unique_fields=["source", "digest"], update_fields=["file_import", "day"], batch_size=5_000,
    )  # fmt: skip


def due(now: datetime) -> list[PullSource]:
    """Sources whose hour has come and that have not fetched today, or whose fetch of today goes on."""
    local = now.astimezone(CHINA)
    yesterday = local.date() - timedelta(days=1)
    waiting = PullSource.objects.filter(enabled=True, closed_at=None, hour__lte=local.hour).select_related("actor")
    finished = (
        PullRun.objects.filter(last=yesterday, source__in=waiting)
        .exclude(state__in=(PullState.RUNNING, PullState.WAITING))
        .select_related("source")
    )
    done = {run.source_id for run in finished if (run.last - run.first).days + 1 >= run.source.days_back}
    return [source for source in waiting if source.pk not in done]


def daily(source: PullSource, today: date) -> tuple[date, date]:
    """The days fetched each time: up to yesterday, because of today not everything is known yet."""
    return today - timedelta(days=source.days_back), today - timedelta(days=1)
