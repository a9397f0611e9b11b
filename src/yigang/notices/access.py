"""Who may write, publish and take down notices, and who checks and answers what is said against them."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_NOTICES = capability(
    "notices.read", _("See notices"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER,
    Role.VILLAGE_CLERK, Role.FINANCE, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
DRAFT_NOTICES = capability(
    "notices.draft", _("Write notices"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER
)
PUBLISH_NOTICES = capability(
    "notices.publish", _("Publish, close and take down notices"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
PHOTOGRAPH_NOTICES = capability(
    "notices.photograph", _("Add photos of the posted notice"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK,
)  # fmt: skip
SET_RULES = capability("notices.set_rules", _("Set the county's rules for notices"), Role.COUNTY_MANAGER)
READ_OBJECTIONS = capability(
    "notices.read_objections", _("See objections and complaints"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.INSPECTOR, Role.AUDITOR,
)  # fmt: skip
ASSIGN_OBJECTIONS = capability(
    "notices.assign_objections", _("Name who checks an objection"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
RECHECK_OBJECTIONS = capability(
    "notices.recheck_objections", _("Check an objection again"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.INSPECTOR,
)  # fmt: skip
ANSWER_OBJECTIONS = capability(
    "notices.answer_objections", _("Decide and answer objections"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
RECORD_OBJECTIONS = capability(
    "notices.record_objections", _("Write down an objection that came by word or on paper"), Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER, Role.STATION_OFFICER, Role.VILLAGE_CLERK,
)  # fmt: skip
