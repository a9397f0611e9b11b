"""Who may hand in registers, compare, and decide what was found."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

LOAD_REGISTERS = capability(
    "recruitment.load_registers", _("Hand in registers for comparison"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
COMPARE = capability(
    "recruitment.compare", _("Compare applicants with registers"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
READ_HITS = capability(
    "recruitment.read_hits", _("See what a comparison has found"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.INSPECTOR,
    Role.AUDITOR,
)  # fmt: skip
DECIDE_HITS = capability(
    "recruitment.decide_hits", _("Confirm or dismiss hits"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER
)
