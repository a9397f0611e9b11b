"""Who may do what. Each chapter's `access.py` declares its capabilities; every verb asks `require` first."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from yigang.foundation import regioncode
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import User

REGISTRY: dict[str, "Capability"] = {}
"""Every declared capability by its code, for the page that explains roles and for the tests."""


@dataclass(frozen=True)
class Capability:
    """Something a role may do, in the words of the work."""

    code: str
    label: Promise
    roles: frozenset[Role]


def capability(code: str, label: Promise, *roles: Role) -> Capability:
    """Declare a capability; a code is declared once."""
    assert code not in REGISTRY, code
    REGISTRY[code] = Capability(code, label, frozenset(roles))
    return REGISTRY[code]


@dataclass(frozen=True)
class Decision:
    """Whether, and if not, the sentence why."""

    allowed: bool
    why: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def may(actor: User, what: Capability, region_code: str | None = None) -> Decision:
    """Decide, with the reason. `region_code` None asks whether the role ever may."""
    if not actor.is_active:
        return Decision(False, _("This account is closed."))
    if Role(actor.role) not in what.roles:
        roles = _(", ").join(str(role.label) for role in sorted(what.roles, key=list(Role).index))
        return Decision(False, _("“%(what)s” is for: %(roles)s.") % {"what": what.label, "roles": roles})
    if region_code is not None and not regioncode.covers(actor.prefixes, region_code):
        return Decision(False, _("This lies outside the region you work in."))
    return Decision(True)


def require(actor: User, what: Capability, region_code: str | None = None) -> None:
    """Raise `Forbidden` unless the actor may."""
    decision = may(actor, what, region_code)
    if not decision:
        raise Forbidden(decision.why)


def refuse_own(actor: User, *, name: str, phone: str) -> None:
    """Raise `Refusal` (`own_case`) where somebody on file, by name and phone, may be the actor: nobody decides about himself.

    The same number is the same person. So is the same name, unless both have a number and these differ.
    """
    same_phone = bool(phone) and actor.phone == phone
    same_name = bool(name) and actor.name == name and not (phone and actor.phone)
    if same_phone or same_name:
        raise Refusal(
            _lazy("This is about yourself, by name or phone number; nobody decides about himself."), code="own_case",
            remedy=_lazy("Let somebody else decide it. Is it somebody else of that name, write both phone numbers down."),
        )  # fmt: skip


MANAGE_USERS = capability("foundation.manage_users", _lazy("Manage accounts"), Role.SYSTEM_ADMIN, Role.COUNTY_MANAGER)
MANAGE_CALENDAR = capability("foundation.manage_calendar", _lazy("Change working days"), Role.COUNTY_MANAGER)
REVEAL = capability(
    "foundation.reveal", _lazy("See personal data unmasked"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER,
    Role.STATION_OFFICER, Role.VILLAGE_CLERK, Role.FINANCE, Role.ARCHIVIST,
)  # fmt: skip
READ_AUDIT = capability("foundation.read_audit", _lazy("Read the audit trail"), Role.AUDITOR, Role.COUNTY_MANAGER)
