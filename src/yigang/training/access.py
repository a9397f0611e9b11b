"""Who trains: the county plans and keeps the bank and the papers, towns and stations hold sessions and follow up."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_TRAINING = capability(
    "training.read", _("See plans, sessions and results of training"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
PLAN = capability("training.plan", _("Plan training and courses"), Role.COUNTY_MANAGER)
TEACH = capability(
    "training.teach",
    _("Hold sessions and enter who came"),
    Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER,
    Role.STATION_OFFICER,
)
KEEP_BANK = capability("training.keep_bank", _("Keep the question bank"), Role.COUNTY_MANAGER)
SET_PAPERS = capability("training.set_papers", _("Draw papers and hold contests"), Role.COUNTY_MANAGER)
ENTER_SCORES = capability(
    "training.enter_scores",
    _("Enter tests written on paper"),
    Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER,
    Role.STATION_OFFICER,
)
FOLLOW_UP = capability(
    "training.follow_up",
    _("Have lacking training put right"),
    Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER,
    Role.STATION_OFFICER,
)
PROVE = capability(
    "training.prove", _("Hand in proof of training made up"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK,
)  # fmt: skip
