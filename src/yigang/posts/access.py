"""Who may set up programmes and posts: the county builds (县建), on what villages, stations and departments ask for."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_POSTS = capability(
    "posts.read", _("See programmes and posts"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER,
    Role.VILLAGE_CLERK, Role.FINANCE, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
BUILD_PROGRAMMES = capability("posts.build_programmes", _("Set up programmes"), Role.COUNTY_MANAGER)
BUILD_POSTS = capability("posts.build_posts", _("Set up posts and their head-count"), Role.COUNTY_MANAGER)
KEEP_KINDS = capability("posts.keep_kinds", _("Keep the list of post kinds"), Role.COUNTY_MANAGER)
KEEP_STATIONS = capability("posts.keep_stations", _("Keep service stations"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
SET_QUOTAS = capability("posts.set_quotas", _("Set quotas of places and money"), Role.COUNTY_MANAGER)
REQUEST_POSTS = capability(
    "posts.request", _("Ask for posts"), Role.VILLAGE_CLERK, Role.STATION_OFFICER, Role.TOWN_OFFICER,
    Role.COUNTY_MANAGER,
)  # fmt: skip
CHECK_REQUESTS = capability("posts.check_requests", _("Check requests for posts"), Role.TOWN_OFFICER)
APPROVE_REQUESTS = capability("posts.approve_requests", _("Approve requests for posts"), Role.COUNTY_MANAGER)
