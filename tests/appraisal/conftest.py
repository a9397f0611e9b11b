"""A village that is asked for its review: a policy with a mark for it, three post holders, households with a code each."""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.people.factories import VILLAGE, make_household, make_person
from tests.posts.factories import make_post, make_programme

from yigang.appraisal import ballots, reviews
from yigang.appraisal.enums import Period
from yigang.appraisal.models import Review
from yigang.policy import policies_folder
from yigang.posts.models import Programme
from yigang.tenure.models import Appointment

SECTION = """    review:
      mark: 民主评议
      choices: [{name: 好, points: 100}, {name: 较好, points: 77.5}, {name: 差, points: 0}]
      quorum: 1/2
      cites: 试验办法 第七条
    month:
"""
MARK = "        - {name: 民主评议, mark: review, most: 20, cites: 试验办法 第七条}\n"


@pytest.fixture
def asking_policy(tmp_path, monkeypatch) -> str:
    """The code of a policy whose month asks the village for a review."""
    text = (policies_folder() / "huoqiu-rural-post.yaml").read_text("utf-8")
    text = text.replace("huoqiu-rural-post", "asking").replace("    month:\n", SECTION, 1)
    text = text.replace("      grades:  ", f"{MARK}      grades:  ", 1)
    (tmp_path / "asking.yaml").write_text(text, "utf-8")
    monkeypatch.setenv("YIGANG_POLICIES", str(tmp_path))
    return "asking"


@dataclass
class Village:
    """What the tests vote about. The first holder lives in the first household."""

    programme: Programme
    holders: list[Appointment]
    review: Review
    codes: list[str]

    def ballot(self, number: int) -> ballots.Ballot:
        return ballots.ballot_of(self.codes[number])

    def vote(self, number: int, *choices: int) -> None:
        """The household's word for each holder it is asked about, in their order."""
        ballot = self.ballot(number)
        ballots.cast(ballot, {held.pk: choice for held, choice in zip(ballot.holders, choices, strict=True)})


def open_for(programme: Programme, actor, *, first: date = date(2021, 7, 1)) -> Review:
    today = timezone.localdate()
    asked = reviews.Asked(programme, VILLAGE, Period.MONTH, first, today, today + timedelta(days=7))
    return reviews.open_review(asked, actor=actor)


def make_village(policy_code: str, town_officer, households: int = 6) -> Village:
    programme = make_programme("posts", policy_code=policy_code, kind="public_welfare")
    homes = [make_household(str(number)) for number in range(1, households + 1)]
    people = [make_person(f"户主{number}", number, household=home) for number, home in enumerate(homes, start=1)]
    holders = [
        Appointment.objects.create(
            region_code=VILLAGE, person=person, programme=programme, starts=date(2020, 1, 1),
            post=make_post(programme, f"G{number}", kind="保洁员"),
        )
        for number, person in enumerate(people[:1] + people[-1:], start=1)
    ]  # fmt: skip
    review = open_for(programme, town_officer)
    printed = ballots.print_slips(review.slips.all(), review, actor=town_officer)
    codes = {slip.household_id: code for slip, code in printed}
    return Village(programme, holders, review, [codes[home.pk] for home in homes])


@pytest.fixture
def village(db, asking_policy, town_officer) -> Village:
    return make_village(asking_policy, town_officer)
