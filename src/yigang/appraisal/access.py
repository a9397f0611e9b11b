"""Who may judge a month, and whose word counts for which mark."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import Capability, capability
from yigang.foundation.enums import Role

GIVE_MARK = capability(
    "appraisal.give_mark", _("Give the town's marks"), Role.TOWN_OFFICER, Role.STATION_OFFICER
)  # fmt: skip
GIVE_VILLAGE_MARK = capability(
    "appraisal.give_village_mark", _("Give the village's marks"), Role.TOWN_OFFICER, Role.STATION_OFFICER,
    Role.VILLAGE_CLERK,
)  # fmt: skip
RECORD_YEAR = capability(
    "appraisal.record_year", _("Record the results of the year"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
READ_UNITS = capability(
    "appraisal.read_units", _("See units, their points and rankings"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.INSPECTOR, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
KEEP_UNITS = capability(
    "appraisal.keep_units", _("Keep the list of units and who is bound to them"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
GIVE_UNIT_POINTS = capability(
    "appraisal.give_unit_points", _("Give units their points"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.INSPECTOR,
)  # fmt: skip
CLOSE_RANKING = capability(
    "appraisal.close_ranking", _("Close rankings of units"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
CLOSE_PERIOD = capability(
    "appraisal.close_period", _("Close and reopen quarters and years"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
READ_PERIODS = capability(
    "appraisal.read_periods", _("See the results of quarters and years"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.INSPECTOR, Role.AUDITOR, Role.LEADER, Role.FINANCE,
)  # fmt: skip
RECORD_FINDING = capability(
    "appraisal.record_finding", _("Record absences found at inspections"), Role.INSPECTOR, Role.COUNTY_MANAGER
)
READ_POINTS = capability(
    "appraisal.read_points", _("See points and honours of people"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.INSPECTOR, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
GIVE_POINTS = capability(
    "appraisal.give_points", _("Give people points, as far as the clause names the role"), Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER, Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.INSPECTOR,
)  # fmt: skip
TAKE_BACK_POINTS = capability(
    "appraisal.take_back_points", _("Take back points of people"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER,
)  # fmt: skip
GIVE_HONOURS = capability(
    "appraisal.give_honours", _("Give honours and open votes about them"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
VOTE_HONOURS = capability(
    "appraisal.vote_honours", _("Vote about honours where named"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.INSPECTOR, Role.LEADER,
)  # fmt: skip
READ_REVIEWS = capability(
    "appraisal.read_reviews", _("See villagers' reviews and appeals"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.INSPECTOR, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
RUN_REVIEW = capability(
    "appraisal.run_review", _("Open and close villagers' reviews, print their slips"), Role.TOWN_OFFICER, Role.STATION_OFFICER
)  # fmt: skip
KEEP_PAPERS = capability(
    "appraisal.keep_papers", _("Hand out and count papers of villagers' reviews"), Role.TOWN_OFFICER, Role.STATION_OFFICER,
    Role.VILLAGE_CLERK,
)  # fmt: skip
FILE_APPEAL = capability(
    "appraisal.file_appeal", _("Write down appeals for post holders"), Role.TOWN_OFFICER, Role.STATION_OFFICER,
    Role.VILLAGE_CLERK, Role.COUNTY_MANAGER,
)  # fmt: skip
DECIDE_APPEAL = capability("appraisal.decide_appeal", _("Decide appeals"), Role.TOWN_OFFICER, Role.COUNTY_MANAGER)

VILLAGE_MARKS = frozenset({"village", "review", "democratic"})
"""Codes of marks that the village itself reports: its own and the democratic review (民主评议)."""


def capability_for(mark: str) -> Capability:
    """The capability that a mark with this code in the policy asks for."""
    return GIVE_VILLAGE_MARK if mark in VILLAGE_MARKS else GIVE_MARK
