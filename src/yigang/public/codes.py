"""Codes by short message: six digits that show that a telephone is at hand. Nothing is kept on the server but a count.

The form carries a token: the telephone, encrypted, and a seal over telephone and code. It lives ten minutes and takes five
tries.
"""

import base64
import hashlib
import hmac
import secrets
from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.utils.translation import gettext as _

from yigang.foundation import sms, throttle
from yigang.foundation.errors import Refusal
from yigang.foundation.secrets import SENDER, vault

LIVES = timedelta(minutes=10)
TRIES = 5
SALT = "yigang.public.codes"


def send(phone: str, *, really: bool) -> str:
    """A token for this telephone. With `really` the code goes out; without, nobody learns that it did not."""
    carrier = sms.sender()
    if carrier is None:
        raise Refusal(_("No codes can be sent here."), remedy=_("Apply with the village clerk."))
    nonce, code = secrets.token_urlsafe(12), f"{secrets.randbelow(10**6):06d}"
    if really:
        carrier.send(phone, _("Your code is %(code)s. It holds for ten minutes. Tell it to nobody.") % {"code": code})
    hidden = base64.urlsafe_b64encode(vault().encrypt(phone, SENDER)).decode()
    return signing.dumps([nonce, hidden, _seal(nonce, phone, code)], salt=SALT)


def phone_of(token: str, code: str) -> str:
    """The telephone of a token whose code is right; a `Refusal` else."""
    try:
        nonce, hidden, seal = signing.loads(token, salt=SALT, max_age=LIVES)
    except (signing.BadSignature, ValueError) as error:
        raise Refusal(_("The code is too old."), field="code", remedy=_("Ask for a new one.")) from error
    if throttle.tries(f"code:{nonce}", per=timedelta(hours=1)) > TRIES:
        raise Refusal(_("The code was tried too often."), field="code", remedy=_("Ask for a new one."))
    phone = vault().decrypt(base64.urlsafe_b64decode(hidden), SENDER)
    if not hmac.compare_digest(seal, _seal(nonce, phone, code.strip())):
        raise Refusal(_("The code is not right."), field="code", remedy=_("Compare it with the message."))
    return phone


def _seal(nonce: str, phone: str, code: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"{nonce}:{phone}:{code}".encode(), hashlib.sha256).hexdigest()
