"""A programme that meets at three levels, in May 2021: villages weekly, the town monthly, the county each quarter."""

from dataclasses import dataclass
from datetime import date

from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.foundation.enums import Role
from yigang.foundation.models import User
from yigang.oversight import domain
from yigang.oversight.domain import Minutes
from yigang.oversight.models import Meeting
from yigang.policy import policies_folder
from yigang.posts.models import Programme
from yigang.tenure.domain import Terms, appoint
from yigang.tenure.enums import TrainingBasis

COUNTY, TOWN, VILLAGE, OTHER = "520403000000", "520403100000", "520403100201", "520403100202"
MONDAY, FRIDAY = date(2021, 5, 17), date(2021, 5, 21)
LEVELS = {"code: weekly": "village", "code: monthly": "town", "code: quarterly": "county"}


def policy_of_three_levels(folder) -> str:
    """The 400-yuan policy, its three meetings held by village, town and county; returns its code."""
    lines = (
        (policies_folder() / "rural-post-400.yaml").read_text("utf-8").replace("rural-post-400", "meets").splitlines()
    )
    for code, level in LEVELS.items():
        lines = [each.replace("level: town", f"level: {level}") if code in each else each for each in lines]
    (folder / "meets.yaml").write_text("\n".join(lines) + "\n", "utf-8")
    return "meets"


@dataclass
class World:
    programme: Programme
    clerk: User
    officer: User
    county: User


def make_meeting_world(folder, monkeypatch, make_user) -> World:
    """Two villages with one person each, in post since 1 May 2021."""
    code = policy_of_three_levels(folder)
    monkeypatch.setenv("YIGANG_POLICIES", str(folder))
    programme = make_programme(
        "meets", policy_code=code, kind="public_welfare", name="农村公益性岗位", starts=date(2021, 5, 1)
    )  # fmt: skip
    officer = make_user(Role.TOWN_OFFICER, "520403100", username="officer")
    for order, village in enumerate((VILLAGE, OTHER), 1):
        person = make_person(f"岗员{order}", order, region_code=village)
        post = make_post(programme, f"M{order:03d}", region_code=village)
        appoint(person, post, Terms(date(2021, 5, 1), None, training=TrainingBasis.TAKEN_OVER), actor=officer)
    return World(
        programme, make_user(Role.VILLAGE_CLERK, VILLAGE, username="clerk"), officer,
        make_user(Role.COUNTY_MANAGER, "520403", username="county"),
    )  # fmt: skip


def minutes(on: date = FRIDAY, **changes: object) -> Minutes:
    return Minutes(
        **{"on": on, "chair": "陈支书", "present": 8, "text": "通报一周出勤，安排清沟。", "names": "陈、李", **changes}
    )


def held(world: World, on: date = FRIDAY, **changes: object) -> Meeting:
    first = date.fromordinal(on.toordinal() - on.weekday())
    return domain.hold_meeting(world.programme, VILLAGE, "weekly", first, minutes(on, **changes), actor=world.clerk)
