"""Who may bring evidence in, say whose it is, correct it, and confirm what a village entered."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

OFFICERS = (Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER)

IMPORT_EVIDENCE = capability("duty.import_evidence", _("Import attendance, leave and logs"), *OFFICERS)
DECLARE_COMPLETE = capability("duty.declare_complete", _("Declare a table complete"), *OFFICERS)
MATCH_PERSON = capability("duty.match_person", _("Say whose rows these are"), *OFFICERS)
WITHDRAW_EVIDENCE = capability("duty.withdraw_evidence", _("Withdraw an import of evidence"), *OFFICERS)
CORRECT_EVIDENCE = capability("duty.correct_evidence", _("Correct evidence by a new entry"), *OFFICERS)
ENTER_LEAVE = capability("duty.enter_leave", _("Enter leave"), *OFFICERS)
ENTER_PROXY = capability("duty.enter_proxy", _("Enter days kept on paper"), *OFFICERS, Role.VILLAGE_CLERK)
CONFIRM_PROXY = capability("duty.confirm_proxy", _("Confirm days kept on paper"), *OFFICERS, Role.VILLAGE_CLERK)
REVOKE_DEVICE = capability("duty.revoke_device", _("Revoke a lost phone"), *OFFICERS, Role.VILLAGE_CLERK)
KEEP_GROUND = capability("duty.keep_ground", _("Set areas, key points and routes"), *OFFICERS)
READ_PATROLS = capability("duty.read_patrols", _("Look at patrols"), *OFFICERS, Role.VILLAGE_CLERK, Role.INSPECTOR)
RECORD_TRACKS = capability("duty.record_tracks", _("Hand in tracks"), *OFFICERS, Role.VILLAGE_CLERK)
WITHDRAW_PATROL = capability("duty.withdraw_patrol", _("Withdraw a patrol"), *OFFICERS)

ASK_LEAVE = capability("duty.ask_leave", _("Ask for leave for somebody"), *OFFICERS, Role.VILLAGE_CLERK)
DECIDE_AT_VILLAGE = capability(
    "duty.decide_leave_village", _("Decide short leave in the village"), Role.VILLAGE_CLERK, Role.TOWN_OFFICER
)
DECIDE_AT_TOWN = capability(
    "duty.decide_leave_town", _("Decide leave for the town"), Role.TOWN_OFFICER, Role.COUNTY_MANAGER
)
DECIDE_AT_COUNTY = capability("duty.decide_leave_county", _("Decide leave for the county"), Role.COUNTY_MANAGER)
PAIR = capability("duty.pair", _("Pair helpers with households"), *OFFICERS)
ENTER_VISIT = capability("duty.enter_visit", _("Enter visits to households"), *OFFICERS, Role.VILLAGE_CLERK)
REPORT = capability("duty.report", _("Enter incidents and work results"), *OFFICERS, Role.VILLAGE_CLERK)
HANDLE_INCIDENT = capability("duty.handle_incident", _("Handle and close incidents"), *OFFICERS)
ISSUE_CODES = capability("duty.issue_codes", _("Give codes for signing in on the phone"), *OFFICERS, Role.VILLAGE_CLERK)
LOOK_INTO_RECORDS = capability(
    "duty.look_into_records", _("Look into records of phones that do not count"), *OFFICERS, Role.VILLAGE_CLERK
)
READ_FLAGS = capability(
    "duty.read_flags", _("Look at questions about evidence"), *OFFICERS, Role.VILLAGE_CLERK, Role.INSPECTOR
)
ANSWER_FLAGS = capability("duty.answer_flags", _("Answer questions about evidence"), *OFFICERS, Role.VILLAGE_CLERK)
REOPEN_FLAGS = capability("duty.reopen_flags", _("Open an answered question again"), *OFFICERS, Role.INSPECTOR)
