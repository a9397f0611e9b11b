"""Who may do what with money. The one who makes a batch never approves it; the database holds to that too."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_PAYMENTS = capability(
    "payment.read_payments", _("See funds, batches and payments"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.FINANCE,
    Role.INSPECTOR, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
MANAGE_FUNDS = capability("payment.manage_funds", _("Keep funds and budgets"), Role.FINANCE, Role.COUNTY_MANAGER)
CREATE_BATCH = capability("payment.create_batch", _("Make a batch for the bank"), Role.FINANCE)
APPROVE_BATCH = capability("payment.approve_batch", _("Approve a batch"), Role.COUNTY_MANAGER, Role.FINANCE)
CANCEL_BATCH = capability("payment.cancel_batch", _("Cancel a batch"), Role.FINANCE, Role.COUNTY_MANAGER)
EXPORT_BATCH = capability("payment.export_batch", _("Write the bank's file"), Role.FINANCE)
READ_RETURN = capability("payment.read_return", _("Read the bank's return"), Role.FINANCE)
PROPOSE_HOLD = capability(
    "payment.propose_hold", _("Propose to hold somebody's pay back"), Role.INSPECTOR, Role.TOWN_OFFICER,
    Role.COUNTY_MANAGER, Role.FINANCE,
)  # fmt: skip
SET_HOLD = capability("payment.set_hold", _("Hold somebody's pay back, and lift it"), Role.COUNTY_MANAGER, Role.FINANCE)
TELL_HOLD = capability(
    "payment.tell_hold", _("Tell people that their pay is held back and note their answer"), Role.COUNTY_MANAGER,
    Role.TOWN_OFFICER, Role.FINANCE,
)  # fmt: skip
