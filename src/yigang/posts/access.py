"""Who may set up programmes and posts: the county builds (县建)."""

from django.utils.translation import gettext_lazy as _

from yigang.foundation.access import capability
from yigang.foundation.enums import Role

READ_POSTS = capability(
    "posts.read", _("See programmes and posts"), Role.COUNTY_MANAGER, Role.TOWN_OFFICER, Role.STATION_OFFICER,
    Role.VILLAGE_CLERK, Role.FINANCE, Role.INSPECTOR, Role.ARCHIVIST, Role.AUDITOR, Role.LEADER,
)  # fmt: skip
BUILD_PROGRAMMES = capability("posts.build_programmes", _("Set up programmes"), Role.COUNTY_MANAGER)
BUILD_POSTS = capability("posts.build_posts", _("Set up posts and their head-count"), Role.COUNTY_MANAGER)
