"""The process's vault: keys from `YIGANG_KEYS`, or a file under `var/` that is made with mode 600 on first use."""

from functools import cache

from django.conf import settings

from yigang.foundation.vault import Vault, open_vault

IDENTITY, CARD, IMPORT_PLAN, SENDER, FILE = "identity", "card", "import_plan", "sender", "file"
SIGNIN_CODE, DRAW_SEED = "signin_code", "draw_seed"
SOURCE_SECRET, PULLED_PAGE = "source_secret", "pulled_page"
CARD_READING = "card_reading"
REVIEW_CODE = "review_code"
"""The fields a ciphertext or an index can belong to; it opens as no other."""


@cache
def vault() -> Vault:
    return open_vault(settings.VAR / "keys")
