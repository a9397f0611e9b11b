"""Close a year of 15,455 people in 40 towns. Run: python -m bench.closing [PEOPLE]

Makes a database of its own below a temporary folder with twelve sealed months for everybody, every fortieth lacking one, and
closes the year of the county: reading, judging, writing results and results of the year. Prints seconds and peak memory as JSON.
"""

import json
import os
import sys
from datetime import date
from typing import Any

from bench.comparison import gather_statistics
from bench.database import own_database
from bench.dingtalk_import import clock
from bench.roster import COUNTY, TOWNS, VILLAGES_PER_TOWN, seed

LIMIT = 10.0
"""Seconds at 15,455 people."""
YEAR = 2023


def fill(people: int, programme: Any, actor: Any) -> None:
    """People in post, their sealed months, the towns' sealed settlements, and an intake that tells all absences."""
    import polars as pl

    from yigang.duty.enums import Source, Table
    from yigang.duty.models import Intake
    from yigang.foundation.facts import write
    from yigang.payment.models import Settlement
    from yigang.people.models import Person
    from yigang.posts.models import Post
    from yigang.tenure.models import Appointment

    def village(number: int) -> str:
        return f"{COUNTY}{100 + number % TOWNS}{200 + number // TOWNS % VILLAGES_PER_TOWN}"

    keys = [number.to_bytes(8, "big") for number in range(people)]
    persons = Person.objects.bulk_create([
        Person(
            region_code=village(number), name=f"人{number}", pinyin="ren", initials="r", identity_cipher=key, identity_index=key,
            identity_last4_index=key, birth=date(1970, 1, 1), sex="M",
        )
        for number, key in enumerate(keys)
    ], batch_size=5_000)  # fmt: skip
    posts = Post.objects.bulk_create([
        Post(region_code=village(number), programme=programme, number=f"P{number}", kind="护林员") for number in range(people)
    ], batch_size=5_000)  # fmt: skip
    held = Appointment.objects.bulk_create([
        Appointment(
            region_code=village(number), person=person, post=post, programme=programme, starts=date(YEAR, 1, 1)
        )
        for number, (person, post) in enumerate(zip(persons, posts, strict=True))
    ], batch_size=5_000)  # fmt: skip
    frame = pl.DataFrame(
        [
            (
                one.region_code,
                one.pk,
                "month",
                date(YEAR, month, 1),
                "合格",
                f"{70 + (number + month) % 30}.50",
                True,
                "x",
            )
            for number, one in enumerate(held)
            for month in range(1, 13)
            if number % 40 or month < 12
        ],
        schema=["region_code", "appointment_id", "period", "first", "grade", "score", "passed", "policy_digest"],
        orient="row",
    )
    write("appraisal_appraisal", frame.with_columns(pl.col("score").cast(pl.Decimal(7, 2))))
    Settlement.objects.bulk_create(
        Settlement(
            region_code=f"{COUNTY}{100 + town}000", programme=programme, month=date(YEAR, month, 1), step="sealed",
            approver=actor,
        )
        for town in range(TOWNS) for month in range(1, 13)
    )  # fmt: skip
    Intake.objects.create(
        region_code=f"{COUNTY}000000", table=Table.FINDINGS, source=Source.SHEET, first=date(YEAR, 1, 1),
        last=date(YEAR, 12, 31), declared=True, created_by=actor,
    )  # fmt: skip


def measure(people: int) -> dict[str, Any]:
    from yigang.appraisal import closings
    from yigang.posts.models import Programme

    figures: dict[str, Any] = {"people": people, "load": round(os.getloadavg()[0], 1)}
    actor, programme = seed()
    Programme.objects.filter(pk=programme.pk).update(policy_code="pingba-ranger")
    programme.refresh_from_db()
    fill(people, programme, actor)
    gather_statistics()
    asked = closings.asked_for(programme, "year", date(YEAR, 1, 1), f"{COUNTY}000000")
    found = clock(figures, "preview", lambda: closings.standing(asked))
    closing = clock(figures, "close", lambda: closings.close(asked, actor=actor))
    assert (closing.people, closing.undetermined) == (people, found.undetermined)
    return figures | {"undetermined": closing.undetermined, "within_limit": figures["close"]["seconds"] <= LIMIT}


def main(people: int) -> None:
    with own_database():
        print(json.dumps(measure(people), indent=1))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15_455)
