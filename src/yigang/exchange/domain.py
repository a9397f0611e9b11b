"""Verbs of imports: a file comes in, is read, looked at, applied whole or not at all, and taken back."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.exchange import queries
from yigang.exchange.columns import simplify
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.mapping import agreed, header_digest
from yigang.exchange.models import ColumnMapping, FileImport, ImportChange, ImportTouch
from yigang.exchange.registry import Applied, Context, Difference, Importer, Preview, importer_of
from yigang.foundation import audit, facts
from yigang.foundation.access import require
from yigang.foundation.domain import store_file
from yigang.foundation.errors import Problem, Refusal
from yigang.foundation.jobs import Progress, silent
from yigang.foundation.models import User
from yigang.foundation.secrets import IMPORT_PLAN, vault
from yigang.people.models import Person
from yigang.posts.models import Programme

MOST_PROBLEMS = 5000
"""As many problems of a file are kept; a file with more has one cause."""
TABLE_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xls": "application/vnd.ms-excel",
    ".csv": "text/csv", ".txt": "text/plain", ".json": "application/json",
}  # fmt: skip
MB = 2**20


@transaction.atomic
def receive(
    content: bytes, *, name: str, kind: ImportKind, region_code: str, programme: Programme | None, actor: User,
    options: Mapping[str, str] | None = None,
) -> FileImport:  # fmt: skip
    """Keep a file that somebody hands in. Nothing is read yet: that is `preview`, in a job when a page asks for it."""
    importer = importer_of(kind)
    require(actor, importer.capability, region_code)
    if importer.needs_programme and programme is None:
        raise Refusal(_("Choose the programme that the file is for."), code="no_programme", field="programme")
    if len(content) > settings.UPLOAD_LIMIT_BYTES:
        raise Refusal(
            _("The file has %(size)d MB; at most %(limit)d MB can be read."),
            {"size": -(-len(content) // MB), "limit": settings.UPLOAD_LIMIT_BYTES // MB},
            code="too_large", field="file", remedy=_("Divide it, by township or month for instance."),
        )  # fmt: skip
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    content_type = TABLE_TYPES.get(ending, "application/octet-stream")
    stored = store_file(content, name=name, region_code=region_code, actor=actor, content_type=content_type)
    file_import = FileImport.objects.create(
        region_code=region_code, kind=kind, programme=programme, file=stored, actor=actor,
        options=dict(options or {}),
    )  # fmt: skip
    after = {"kind": kind, "file": stored.name, "sha256": stored.sha256, **dict(options or {})}
    audit.record("exchange.receive", file_import, actor=actor, after=after)
    return file_import


def preview(file_import: FileImport, *, actor: User, progress: Progress = silent) -> FileImport:
    """Read the file and keep what it would change and what is wrong with it. Changes nothing else."""
    importer = importer_of(file_import.kind)
    require(actor, importer.capability, file_import.region_code)
    _require_state(file_import, ImportState.READING, ImportState.PREVIEW, ImportState.REFUSED)
    _keep_preview(file_import, _look(importer, file_import, actor, progress))
    return file_import


def _look(importer: Importer, file_import: FileImport, actor: User, progress: Progress) -> Preview:
    """Read with the columns chosen for this heading. A heading that is not known yet is read with what helps; if that
    shows that somebody chose for it, it is read again.
    """
    chosen = queries.chosen_columns(file_import.kind, file_import.region_code)
    names = chosen.get(header_digest(file_import.headings), agreed(chosen))
    try:
        with _context(file_import, actor) as context:
            found = importer.preview(replace(context, remembered=names), progress)
            exact = chosen.get(found.header_digest)
            if exact is not None and exact != names:
                found = importer.preview(replace(context, remembered=exact), progress)
    except Refusal as refusal:
        return Preview(problems=[Problem.of(refusal)])
    return found


@transaction.atomic
def _keep_preview(file_import: FileImport, found: Preview) -> None:
    severities = [problem.severity for problem in found.problems]
    file_import.counts = {
        **found.counts, "errors": severities.count("error"), "warnings": severities.count("warning"),
        "notes": severities.count("note"),
    }  # fmt: skip
    file_import.problems = [in_words(problem) for problem in found.problems[:MOST_PROBLEMS]]
    file_import.mapping, file_import.headings = dict(found.mapping), list(found.headings)
    file_import.plan = _pack(found.plan) if found.plan else None
    file_import.state = ImportState.REFUSED if found.refused else ImportState.PREVIEW
    file_import.save()
    file_import.changes.all().delete()
    _keep_differences(file_import, found.differences)


def _keep_differences(file_import: FileImport, differences: Sequence[Difference]) -> None:
    def words(values: Mapping[str, str]) -> str:
        return json.dumps(dict(values), ensure_ascii=False)

    frame = pl.DataFrame(
        {
            "region_code": [each.region_code or file_import.region_code for each in differences],
            "file_import_id": file_import.pk,
            "row": pl.Series([each.row for each in differences], dtype=pl.Int64),
            "what": [each.what for each in differences],
            "label": [each.label[:120] for each in differences],
            "before": [words(each.before) for each in differences],
            "after": [words(each.after) for each in differences],
        }
    )
    if differences:
        facts.write(ImportChange._meta.db_table, frame)


def in_words(problem: Problem) -> dict[str, Any]:
    """A problem as it is kept: in the language of whoever handed the file in."""
    return {
        "code": problem.code, "severity": problem.severity, "sheet": problem.sheet, "row": problem.row,
        "column": problem.column, "field": problem.field, "message": problem.message, "remedy": str(problem.remedy),
    }  # fmt: skip


@transaction.atomic
def choose_columns(file_import: FileImport, chosen: Mapping[str, str], *, actor: User) -> FileImport:
    """Say which heading is which of our columns ("" for none), for this file and every later one with such a heading."""
    importer = importer_of(file_import.kind)
    require(actor, importer.capability, file_import.region_code)
    _require_state(file_import, ImportState.READING, ImportState.PREVIEW, ImportState.REFUSED)
    _refuse_wrong_choice(file_import, importer, chosen)
    ColumnMapping.objects.update_or_create(
        region_code=file_import.region_code, kind=file_import.kind, header_digest=header_digest(file_import.headings),
        defaults={"mapping": {simplify(heading): key for heading, key in chosen.items()}},
    )  # fmt: skip
    file_import.state = ImportState.READING
    file_import.save(update_fields=["state"])
    audit.record("exchange.choose_columns", file_import, actor=actor, after={"columns": dict(chosen)})
    return file_import


def _refuse_wrong_choice(file_import: FileImport, importer: Importer, chosen: Mapping[str, str]) -> None:
    labels = {spec.key: spec.label for spec in importer.columns}
    used = [key for key in chosen.values() if key]
    if set(used) - labels.keys() or set(chosen) - set(file_import.headings):
        raise Refusal(_("A heading or a column of this choice does not exist."), code="unknown_column")
    for key in used:
        if used.count(key) > 1:
            raise Refusal(
                _("“%(label)s” is chosen for two headings."), {"label": labels[key]}, code="chosen_twice", field=key
            )  # fmt: skip


@transaction.atomic
def apply(file_import: FileImport, *, actor: User, progress: Progress = silent) -> FileImport:
    """Do all that the preview showed, or nothing. Refused when the register has changed since."""
    importer = importer_of(file_import.kind)
    require(actor, importer.capability, file_import.region_code)
    file_import = FileImport.objects.select_for_update().get(pk=file_import.pk)
    _require_state(file_import, ImportState.PREVIEW)
    with _context(file_import, actor) as context:
        done = importer.apply(context, _unpack(file_import.plan), progress)
    _keep_applied(file_import, done)
    _keep_touched(file_import, done)
    after = {"file": file_import.file.name, "sha256": file_import.file.sha256, "counts": file_import.counts}
    audit.record("exchange.apply", file_import, actor=actor, after=after)
    return file_import


def _keep_applied(file_import: FileImport, done: Applied) -> None:
    file_import.counts = {**file_import.counts, **done.counts}
    file_import.plan = _pack(done.journal) if done.journal else None
    file_import.intake = done.intake
    file_import.state = ImportState.APPLIED
    file_import.applied_at = timezone.now()
    file_import.save()


def _keep_touched(file_import: FileImport, done: Applied) -> None:
    """One row for each person; thousands go by COPY."""
    if done.touched:
        frame = pl.DataFrame(
            list(done.touched), orient="row",
            schema={"person_id": pl.Int64, "region_code": pl.String, "what": pl.String},
        ).with_columns(
            file_import_id=pl.lit(file_import.pk), file_name=pl.lit(file_import.file.name[:200]),
            actor_name=pl.lit(file_import.actor.name[:60]), at=pl.lit(str(file_import.applied_at)),
        )  # fmt: skip
        facts.write(ImportTouch._meta.db_table, frame)


def _close_touched(file_import: FileImport) -> None:
    """People whom the undo took out of the register leave no trace but the audit's; of others it is told as undone."""
    touched = ImportTouch.objects.filter(file_import=file_import)
    gone = touched.filter(~Exists(Person.objects.filter(pk=OuterRef("person_id")))).values("person_id")
    ImportTouch.objects.filter(person_id__in=list(gone.values_list("person_id", flat=True))).delete()
    touched.update(undone_at=file_import.undone_at)


