"""Who may bring files in. What a file of evidence may do is said by `duty.access`; a roster's is said here."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

IMPORT_ROSTER = capability("exchange.import_roster", _("Import rosters"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
MANAGE_TRACKERS = capability(
    "exchange.manage_trackers", _("Give trackers to people in posts"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK,
)  # fmt: skip
MANAGE_SOURCES = capability(
    "exchange.manage_sources", _("Connect DingTalk and WeCom, fetch attendance"), Role.COUNTY_MANAGER
)
