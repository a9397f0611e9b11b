"""Verbs of duty letters (责任书层层签订): issued at every level, signed from above downwards."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from yigang.foundation import audit, regioncode, regions
from yigang.foundation.access import require
from yigang.foundation.constraints import violated
from yigang.foundation.errors import Refusal
from yigang.foundation.models import StoredFile, User
from yigang.posts.models import Programme
from yigang.tenure.access import KEEP_LETTERS
from yigang.tenure.enums import LetterLevel
from yigang.tenure.models import Appointment, DutyLetter

LEVEL_OF = {6: LetterLevel.COUNTY, 9: LetterLevel.TOWN, 12: LetterLevel.VILLAGE}
WORDS = ("单位", "年度", "项目", "上级", "姓名", "岗位")
"""What the text of a letter may be filled with, in braces."""


@dataclass(frozen=True)
class LetterText:
    """Title and text with fields in braces: {单位} {年度} {项目} {上级} {姓名} {岗位}."""

    title: str
    text: str


@transaction.atomic
def issue_letter(
    programme: Programme, year: int, region_code: str, wording: LetterText, *, actor: User,
    appointment: Appointment | None = None,
) -> DutyLetter:  # fmt: skip
    """A letter for an office, or for a post holder; the one above it must be issued."""
    require(actor, KEEP_LETTERS, region_code)
    level = LetterLevel.PERSON if appointment else _level(region_code)
    above = None if level == LetterLevel.COUNTY else _above(programme, year, region_code, level)
    filled = _fill(programme, year, region_code, wording, above, appointment)
    try:
        with transaction.atomic():
            letter = DutyLetter.objects.create(
                region_code=region_code, programme=programme, year=year, level=level, above=above,
                appointment=appointment, title=filled.title[:120], text=filled.text, issued_by=actor,
            )  # fmt: skip
    except IntegrityError as error:
        if violated(error) not in {"one_letter_per_office", "one_letter_per_appointment"}:
            raise
        raise Refusal(_("This letter was issued already this year."), code="issued_already") from error
    audit.record("tenure.issue_letter", letter, actor=actor, after={"title": letter.title})
    return letter


@transaction.atomic
def sign_letter(
    letter: DutyLetter, signer: str, *, on: date, file: StoredFile | None = None, actor: User
) -> DutyLetter:
    """Note who signed and when; refused before the letter above is signed, and on a day before that."""
    require(actor, KEEP_LETTERS, letter.region_code)
    letter = DutyLetter.objects.select_for_update().get(pk=letter.pk)
    if letter.signed_on is not None:
        raise Refusal(
            _("%(name)s signed this letter on %(day)s already."), {"name": letter.signer, "day": letter.signed_on},
            code="signed_already",
        )  # fmt: skip
    if not signer.strip():
        raise Refusal(_("Say who signed."), code="signer_missing", field="signer")
    _refuse_order(letter, on)
    letter.signer, letter.signed_on, letter.recorded_by, letter.file = signer.strip(), on, actor, file
    letter.save()
    audit.record("tenure.sign_letter", letter, actor=actor, after={"name": letter.signer, "on": on})
    return letter


def _refuse_order(letter: DutyLetter, on: date) -> None:
    if on > timezone.localdate():
        raise Refusal(_("Nobody has signed in the future."), code="dates", field="on")
    if letter.above_id is None:
        return
    signed = signed_above(letter)
    if signed is None:
        raise Refusal(
            _("The letter of the level above is not signed yet."), code="out_of_order",
            remedy=_("Letters are signed from the county down to the post holder."),
        )  # fmt: skip
    if on < signed:
        raise Refusal(
            _("The level above signed on %(day)s; nobody below signs before."), {"day": signed}, code="out_of_order",
            field="on",
        )  # fmt: skip


def signed_above(letter: DutyLetter) -> date | None:
    """When the letter above was signed; letters are seen by everybody below them."""
    return letter.above.signed_on if letter.above else None


def _above(programme: Programme, year: int, region_code: str, level: LetterLevel) -> DutyLetter:
    code = region_code if level == LetterLevel.PERSON else regioncode.parent_of(region_code)
    found = DutyLetter.objects.filter(programme=programme, year=year, region_code=code, appointment=None).first()
    if found is None:
        raise Refusal(
            _("The level above has no letter of %(year)d yet."), {"year": year}, code="no_letter_above",
            remedy=_("Issue the letters from the county downwards."),
        )  # fmt: skip
    return found


def _level(region_code: str) -> LetterLevel:
    level = LEVEL_OF.get(len(regioncode.prefix_of(region_code)))
    if level is None:
        raise Refusal(_("A duty letter belongs to a county, town or village."), code="level", field="region_code")
    return level


def _fill(
    programme: Programme, year: int, region_code: str, wording: LetterText, above: DutyLetter | None,
    appointment: Appointment | None,
) -> LetterText:  # fmt: skip
    values = {
        "单位": regions.name_of(region_code), "年度": str(year), "项目": programme.name,
        "上级": regions.name_of(above.region_code) if above else "",
        "姓名": appointment.person.name if appointment else "",
        "岗位": f"{appointment.post.number} {appointment.post.kind}" if appointment else "",
    }  # fmt: skip
    return LetterText(_filled(wording.title, values), _filled(wording.text, values))


def _filled(text: str, values: dict[str, str]) -> str:
    for word, value in values.items():
        text = text.replace(f"{{{word}}}", value)
    if "{" in text:
        raise Refusal(
            _("The text holds a field that is not known: %(text)s"), {"text": text[text.index("{") :][:20]},
            code="unknown_field", field="text", remedy=_("Known fields: %(words)s") % {"words": "、".join(WORDS)},
        )  # fmt: skip
    return text