@transaction.atomic
def undo(file_import: FileImport, *, reason: str, actor: User) -> FileImport:
    """Put back exactly what was before the import; refused with a sentence when something has built on it."""
    importer = importer_of(file_import.kind)
    require(actor, importer.capability, file_import.region_code)
    if not reason.strip():
        raise Refusal(_("Say why the import is taken back."), code="reason_missing", field="reason")
    file_import = FileImport.objects.select_for_update().get(pk=file_import.pk)
    _require_state(file_import, ImportState.APPLIED)
    with _context(file_import, actor) as context:
        applied = Applied(file_import.counts, _unpack(file_import.plan), file_import.intake, file_import.applied_at)
        importer.undo(context, applied, reason.strip())
    file_import.plan, file_import.state, file_import.undone_at = None, ImportState.UNDONE, timezone.now()
    file_import.save(update_fields=["plan", "state", "undone_at"])
    _close_touched(file_import)
    after = {"file": file_import.file.name, "reason": reason.strip()}
    audit.record("exchange.undo", file_import, actor=actor, after=after)
    return file_import


def _require_state(file_import: FileImport, *states: ImportState) -> None:
    if file_import.state not in states:
        raise Refusal(
            _("This import is %(state)s; that cannot be done with it now."),
            {"state": file_import.get_state_display()}, code="wrong_state",
        )  # fmt: skip


@contextmanager
def _context(file_import: FileImport, actor: User) -> Iterator[Context]:
    """The file is opened when it is first asked for, and its copy is gone after the block."""
    with ExitStack() as open_files:

        @cache
        def opened() -> Path:
            return open_files.enter_context(queries.path_of(file_import.file))

        yield Context(
            actor=actor, region_code=file_import.region_code, programme=file_import.programme, stored=file_import.file,
            content=opened, options=file_import.options,
        )  # fmt: skip


def _pack(text: str) -> bytes:
    """Text that holds identity and card numbers, compressed and encrypted."""
    return vault().encrypt(base64.b64encode(zlib.compress(text.encode(), 1)).decode(), IMPORT_PLAN)


def _unpack(cipher: bytes | memoryview | None) -> str:
    return zlib.decompress(base64.b64decode(vault().decrypt(bytes(cipher), IMPORT_PLAN))).decode() if cipher else ""
