"""Files of a notice: attachments before it is published, photos of the posted notice at any time."""

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, pictures, regioncode
from yigang.foundation.access import require
from yigang.foundation.domain import store_file
from yigang.foundation.errors import Refusal
from yigang.foundation.models import User
from yigang.notices import attachments, screening, tasks
from yigang.notices.access import DRAFT_NOTICES, PHOTOGRAPH_NOTICES
from yigang.notices.attachments import Attachment
from yigang.notices.domain.drafting import locked, require_state
from yigang.notices.domain.reading import at_first
from yigang.notices.enums import FilePurpose, Legibility, NoticeState
from yigang.notices.models import Notice, NoticeFile
from yigang.notices.screening import CELL

MOST_FILES = 20


@transaction.atomic
def add_attachment(notice: Notice, content: bytes, *, name: str, actor: User) -> NoticeFile:
    """Attach a PDF, workbook or picture to a draft, under a name that everybody reads. What it shows is read in a job."""
    notice = locked(notice)
    require(actor, DRAFT_NOTICES, notice.region_code)
    require_state(notice, NoticeState.DRAFT)
    _refuse_many(notice, FilePurpose.ATTACHMENT)
    stem = _stem(name)
    screening.refuse(stem, CELL, where=_("Name of the file"), field="file")
    kept = attachments.checked(content)
    file = _keep(notice, kept, f"{stem}.{kept.ending}", FilePurpose.ATTACHMENT, actor)
    audit.record("notices.add_attachment", notice, actor=actor, after={"name": file.name, "sha256": file.sha256})
    if file.legibility == Legibility.WAITING:
        title = str(_("Reading what “%(file)s” shows") % {"file": file.name})
        tasks.read_file.start(title=title, region_code=notice.region_code, actor=actor, file_id=file.pk)
    return file


@transaction.atomic
def remove_attachment(file: NoticeFile, *, actor: User) -> None:
    """Take a file from a draft."""
    notice = locked(file.notice)
    require(actor, DRAFT_NOTICES, notice.region_code)
    require_state(notice, NoticeState.DRAFT)
    audit.record("notices.remove_attachment", notice, actor=actor, before={"name": file.name, "sha256": file.sha256})
    file.delete()


@transaction.atomic
def add_photo(notice: Notice, content: bytes, *, place: str, actor: User) -> NoticeFile:
    """A photo of the notice on the wall: evidence that it hung there, never on the site."""
    region = _wall(notice, actor)
    require(actor, PHOTOGRAPH_NOTICES, region)
    _refuse_many(notice, FilePurpose.WALL_PHOTO)
    picture = pictures.cleaned(content, field="photo")
    number = notice.files.filter(purpose=FilePurpose.WALL_PHOTO).count() + 1
    kept = Attachment(picture.content, picture.content_type, "jpg")
    file = _keep(notice, kept, f"{number}.jpg", FilePurpose.WALL_PHOTO, actor, place=place.strip()[:80], region=region)
    audit.record("notices.add_photo", notice, actor=actor, region_code=region,
                 after={"place": file.place, "sha256": file.sha256})  # fmt: skip
    return file


def _wall(notice: Notice, actor: User) -> str:
    """Where the wall is: a village photographs the town's notice on its own wall, everybody else the issuer's."""
    issuer = regioncode.prefix_of(notice.region_code)
    below = (prefix for prefix in actor.prefixes if prefix != issuer and prefix.startswith(issuer))
    return regioncode.pad(next(below, issuer))


def _keep(
    notice: Notice, kept: Attachment, name: str, purpose: FilePurpose, actor: User, *, place: str = "", region: str = ""
) -> NoticeFile:
    region = region or notice.region_code
    stored = store_file(kept.content, name=name, region_code=region, actor=actor, content_type=kept.content_type)
    return NoticeFile.objects.create(
        region_code=region, notice=notice, purpose=purpose, name=name, file=stored, content_type=stored.content_type,
        size=stored.size, sha256=stored.sha256, path=stored.content.name or "", place=place, added_by=actor,
        **(at_first(kept) if purpose == FilePurpose.ATTACHMENT else {}),
    )  # fmt: skip


def _stem(name: str) -> str:
    """A name without folders, its ending and signs that mean something to a file system."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0]
    kept = "".join(sign for sign in last if sign.isprintable() and sign not in '<>:"|?*&').strip()
    return kept[:100] or "file"


def _refuse_many(notice: Notice, purpose: FilePurpose) -> None:
    if notice.files.filter(purpose=purpose).count() >= MOST_FILES:
        raise Refusal(
            _("A notice takes at most %(most)d files."), {"most": MOST_FILES}, code="many_files", field="file"
        )
