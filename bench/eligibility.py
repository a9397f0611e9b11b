"""15,455 applicants judged by the clauses, decided, and ranked by marks. Run: python -m bench.eligibility [APPLICANTS]

Makes a database of its own below a temporary folder: two of a household, half with a line in the labour register, every
tenth with a hardship, every tenth with a post in earlier years. Prints seconds and peak memory as JSON.
"""

import json
import sys
from datetime import date
from typing import Any

from bench.comparison import COUNTY, gather_statistics, people
from bench.database import own_database
from bench.dingtalk_import import clock

APPLICANTS, LIMIT = 15_455, 5.0
DAY = date(2020, 6, 30)
VILLAGE = f"{COUNTY}100201"
DECLARED = {"public_payroll": False, "village_officer_kin": False, "able_to_work": True}


def seed(count: int) -> tuple[Any, Any, Any]:
    """Two officers and the open step of a round with everybody in it."""
    from yigang.foundation.enums import Role
    from yigang.foundation.models import User, UserScope

    county, town = (
        User.objects.create(username=role, name=role, role=role) for role in (Role.COUNTY_MANAGER, Role.TOWN_OFFICER)
    )
    UserScope.objects.bulk_create([UserScope(user=county, prefix=COUNTY), UserScope(user=town, prefix=VILLAGE[:9])])
    made = _people(count)
    programme = _programme()
    _known_of(made, programme, county)
    return county, town, _step(made, programme, county)


def _people(count: int) -> list[Any]:
    from yigang.foundation import identity
    from yigang.people.domain import identity_columns, name_columns
    from yigang.people.models import Household, Person

    homes = Household.objects.bulk_create(
        Household(region_code=VILLAGE, number=f"B{order}", poor_kind="registered", income_fen=400_000 + order)
        for order in range((count + 1) // 2)
    )
    return Person.objects.bulk_create(
        Person(
            **identity_columns(identity.parse(number)), **name_columns(name), region_code=VILLAGE,
            household=homes[order // 2],
        )
        for order, (name, number) in enumerate(people(count, 1))
    )  # fmt: skip


def _programme() -> Any:
    from yigang.posts.models import Programme

    return Programme.objects.create(
        region_code=f"{COUNTY}000000", code="bench", name="bench", kind="ranger", policy_code="pingba-ranger",
        starts=date(2018, 1, 1),
    )  # fmt: skip


def _known_of(made: list[Any], programme: Any, actor: Any) -> None:
    """The labour register of a quarter, hardships, and posts held in the year before."""
    from yigang.people.models import Hardship, LabourRecord, RegisterEdition
    from yigang.posts.models import Post
    from yigang.tenure.models import Appointment

    edition = RegisterEdition.objects.create(
        region_code=f"{COUNTY}000000", quarter="2020Q1", as_of=date(2020, 3, 31), digest="", rows=len(made[::2]),
        loaded_by=actor,
    )  # fmt: skip
    LabourRecord.objects.bulk_create(
        LabourRecord(
            region_code=VILLAGE, edition=edition, person=one, able=True, name=one.name, pinyin=one.pinyin, birth=one.birth,
            sex=one.sex,
        )
        for one in made[::2]
    )  # fmt: skip
    Hardship.objects.bulk_create(
        Hardship(region_code=VILLAGE, person=one, kind="disabled", evidence="残疾证", since=date(2019, 1, 1))
        for one in made[::10]
    )
    posts = Post.objects.bulk_create(
        Post(
            region_code=VILLAGE,
            programme=programme,
            number=f"B{order}",
            kind="生态护林员",
            duties=["巡护"],
            head_count=1,
        )
        for order, _one in enumerate(made[::10])
    )
    Appointment.objects.bulk_create(
        Appointment(
            region_code=VILLAGE, person=one, post=post, programme=programme, starts=date(2019, 1, 1),
            ends=date(2019, 12, 31), exit_kind="lapse", exit_reason="term_over",
        )
        for one, post in zip(made[::10], posts, strict=True)
    )  # fmt: skip


def _step(made: list[Any], programme: Any, actor: Any) -> Any:
    from django.utils import timezone

    from yigang.policy.load import policies_folder
    from yigang.recruitment.models import Application, Round, StepRecord

    text = (policies_folder() / "pingba-ranger.yaml").read_text("utf-8")
    one = Round.objects.create(
        region_code=programme.region_code, programme=programme, number="1", title="bench", policy_digest="",
        policy_text=text, policy_effective=date(2020, 1, 1), opened_on=DAY, opened_by=actor,
    )  # fmt: skip
    Application.objects.bulk_create(
        Application(
            region_code=VILLAGE, round=one, person=person, source="clerk", applied_on=DAY, declared=DECLARED
        )
        for person in made
    )  # fmt: skip
    return StepRecord.objects.create(
        region_code=one.region_code, round=one, position=3, name="审核", kind="check", state="open", opens_on=DAY,
        opened_at=timezone.now(), opened_by=actor,
    )  # fmt: skip


def _marked(step: Any, *reviewers: Any) -> Any:
    """Everybody marked by both reviewers in the visit; the step that ranks is open."""
    from django.utils import timezone

    from yigang.recruitment.models import Application, ReviewMark, StepRecord

    StepRecord.objects.filter(pk=step.pk).update(state="closed", closes_on=DAY)
    given = {"region_code": step.region_code, "round": step.round, "opens_on": DAY, "opened_at": timezone.now()}
    visit = StepRecord.objects.create(**given, position=4, name="考察", kind="visit", state="open")
    items = ("身体条件和巡护能力", "家庭困难程度", "熟悉林区和群众评价")
    ReviewMark.objects.bulk_create(
        (
            ReviewMark(
                region_code=VILLAGE, application_id=pk, step=visit, item=item, points=10 + pk % 10, reason="bench", by=by
            )
            for pk in Application.objects.filter(state="running").values_list("pk", flat=True)
            for by in reviewers
            for item in items
        ),
        batch_size=5_000,
    )  # fmt: skip
    StepRecord.objects.filter(pk=visit.pk).update(state="closed", closes_on=DAY)
    return StepRecord.objects.create(**given, position=5, name="评定", kind="assess", state="open")


def measure(count: int) -> dict[str, Any]:
    """Everybody judged, judged again from the kept facts, the clear cases decided."""
    from yigang.recruitment.comparison.run import compare_round
    from yigang.recruitment.domain import decide_by_clauses, rank_applicants, recompute, run_eligibility

    figures: dict[str, Any] = {}
    county, town, step = seed(count)
    gather_statistics()
    compare_round(step.round, on=DAY, actor=county)
    run = clock(figures, "judge", lambda: run_eligibility(step, actor=town))
    assert clock(figures, "recompute", lambda: recompute(run)) == []
    figures["decided"] = clock(figures, "decide", lambda: decide_by_clauses(run, actor=town))
    last = _marked(step, county, town)
    placed = clock(figures, "rank", lambda: rank_applicants(last, actor=county))
    figures["ranked"] = sum(one.rank is not None for one in placed)
    figures |= {"people": run.people, "failing": run.failing, "undetermined": run.undetermined}
    figures["within_limit"] = figures["judge"]["seconds"] <= LIMIT
    return figures


if __name__ == "__main__":
    with own_database():
        print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else APPLICANTS), indent=1, default=str))
