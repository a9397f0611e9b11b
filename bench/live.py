"""The live map at 20,000 people out at once, as a town's page asks for it: first picture, updates a minute, bytes.

The page and its pictures are asked for by the whole program as a county's officer, from sign-in to row-level security; the
clock alone is the measurement's own, since people are out by day.

python -m bench.live                     20,000 people
python -m bench.live --people 2000       fewer
"""

import argparse
import gzip
import json
import statistics
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING
from unittest import mock

import numpy as np
from bench.database import own_database

if TYPE_CHECKING:
    from django.test import Client

MINUTES = 1
COUNTY = "520403"
VIEWS = {
    "county": (106.0, 26.2, 106.6, 26.7, 10.5),
    "town": (106.25, 26.35, 106.35, 26.42, 13.0),
    "village": (106.29, 26.37, 106.305, 26.38, 15.5),
}


def fill(people: int, now: datetime) -> None:
    """So many people of one programme on patrol, spread over a county."""
    import uuid

    from django.db import connections

    from yigang.duty.models import Patrol
    from yigang.people.models import Person
    from yigang.posts.models import Post, Programme
    from yigang.tenure.models import Appointment

    programme = Programme.objects.create(
        region_code=f"{COUNTY}000000", code="rangers", name="护林员", kind="ranger", policy_code="pingba-ranger",
        starts=date(2020, 1, 1), capabilities={"track": "森林防火"},
    )  # fmt: skip
    codes = [f"{COUNTY}{100 + number % 11}{201 + number % 17:03d}" for number in range(people)]
    persons = Person.objects.bulk_create(
        Person(region_code=code, name=f"巡护员{number}", pinyin="x", initials="x", birth=date(1980, 1, 1), sex="M",
               identity_cipher=b"", identity_index=number.to_bytes(32, "big"), identity_last4_index=b"")
        for number, code in enumerate(codes)
    )  # fmt: skip
    posts = Post.objects.bulk_create(
        Post(region_code=code, programme=programme, number=f"P{number}", kind="护林员")
        for number, code in enumerate(codes)
    )
    Appointment.objects.bulk_create(
        Appointment(
            region_code=post.region_code, person=person, post=post, programme=programme, starts=date(2020, 1, 1)
        )
        for person, post in zip(persons, posts, strict=True)
    )
    draw = np.random.default_rng(1)
    Patrol.objects.bulk_create(
        Patrol(id=uuid.UUID(int=number + 1), region_code=person.region_code, person=person, programme=programme, source="phone",
               day=now.date(), started_at=now, last_at=now - timedelta(seconds=float(draw.uniform(0, 60))),
               last_longitude=float(draw.uniform(106.0, 106.6)), last_latitude=float(draw.uniform(26.2, 26.7)))
        for number, person in enumerate(persons)
    )  # fmt: skip
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself within a minute of so many new rows


def move(now: datetime) -> None:
    """Everybody walks on: 1 m/s for the seconds between two questions, in some direction."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE duty_patrol SET last_at = %s, last_longitude = last_longitude + (random() - 0.5) * 0.0003, "
            "last_latitude = last_latitude + (random() - 0.5) * 0.0003", [now],
        )  # fmt: skip


def watcher() -> "Client":
    """A browser that is signed in as the county's officer."""
    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from yigang.foundation.domain import create_user
    from yigang.foundation.enums import Role

    user = create_user("watcher", name="量", role=Role.COUNTY_MANAGER, prefixes=[COUNTY], password="ban3-deng4-yue4-liang4",  # noqa: S106 - of a database that is gone in a minute
                       actor=None, must_change_password=False)  # fmt: skip
    settings.ALLOWED_HOSTS = [*settings.ALLOWED_HOSTS, "testserver"]
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    client = Client()
    client.force_login(user)
    return client


def measure(client: "Client", name: str, view: tuple[float, ...], begin: datetime) -> dict[str, object]:
    """One watcher for some minutes: seconds of page and first picture together and of updates, bytes packed and plain.

    Everybody's last fix is `begin` or before when it starts, and later when it is done.
    """
    from yigang.console.patrols.live import SECONDS
    from yigang.duty import live

    query = dict(zip("wsenz", view, strict=True))
    now, known, packed, plain, times, people = begin, 0, [], [], [], 0
    for number in range(MINUTES * 60 // SECONDS + 1):
        with mock.patch("django.utils.timezone.now", lambda at=now: at):
            started = time.perf_counter()
            if number == 0:
                assert client.get("/patrols/live/").status_code == 200
            answer = client.get("/patrols/live/picture/", {**query, "known": known})
            times.append(time.perf_counter() - started)
        picture = answer.json()
        known = picture["number"]
        plain.append(len(answer.content))
        packed.append(len(gzip.compress(answer.content, 6)))
        people = live.counted(picture["set"]) if number == 0 else people
        now += timedelta(seconds=SECONDS)
        move(now)
    return {
        "view": name, "people": people, "first_s": round(times[0], 3), "first_kb": round(plain[0] / 1000, 1),
        "update_s": round(statistics.median(times[1:]), 3), "kb_a_minute": round(sum(plain[1:]) / 1000 / MINUTES, 1),
        "kb_a_minute_packed": round(sum(packed[1:]) / 1000 / MINUTES, 1),
        "kb_a_minute_whole": round(plain[0] / 1000 * 60 / SECONDS, 1),
    }  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20_000)
    people = parser.parse_args().people
    with own_database():
        begin = datetime(2026, 7, 20, 2, 0, tzinfo=UTC)
        fill(people, begin)
        client = watcher()
        for number, (name, view) in enumerate(VIEWS.items()):
            at = begin + timedelta(minutes=10 * number)
            move(at)
            print(json.dumps(measure(client, name, view, at), ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
