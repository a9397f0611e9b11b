"""Which programmes there are besides the rangers: whose rules, where in the district, how many people, from when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import partial

from yigang.demo.plan import months_until
from yigang.posts.enums import ProgrammeKind
from yigang.training.enums import Subject

YEAR = 12
ISSUER = "629996"
"""Begins every card of these people; the rangers' begin otherwise."""


@dataclass(frozen=True)
class System:
    """A programme by the rules of one source. `numbers` is the first person's number, so that no two people share one;
    `city` lends its county 99 to their identity numbers. People serve in the first `villages` of the `town`.

    `works` are the weekdays (1 to 7) on which everybody is due, `nights` those spent in the village. A year has `lessons` of
    `hours` each. `marks` name what is judged each month with the least and the most that is given.
    """

    code: str
    name: str
    kind: ProgrammeKind
    policy: str
    town: str
    villages: int
    people: int
    last_month: date
    numbers: int
    city: str
    post_kind: str
    duty: str
    letters: str
    subject: Subject
    course: str
    lessons: int
    hours: Decimal
    works: Sequence[int] = (1, 2, 3, 4, 5, 6)
    nights: Sequence[int] = ()
    marks: Sequence[tuple[str, int, int]] = ()
    log: str = "按排班完成当天工作，无异常。"
    clock: tuple[str, str] = ("08:00", "17:00")
    units: Sequence[str] = field(default=())
    """Units that send the people, one for every village."""
    opened: date | None = None
    """The first day of the round that chose the people, where it is told; others could not serve, or gave it up."""
    unable: int = 0
    withdrew: int = 0

    @property
    def applicants(self) -> int:
        """How many came to the round, or simply serve."""
        return self.people + self.unable + self.withdrew

    @property
    def paid(self) -> bool:
        return self.kind == ProgrammeKind.PUBLIC_WELFARE

    def months(self, count: int) -> tuple[date, ...]:
        """The last `count` months of its year."""
        return months_until(self.last_month, count)


_posts = partial(System, kind=ProgrammeKind.PUBLIC_WELFARE)
_team = partial(
    System, kind=ProgrammeKind.VILLAGE_TEAM, works=(1, 2, 3, 4, 5, 6), nights=(1, 2, 3, 4), clock=("07:30", "17:30"),
    post_kind="驻村工作队员", duty="宣传政策、走访农户、发展产业、办好实事", subject=Subject.OTHER,
    log="走访结对户，了解务工和产业情况，记入台账。",
)  # fmt: skip
STREET = _posts(
    code="street-welfare-2022", name="安平街道城乡公益性岗位", policy="zaozhuang-public-welfare", town="520403001", villages=5,
    people=20, last_month=date(2023, 3, 1), numbers=1_000, city="3704", post_kind="环境治理保洁员",
    duty="社区道路保洁、绿化养护", letters="JD", subject=Subject.SAFETY, course="公益岗日常管理和作业安全",
    lessons=2, hours=Decimal(4),
    marks=(("村居评定", 24, 30), ("镇街评定", 40, 50), ("民主评议", 15, 20)), log="清扫责任路段，清理绿化带杂物。",
)  # fmt: skip
TOWN = _posts(
    code="town-400-2021", name="齐伯镇农村公益性岗位", policy="rural-post-400", town="520403107", villages=1, people=17,
    last_month=date(2021, 12, 1), numbers=1_100, city="1522", post_kind="环境治理保洁员", duty="村巷道路保洁、公共设施维护",
    letters="QB", subject=Subject.SAFETY, course="农村公益性岗位作业安全",
    lessons=1, hours=Decimal(4), opened=date(2020, 12, 1), unable=5, withdrew=12,
    log="打扫村巷，清运垃圾。",
)  # fmt: skip
TEAMS = _team(
    code="teams-2021", name="驻村工作队（天龙镇）", policy="huaihua-team", town="520403103", villages=3, people=9,
    last_month=date(2021, 12, 1), numbers=1_200, city="4312", letters="ZC", course="驻村工作政策和业务知识",
    lessons=2, hours=Decimal(8),
    units=("区农业农村局", "区林业局", "区交通运输局"),
)  # fmt: skip
CADRES = _team(
    code="cadres-2021", name="驻村帮扶干部（乐平镇）", policy="maiji-team", town="520403106", villages=4, people=8,
    last_month=date(2022, 4, 1), numbers=1_300, city="6205", letters="BF", course="每周学习例会", lessons=10, hours=Decimal(2),
    units=("区教育局", "区民政局", "区水务局", "区住建局"),
)  # fmt: skip
SYSTEMS = (STREET, TOWN, TEAMS, CADRES)
