"""The staff of the demo: one account for each role, and a town officer for each town.

The password is the same for all and stands in the guides: the demo is for looking at, not for an office.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from yigang.foundation.enums import Role

PASSWORD = "pingba-2020-demo"  # noqa: S105 - meant to be known
COUNTY = "520403"
FIRST_TOWN, FIRST_VILLAGE = "520403101", "520403101204"
"""白云镇 and its village 平元, where the guides begin."""
KINDS = ("街道", "镇", "乡", "回族苗族", "布依族苗族")


@dataclass(frozen=True)
class Account:
    """A demo account, with the password that opens it."""

    username: str
    name: str
    role: Role
    prefixes: tuple[str, ...]
    password: str = PASSWORD

    @property
    def role_label(self) -> str:
        return str(self.role.label)


LISTED = (
    Account("county", "韦明", Role.COUNTY_MANAGER, (COUNTY,)),
    Account("deputy", "覃晓东", Role.COUNTY_MANAGER, (COUNTY,)),
    Account("town", "罗秀兰", Role.TOWN_OFFICER, (FIRST_TOWN,)),
    Account("station", "潘志刚", Role.STATION_OFFICER, (FIRST_TOWN,)),
    Account("village", "班小云", Role.VILLAGE_CLERK, (FIRST_VILLAGE,)),
    Account("finance", "岑玉珍", Role.FINANCE, (COUNTY,)),
    Account("inspector", "熊国平", Role.INSPECTOR, (COUNTY,)),
    Account("archivist", "伍桂芬", Role.ARCHIVIST, (COUNTY,)),
    Account("auditor", "石文清", Role.AUDITOR, (COUNTY,)),
    Account("leader", "龙家和", Role.LEADER, (COUNTY,)),
    Account("admin", "田启明", Role.SYSTEM_ADMIN, (COUNTY,)),
)
"""One for each role that signs in on a computer, and a second county manager, because nobody approves his own work."""

SURVEYORS = (
    Account("survey-1", "林业考察一组", Role.STATION_OFFICER, (COUNTY,)),
    Account("survey-2", "林业考察二组", Role.STATION_OFFICER, (COUNTY,)),
)
"""Two who go to every applicant's home and mark; both sign in like the others and are not printed."""
INSPECTORS = (
    Account("inspect-2", "督查二组", Role.INSPECTOR, (COUNTY,)),
    Account("inspect-3", "督查三组", Role.INSPECTOR, (COUNTY,)),
)
"""With the inspector three groups, as the policies of village teams ask; not printed either."""
CLERKS = (
    Account("village-qibo", "田正华", Role.VILLAGE_CLERK, ("520403107200",)),
    Account("village-wenming", "简玉兰", Role.VILLAGE_CLERK, ("520403001002",)),
)
"""The village from which the town's seventeen come, and the street's first, which counts papers of a review."""


def listed() -> Sequence[Account]:
    """The accounts that the program prints when it starts."""
    return LISTED


def of_region(prefix: str) -> list[Account]:
    """The same offices for another region than the district: `county-3704` and so on."""
    offices = [account for account in LISTED if account.prefixes == (COUNTY,)]
    return [Account(f"{one.username}-{prefix}", one.name, one.role, (prefix,)) for one in offices]


def of_towns(villages: pl.DataFrame) -> list[Account]:
    """A town officer for every other town, such as `gaofeng` for 高峰镇."""
    towns = villages.select("town_code", "town").unique(maintain_order=True).iter_rows()
    return [
        Account(_spelled(town), f"{town}经办员", Role.TOWN_OFFICER, (code,))
        for code, town in towns
        if code != FIRST_TOWN
    ]


def _spelled(town: str) -> str:
    from pypinyin import lazy_pinyin

    for kind in KINDS:
        if len(town) - len(kind) >= 2:
            town = town.removesuffix(kind)
    return "".join(lazy_pinyin(town))
