"""Who may give and end posts: the town employs (乡聘), the county may for all its towns."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

EMPLOY = capability("tenure.employ", _("Appoint people"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
RELEASE = capability("tenure.release", _("End appointments"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
