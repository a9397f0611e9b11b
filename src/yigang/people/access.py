"""Who may read and keep the register of people. The county builds the files, the town and the village keep contact data."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_PEOPLE = capability(
    "people.read", _("See people"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER, Role.VILLAGE_CLERK,
    Role.FINANCE, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
KEEP_PEOPLE = capability(
    "people.keep", _("Register and correct people and households"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
KEEP_CONTACTS = capability(
    "people.keep_contacts", _("Change phone and photo"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK,
)  # fmt: skip
KEEP_ACCOUNTS = capability(
    "people.keep_accounts", _("Change bank accounts"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.FINANCE
)
IMPORT_REGISTER = capability("people.import_register", _("Load the labour-force register"), Role.COUNTY_MANAGER)
REVIEW_REGISTER = capability(
    "people.review_register", _("Look through the register's differences"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
KEEP_PLACES = capability(
    "people.keep_places", _("Set where villages and households lie"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
SET_LISTS = capability("people.set_lists", _("Name the lists and write their rules"), Role.COUNTY_MANAGER)
NOTE_CONSENTS = capability(
    "people.note_consents",
    _("Note consents given on paper"),
    Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER,
    Role.VILLAGE_CLERK,
)
KEEP_INCOMES = capability(
    "people.keep_incomes",
    _("Keep the income of households"),
    Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER,
    Role.VILLAGE_CLERK,
)
SET_WARNING_LINE = capability("people.set_warning_line", _("Set the warning line of a year"), Role.COUNTY_MANAGER)
