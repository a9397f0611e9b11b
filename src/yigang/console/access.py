"""Who opens which part of the console. What is done there is asked again by the verb."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READERS = (
    Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.FINANCE, Role.INSPECTOR,
    Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
"""Staff who work with people's data. The system's administrator keeps accounts and jobs, and sees nobody's file."""

OPEN_TENURE = capability("console.tenure", _("Open the pages of people in posts"), *READERS)
OPEN_NOTICES = capability("console.notices", _("Open notices and objections"), *READERS)
OPEN_DUTY = capability("console.duty", _("Open attendance"), *READERS)
OPEN_MONTHS = capability("console.months", _("Open appraisal"), *READERS)
OPEN_IMPORTS = capability(
    "console.imports", _("Open imports"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER,
    Role.VILLAGE_CLERK, Role.AUDITOR, Role.INSPECTOR,
)  # fmt: skip
OPEN_OFFICE = capability("console.office", _("Open the office's pages"), *READERS, Role.SYSTEM_ADMIN)
