"""Who may inspect, who puts right, who meets. Before a visit begins nobody but its group and whoever drew knows of it."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_OVERSIGHT = capability(
    "oversight.read", _("See inspections and what became of them"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
DRAW = capability("oversight.draw", _("Draw the week's inspections"), Role.INSPECTOR)
INSPECT = capability("oversight.inspect", _("Inspect and hand in visit sheets"), Role.INSPECTOR)
ENTER_FINDINGS = capability(
    "oversight.enter_findings", _("Enter points to be put right"), Role.INSPECTOR, Role.COUNTY_MANAGER
)
PUT_RIGHT = capability(
    "oversight.put_right", _("Report points as put right"), Role.TOWN_OFFICER, Role.STATION_OFFICER, Role.COUNTY_MANAGER
)
PUT_RIGHT_OWN = capability(
    "oversight.put_right_own",
    _("Report what one answers for oneself as put right"),
    *PUT_RIGHT.roles,
    Role.VILLAGE_CLERK,
)
"""A village clerk reports what a meeting of the village asked for or what names the clerk's account, and sees no other point."""
ACCEPT = capability("oversight.accept", _("Accept what was put right"), Role.INSPECTOR, Role.COUNTY_MANAGER)
INTERVIEW = capability(
    "oversight.interview",
    _("Hold interviews and give warnings"),
    Role.INSPECTOR,
    Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER,
)
ORDER_RECALL = capability("oversight.order_recall", _("Order recalls"), Role.COUNTY_MANAGER)
DECIDE = capability("oversight.decide", _("Decide about proposed consequences"), Role.COUNTY_MANAGER)
TELL = capability(
    "oversight.tell", _("Tell people of consequences and note their answer"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
FIND_ANOMALIES = capability("oversight.find_anomalies", _("Look for anomalies"), Role.INSPECTOR, Role.COUNTY_MANAGER)
ANSWER_ANOMALIES = capability("oversight.answer_anomalies", _("Answer anomalies"), Role.INSPECTOR, Role.COUNTY_MANAGER)
READ_MEETINGS = capability(
    "oversight.read_meetings", _("See meetings and their minutes"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
HOLD_MEETING = capability(
    "oversight.hold_meeting", _("Write the minutes of the own level's meetings"), Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER, Role.VILLAGE_CLERK,
)  # fmt: skip
