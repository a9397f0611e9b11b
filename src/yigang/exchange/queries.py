"""Questions about imports."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

from django.conf import settings
from django.db.models import QuerySet

from yigang.exchange.mapping import Chosen
from yigang.exchange.models import ColumnMapping, FileImport, ImportChange
from yigang.foundation import regioncode
from yigang.foundation.models import StoredFile


def chosen_columns(kind: str, region_code: str) -> Chosen:
    """The columns chosen for this kind of file in the region or above it; what is nearer goes before."""
    above = [regioncode.pad(region_code[:length]) for length in regioncode.LENGTHS.values()]
    found = ColumnMapping.objects.filter(kind=kind, region_code__in=above)
    return {each.header_digest: each.mapping for each in sorted(found, key=lambda each: above.index(each.region_code))}


def changes(file_import: FileImport, what: str = "") -> QuerySet[ImportChange]:
    """The differences of an import, all or of one sort."""
    found = file_import.changes.all()
    return found.filter(what=what) if what else found


@contextmanager
def path_of(stored: StoredFile) -> Iterator[Path]:
    """A kept file as a path: an opened copy that only its owner can read, for the length of the block."""
    place, ending = settings.FILE_UPLOAD_TEMP_DIR, Path(stored.name).suffix
    with NamedTemporaryFile(dir=place, suffix=ending) as copy, stored.content.open("rb") as content:
        for block in content.chunks():
            copy.write(block)
        copy.flush()
        yield Path(copy.name)
