"""Receipt numbers: thirteen random digits and a check digit, in groups that an old hand can copy from a screen.

Fourteen digits are no card number (16 to 19), identity number (15 or 18) or phone number (11). Forty-three random bits
beside the limit on look-ups make guessing hopeless; the check digit (ISO 7064 MOD 11,10) tells a slip of the pen apart
from a number that does not exist.
"""

import secrets
import unicodedata

from stdnum.iso7064 import mod_11_10

DIGITS = 13


def fresh() -> str:
    """A new number; the unique constraint sees to the one in ten trillion."""
    body = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    return body + mod_11_10.calc_check_digit(body)


def normalise(text: str) -> str:
    """What was typed, without spaces, hyphens and full-width forms."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())


def is_sound(receipt: str) -> bool:
    """Whether the check digit fits; a number that does not was copied wrongly."""
    return len(receipt) == DIGITS + 1 and receipt.isascii() and receipt.isdigit() and bool(mod_11_10.is_valid(receipt))


def show(receipt: str) -> str:
    """`1234-5678-9012-34`."""
    return "-".join(receipt[at : at + 4] for at in range(0, len(receipt), 4))
