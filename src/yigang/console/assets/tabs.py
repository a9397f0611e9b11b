"""The pages of village assets."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.console.tenure.tabs import Offer
from yigang.console.tenure.tabs import frame as framed
from yigang.foundation.models import User
from yigang.payment.assets.access import KEEP_ASSETS

TABS = (
    ("assets", _("Balances of the ledger")),
    ("assets-ledger", _("Allocation ledger")),
    ("assets-list", _("Assets")),
)
SPEND = Offer(_("Enter a spending"), "assets-spend", "cash", KEEP_ASSETS)
TABLE = Offer(_("Take in a table"), "import-new", "upload", KEEP_ASSETS, query="kind=asset_income")
ADD = Offer(_("Add an asset"), "assets-new", "plus", KEEP_ASSETS)


def frame(actor: User, current: str, *offers: Offer) -> dict[str, Any]:
    """For the template's context."""
    return framed(actor, current, *offers, tabs=TABS, name=_("Village assets"))
