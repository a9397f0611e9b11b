"""Finds in a text what must never be public: identity, card and phone numbers, home addresses, illnesses.

It errs towards refusing: a number of sixteen digits has no business in a notice, whatever it is. Full-width and Chinese
digits, spaces and hyphens between digits are seen through. An office's own telephone and address have a field of their
own (`Notice.contact`), where only private numbers are refused.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.translation import gettext_lazy as _
from stdnum import luhn

from yigang.foundation import identity
from yigang.foundation.errors import Refusal, Text


class Secret(Enum):
    """What was found; the value names it in a sentence."""

    IDENTITY = "identity"
    CARD = "card"
    PHONE = "phone"
    LANDLINE = "landline"
    ADDRESS = "address"
    ILLNESS = "illness"
    HEADING = "heading"


LABELS: dict[Secret, Text] = {
    Secret.IDENTITY: _("an identity number"),
    Secret.CARD: _("a card or account number"),
    Secret.PHONE: _("a mobile number"),
    Secret.LANDLINE: _("a telephone number"),
    Secret.ADDRESS: _("a home address"),
    Secret.ILLNESS: _("an illness"),
    Secret.HEADING: _("a column of personal data"),
}
REMEDIES: dict[Secret, Text] = {
    Secret.LANDLINE: _("Take it out. The office's telephone belongs into the rules for notices and is shown on each."),
}
_REMEDY = _("Take it out: public lists show name, village, post, amount, days and results only.")

PRIVATE = frozenset({Secret.IDENTITY, Secret.CARD, Secret.PHONE})
"""Refused even where an office writes its own address and telephone."""
PROSE = frozenset(Secret) - {Secret.HEADING}
CELL = frozenset(Secret)

_CHINESE_DIGITS = str.maketrans("〇零一二三四五六七八九幺壹贰叁肆伍陆柒捌玖", "001234567891123456789")
FEWEST_DIGITS = 6
"""Fewer digits are no part of any such number, not even of a starred one; most cells end here."""
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060\ufeff\u00ad]")
_RUN = re.compile(r"\d[\d\s\-–—.·•,，、_]*[\dXx]", re.ASCII)
_SOLID = re.compile(r"\d{15,}[Xx]?")
_MASKED = re.compile(r"\d{6}[*＊xX•·]{4,}[\dXx]{0,4}")
_GROUPED_CARD = re.compile(r"(?<!\d)(?:\d{4}[ \-]){3,4}\d{1,4}(?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:\+?86[ \-]?)?1[3-9]\d[ \-.]?\d{4}[ \-.]?\d{4}(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)\(?0\d{2,3}\)?[ \-]?[2-9]\d{6,7}(?!\d)")
_HOME = re.compile(r"\d+\s*(?:号楼|栋|幢|单元|号院|弄)|(?:组|寨|屯|社)\s*\d+\s*[号户]|\d+\s*[号栋幢]\s*\d+\s*室|门牌")
_STREET = re.compile(r"(?:路|街|巷|大道|胡同|弄|道)\s*\d+\s*号")
_ILLNESS = re.compile(
    r"癌|肿瘤|白血病|糖尿病|高血压|冠心病|心脏病|肾衰|尿毒症|肝炎|肝硬化|艾滋|梅毒|结核|精神病|精神分裂|精神障碍|抑郁|癫痫|"
    r"脑梗|脑溢血|脑瘫|中风|偏瘫|瘫痪|痴呆|智障|智力障碍|尘肺|透析|化疗|放疗|HIV|残疾证|"
    r"[一二三四1-4]级残疾|残疾[一二三四1-4]级|患病|重病|大病(?!保险|医保|救助)|因病(?!致贫|返贫)|患有?[^，。；\s]{0,8}[病症]",
    re.IGNORECASE,
)
_HEADINGS = re.compile(
    r"身份证|证件号|公民身份|银行卡|银行账号|银行帐号|卡号|账号|帐号|手机|电话|联系方式|住址|家庭地址|详细地址|病种|病情|健康状况|疾病"
    r"|identity number|card number|account number|phone|address|illness",
    re.IGNORECASE,
)
LONGEST_HEADING = 12


@dataclass(frozen=True)
class Found:
    """One secret: what it looks like, and so much of it that its place is found again."""

    secret: Secret
    excerpt: str


def screen(text: object, against: frozenset[Secret] = CELL) -> Found | None:
    """The first thing in `text` that must not be public, if any; `against` says what to look for."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", str(text)))
    digits = plain.translate(_CHINESE_DIGITS)
    for secret, excerpt in (*_numbers(digits), *_words(plain)):
        if secret in against:
            return Found(secret, _shortened(excerpt))
    return None


