"""Who may do what on the way from a computed month to a sealed one."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_SETTLEMENTS = capability(
    "payment.read_settlements", _("See months and their lines"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.FINANCE, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
CALCULATE = capability("payment.calculate", _("Compute a month"), Role.TOWN_OFFICER, Role.COUNTY_MANAGER)
PUBLISH = capability("payment.publish", _("Publish a month in the village"), Role.TOWN_OFFICER)
SUBMIT = capability("payment.submit", _("Hand a month to the county"), Role.TOWN_OFFICER)
SEND_BACK = capability("payment.send_back", _("Send a month back to the town"), Role.COUNTY_MANAGER)
APPROVE = capability("payment.approve", _("Approve a month"), Role.COUNTY_MANAGER)
SEAL = capability("payment.seal", _("Seal a month"), Role.COUNTY_MANAGER)
ADJUST = capability("payment.adjust", _("Correct a sealed month"), Role.TOWN_OFFICER, Role.COUNTY_MANAGER)
VERIFY = capability(
    "payment.verify", _("Compute a sealed month again"), Role.COUNTY_MANAGER, Role.FINANCE, Role.INSPECTOR,
    Role.AUDITOR, Role.TOWN_OFFICER,
)  # fmt: skip
COMPARE_POLICIES = capability(
    "payment.compare_policies", _("Compare policies"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.LEADER,
    Role.AUDITOR,
)  # fmt: skip
