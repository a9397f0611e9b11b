"""A question that people answer and programs mostly do not: 七加五等于几? Works offline, without script and cookie.

The question's token is signed and says nothing of its answer; it lives twenty minutes and is taken once, right or wrong.
It keeps simple robots out. What holds against a flood is the limits in `gate`.
"""

import hashlib
import hmac
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yigang.foundation import throttle

LIVES = timedelta(minutes=20)
SALT = "yigang.public.challenge"
NUMERALS = "零一二三四五六七八九十"
WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


@dataclass(frozen=True)
class Question:
    """What is asked, and the token that the form brings back."""

    text: str
    token: str


def ask() -> Question:
    """A new question in the language of the page."""
    one, two = secrets.randbelow(9) + 1, secrets.randbelow(9) + 1
    plus = bool(secrets.randbelow(2)) or one < two
    nonce = secrets.token_urlsafe(12)
    answer = one + two if plus else one - two
    numbers = WORDS if (get_language() or "").startswith("en") else NUMERALS
    sentence = _("What is %(one)s plus %(two)s?") if plus else _("What is %(one)s minus %(two)s?")
    token = signing.dumps([nonce, _seal(nonce, answer)], salt=SALT)
    return Question(sentence % {"one": numbers[one], "two": numbers[two]}, token)


def is_genuine(token: str) -> bool:
    """Whether we made this token in the last twenty minutes. Asks nothing of the database."""
    return _opened(token) is not None


def is_answered(token: str, answer: str) -> bool:
    """Whether the answer is right and the token was not used before. The token is used now."""
    opened = _opened(token)
    if opened is None or throttle.tries(f"challenge:{opened[0]}", per=timedelta(hours=1)) > 1:
        return False
    number = number_in(answer)
    return number is not None and hmac.compare_digest(opened[1], _seal(opened[0], number))


def number_in(text: str) -> int | None:
    """`12`, `１２`, `十二` or `twelve` as 12."""
    plain = unicodedata.normalize("NFKC", text).strip().lower()
    if plain.isascii() and plain.isdigit() and len(plain) < 4:
        return int(plain)
    if plain in WORDS:
        return WORDS.index(plain)
    if plain in ENGLISH_TEENS:
        return 11 + ENGLISH_TEENS.index(plain)
    if plain[:1] == "十" and len(plain) == 2 and plain[1] in NUMERALS:
        return 10 + NUMERALS.index(plain[1])
    return NUMERALS.index(plain) if len(plain) == 1 and plain in NUMERALS else None


ENGLISH_TEENS = ("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen")


def _opened(token: str) -> tuple[str, str] | None:
    try:
        nonce, seal = signing.loads(token, salt=SALT, max_age=LIVES)
    except (signing.BadSignature, ValueError):
        return None
    return nonce, seal


def _seal(nonce: str, answer: int) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{nonce}:{answer}".encode(), hashlib.sha256).hexdigest()
