"""Who may do what in a round. Which role acts in which step is the policy's word; here is who may at all."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_ROUNDS = capability(
    "recruitment.read", _("See rounds and applications"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER,
    Role.VILLAGE_CLERK, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
OPEN_ROUND = capability("recruitment.open_round", _("Open and steer rounds"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
TAKE_APPLICATIONS = capability(
    "recruitment.take_applications", _("Take applications"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK,
)  # fmt: skip
JUDGE = capability(
    "recruitment.judge", _("Review and decide on applicants"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.FINANCE, Role.INSPECTOR, Role.LEADER, Role.ARCHIVIST,
)  # fmt: skip
READ_POOL = capability(
    "recruitment.read_pool", _("See the reserve pool and who is proposed"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
KEEP_POOL = capability("recruitment.keep_pool", _("Renew the reserve pool"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
PROPOSE_REPLACEMENT = capability(
    "recruitment.propose_replacement", _("Propose somebody from the pool for a vacancy"), Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER,
)  # fmt: skip
CONFIRM_REPLACEMENT = capability(
    "recruitment.confirm_replacement", _("Confirm who fills a vacancy"), Role.COUNTY_MANAGER
)
MATCH = capability(
    "recruitment.match", _("Match people with posts, decide the proposals"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
