"""Reading attached pictures and scanned pages: seconds a page, so not while somebody waits."""

from __future__ import annotations

from typing import Any

from yigang.foundation.jobs import READING, Progress, task
from yigang.foundation.models import User
from yigang.notices.domain.reading import read_attachment
from yigang.notices.models import NoticeFile


@task("notices.read_attachment", queue=READING)
def read_file(progress: Progress, *, actor: User, file_id: int) -> dict[str, Any]:
    """The result says how the file turned out; nothing when it was removed meanwhile."""
    file = NoticeFile.objects.filter(pk=file_id).first()
    done = read_attachment(file, actor=actor) if file else None
    progress(1, 1)
    return {"legibility": done.legibility if done else ""}
