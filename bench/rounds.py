"""Two hundred rounds with twenty thousand applicants for a city of the benchmark, each round compared and at its check."""

from datetime import date, timedelta
from typing import Any

ROUNDS, APPLICANTS = 200, 100
"""Rounds, and applicants of each."""
FIRST = date(2019, 1, 7)
HIT_EVERY = 4
"""One applicant in so many stands in a register."""


def fill() -> None:
    """Rounds of the city's programme under its policy; everybody applies in turn, one in five is out, all stand in the pool."""
    from yigang.foundation import rls
    from yigang.people.models import Person
    from yigang.recruitment.models import Application, StepRecord

    with rls.everywhere("the benchmark's own set-up"):
        rounds = _rounds()
        for step in STEPS:
            StepRecord.objects.bulk_create(_step(one, *step) for one in rounds)
        checks = dict(StepRecord.objects.filter(position=3).values_list("round", "pk"))
        people = list(Person.objects.order_by("pk").values_list("pk", "region_code")[: ROUNDS * APPLICANTS])
        for number, one in enumerate(rounds):
            chosen = [people[(number * APPLICANTS + place) % len(people)] for place in range(APPLICANTS)]
            Application.objects.bulk_create(_application(one, checks, place, *who) for place, who in enumerate(chosen))
        for one in rounds:
            _compared(one)
        _pool(rounds[0], people)


STEPS = ((1, "公告", "announce", "closed"), (2, "申报", "apply", "closed"), (3, "审核", "check", "open"))


def _rounds() -> Any:
    from yigang.foundation.models import User
    from yigang.policy.load import policies_folder
    from yigang.posts.models import Programme
    from yigang.recruitment.models import Round

    file = policies_folder() / "pingba-ranger.yaml"
    programme, manager = Programme.objects.first(), User.objects.get(username="manager")
    assert programme
    return Round.objects.bulk_create(
        Round(
            region_code=programme.region_code, programme=programme, number=f"B-{number:03d}", title=f"第{number}批选聘",
            policy_text=file.read_text("utf-8"), policy_effective=date(2019, 7, 1), policy_digest="0" * 64,
            opened_on=FIRST + timedelta(days=number), opened_by=manager,
        )
        for number in range(ROUNDS)
    )  # fmt: skip


def _step(one: Any, position: int, name: str, kind: str, state: str) -> Any:
    from yigang.recruitment.models import StepRecord

    return StepRecord(
        region_code=one.region_code, round=one, position=position, name=name, kind=kind, state=state,
        opens_on=one.opened_on + timedelta(days=position),
    )  # fmt: skip


def _application(one: Any, checks: dict[int, int], place: int, person: int, region_code: str) -> Any:
    from yigang.recruitment.models import Application

    out = place % 5 == 0
    return Application(
        region_code=region_code, round=one, person_id=person, source="clerk", applied_on=one.opened_on,
        created_by=one.opened_by, state="out" if out else "running", ended_in_id=checks[one.pk] if out else None,
        reasons=["审核：同一户已有人在岗"] if out else [],
    )  # fmt: skip


def _compared(one: Any) -> None:
    """A register, the round compared with it, and its hits."""
    from yigang.recruitment.models import Application, Comparison, ComparisonHit, ComparisonRegister

    register = ComparisonRegister.objects.create(
        region_code=one.region_code, kind="deaths", as_of=one.opened_on, digest=f"{one.pk:064d}", rows=500_000,
        loaded_by=one.opened_by,
    )  # fmt: skip
    found = list(Application.objects.filter(round=one).order_by("pk")[::HIT_EVERY])
    compared = Comparison.objects.create(
        region_code=one.region_code, round=one, day=one.opened_on, registers=[], applicants=APPLICANTS, found=len(found),
        fresh=len(found), digest="0" * 64, by=one.opened_by,
    )  # fmt: skip
    ComparisonHit.objects.bulk_create(
        ComparisonHit(
            region_code=each.region_code, application=each, kind="deaths", kind_name="死亡人员", means="已死亡", effect="block",
            exact=place % 2 == 0, likeness="1.000" if place % 2 == 0 else "0.850", register=register, row_id=place,
            seen={"name": "巡**", "number": "520403********0017", "detail": "死亡日期：2019-08-02"},
            fingerprint=f"{place:064d}", first_in=compared, last_in=compared,
        )
        for place, each in enumerate(found)
    )  # fmt: skip


def _pool(one: Any, people: list[tuple[int, str]]) -> None:
    from yigang.recruitment.models import PoolMember, PoolRun

    run = PoolRun.objects.create(
        region_code=one.region_code, programme=one.programme, day=FIRST, policy_digest="0" * 64, facts_digest="0" * 64,
        people=len(people), waiting=0, undetermined=0, changed=len(people), by=one.opened_by,
    )  # fmt: skip
    PoolMember.objects.bulk_create(
        (
            PoolMember(
                region_code=region_code, programme=one.programme, person_id=person, since=FIRST, run=run,
                state="out" if person % 3 == 0 else "in", why="已在岗" if person % 3 == 0 else "",
                score=None if person % 3 == 0 else person % 100,
            )
            for person, region_code in people
        ),
        batch_size=5_000,
    )  # fmt: skip
