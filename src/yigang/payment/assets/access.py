"""Who may do what with the income of village assets."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_ASSETS = capability(
    "payment.read_assets", _("See village assets and their ledger"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.VILLAGE_CLERK, Role.FINANCE, Role.INSPECTOR, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
KEEP_ASSETS = capability(
    "payment.keep_assets", _("Record and spend the income of village assets"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.FINANCE,
)  # fmt: skip
