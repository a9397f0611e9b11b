"""Who may give and end posts: the town employs (乡聘), the county may for all its towns and confirms removals."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_TENURE = capability(
    "tenure.read", _("See who is in post"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER,
    Role.VILLAGE_CLERK, Role.FINANCE, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
EMPLOY = capability("tenure.employ", _("Appoint people"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
RELEASE = capability("tenure.release", _("End appointments"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
CONFIRM_EXIT = capability("tenure.confirm_exit", _("Confirm removals"), Role.COUNTY_MANAGER)
KEEP_TEAMS = capability("tenure.keep_teams", _("Keep teams and sending units"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
KEEP_LETTERS = capability(
    "tenure.keep_letters", _("Issue duty letters and note signatures"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.VILLAGE_CLERK,
)  # fmt: skip
PROVIDE = capability(
    "tenure.provide", _("Give out insurance, gear and leave"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER,
)  # fmt: skip
CERTIFY = capability(
    "tenure.certify", _("Record certificates of training"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER
)
ROTATE = capability("tenure.rotate", _("Run rotations"), Role.COUNTY_MANAGER)
SET_TEMPLATES = capability("tenure.set_templates", _("Set the template of agreements"), Role.COUNTY_MANAGER)
