"""What is to be built: the district of the story, or a city and more for measuring."""

from dataclasses import dataclass
from datetime import date

KNOWN, POSTS = 755, 230
"""Pingba, July 2020: rangers known since 2017, and those in posts."""
CITY_PEOPLE, CITY_URBAN = 15_455, 2_404
"""Zaozhuang, 2022: people placed, and the urban ones among them."""
LARGEST_CITY = 60_000


@dataclass(frozen=True)
class Plan:
    """Everything the generator depends on; the same plan gives the same bytes.

    `prefix` is the region's code as far as it is significant, `people` how many are known, `posts` how many of them
    serve. `months` are first days in order; the last one is left open, those before are settled and paid. A plan with
    `planted` has a roster for the term before, and the known cases. `issuer` begins every card, so that a district and
    a city in one database share none.
    """

    slug: str
    prefix: str
    programme: str
    programme_name: str
    kind: str
    policy: str
    post_kind: str
    people: int
    posts: int
    urban: int
    months: tuple[date, ...]
    planted: bool = True
    issuer: str = "629999"
    seed: int = 20200701

    @property
    def open_month(self) -> date:
        return self.months[-1]

    @property
    def closed_months(self) -> tuple[date, ...]:
        return self.months[:-1]

    @property
    def term(self) -> tuple[date, date]:
        """First and last day of the term that the open month lies in: July to June."""
        year = self.open_month.year - (self.open_month.month < 7)
        return date(year, 7, 1), date(year + 1, 6, 30)

    @property
    def chosen(self) -> bool:
        """Whether the round that chose the holders of the term is told: where the term before it is."""
        return self.planted and self.months[0] < self.term[0]

    @property
    def term_before(self) -> tuple[date, date]:
        first, last = self.term
        return first.replace(year=first.year - 1), last.replace(year=last.year - 1)


def months_until(last: date, count: int) -> tuple[date, ...]:
    """First days of `count` months, the last of them `last`."""
    numbers = range(last.year * 12 + last.month - count, last.year * 12 + last.month)
    return tuple(date(number // 12, number % 12 + 1, 1) for number in numbers)


def pingba(*, months: int = 12, people: int = KNOWN, posts: int = POSTS, prefix: str = "520403") -> Plan:
    """The district of the story: July 2020 open, the months before it closed."""
    return Plan(
        slug="pingba", prefix=prefix, programme="pingba-ranger-2020", programme_name="平坝区生态护林员", kind="ranger",
        policy="pingba-ranger", post_kind="生态护林员", people=people, posts=posts, urban=0,
        months=months_until(date(2020, 7, 1), months),
    )  # fmt: skip


def city(people: int, *, months: int = 1) -> Plan:
    """Public-welfare posts of a city, beyond its size of the whole province; everybody known is in a post."""
    return Plan(
        slug=f"shandong-{people}", prefix="3704" if people <= LARGEST_CITY else "37",
        programme=f"public-welfare-{people}", programme_name="城乡公益性岗位", kind="public_welfare", policy="rural-post-400",
        post_kind="公益性岗位", people=people, posts=people, urban=round(people * CITY_URBAN / CITY_PEOPLE),
        months=months_until(date(2022, 9, 1), months), planted=False, issuer="629997", seed=20220901,
    )  # fmt: skip