def refuse(text: object, against: frozenset[Secret], *, where: Text, field: str = "", row: int | None = None) -> None:
    """Raise a `Refusal` that names the row and the column when something in `text` must not be public."""
    found = screen(text, against)
    if found is None:
        return
    params = {"where": where, "what": LABELS[found.secret], "excerpt": found.excerpt, "row": row}
    sentence = (
        _("“%(where)s” holds what looks like %(what)s: %(excerpt)s")
        if row is None
        else _("Row %(row)d, column “%(where)s” holds what looks like %(what)s: %(excerpt)s")
    )
    remedy = REMEDIES.get(found.secret, _REMEDY)
    raise Refusal(sentence, params, code="personal_data", remedy=remedy, field=field, row=row, column=str(where))


def _numbers(text: str) -> Iterator[tuple[Secret, str]]:
    if sum(map(str.isdigit, text)) < FEWEST_DIGITS:
        return
    for masked in _MASKED.finditer(text):
        yield Secret.IDENTITY, masked.group()
    for solid in _SOLID.finditer(text):
        yield _long(solid.group()), solid.group()
    for grouped in _GROUPED_CARD.finditer(text):
        digits = re.sub(r"\D", "", grouped.group())
        if len(digits) >= 16 and luhn.is_valid(digits):
            yield Secret.CARD, grouped.group()
    for run in _RUN.finditer(text):
        if _holds_identity(re.sub(r"[^\dXx]", "", run.group())):
            yield Secret.IDENTITY, run.group()
    for phone in _PHONE.finditer(text):
        yield Secret.PHONE, phone.group()
    for landline in _LANDLINE.finditer(text):
        yield Secret.LANDLINE, landline.group()


def _words(text: str) -> Iterator[tuple[Secret, str]]:
    for secret, pattern in ((Secret.ADDRESS, _HOME), (Secret.ADDRESS, _STREET), (Secret.ILLNESS, _ILLNESS)):
        for match in pattern.finditer(text):
            yield secret, match.group()
    if len(text) <= LONGEST_HEADING and (heading := _HEADINGS.search(text)):
        yield Secret.HEADING, heading.group()


def _long(digits: str) -> Secret:
    """Fifteen digits or more in one piece: an identity number when a birth date stands where one has it, else an account."""
    return Secret.IDENTITY if len(digits) in (15, 18) and _has_birth(digits) else Secret.CARD


def _has_birth(digits: str) -> bool:
    written = digits[6:14] if len(digits) == 18 else f"19{digits[6:12]}"
    try:
        date(int(written[:4]), int(written[4:6]), int(written[6:]))
    except ValueError:
        return False
    return digits[:2] in identity.PROVINCES


def _holds_identity(signs: str) -> bool:
    """Whether eighteen signs in a row are an identity number whose check sign fits; chance makes one in thousands."""
    for at in range(len(signs) - 17):
        piece = signs[at : at + 18]
        if piece[:17].isdigit() and _has_birth(piece) and identity.check_sign(piece[:17]) == piece[17].upper():
            return True
    return False


def _shortened(excerpt: str) -> str:
    """The first and last signs only: the sentence goes into logs and the screen of somebody else."""
    excerpt = excerpt.strip()
    return excerpt if len(excerpt) <= 8 else f"{excerpt[:3]}…{excerpt[-2:]}"
