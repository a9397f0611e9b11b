"""Near photos among a million, each with its middles: how long one takes to be asked for, and how much of the processors.

Run: python -m bench.photos
"""

import json
import random
import time
from typing import TYPE_CHECKING

from bench.database import own_database
from bench.processor import processor_seconds

if TYPE_CHECKING:
    from yigang.duty.flags.likeness import Looks

PRINTS, ASKED = 1_000_000, 200
FILL = """
INSERT INTO duty_photouse (region_code, record, person_id, at, day, photo, original)
SELECT '520403100201', gen_random_uuid(), %s, now(), current_date, md5(n::text) || md5(n::text), ''
FROM generate_series(1, %s) n
"""
DICE = "floor(random() * 65536)::int"
PRINT = f"{DICE} & ({DICE} | {DICE})"
"""Each bit set with a chance of 3/8: outdoors much is alike, sky above and ground below, so parts repeat more often than by
chance."""
PRINTED = """
INSERT INTO duty_photoprint (region_code, use_id, how, first, second, third, fourth, fine)
SELECT '520403100201', id, '{1}', ({0}), ({0}), ({0}), ({0}), decode(repeat(md5(id::text), 2), 'hex')
FROM duty_photouse
"""


def main() -> None:
    with own_database():
        from django.db import connection

        from yigang.duty.domain.photos import near_prints
        from yigang.duty.flags.likeness import CUTS, MIDDLES, TURNS
        from yigang.people.models import Person

        person = Person.objects.create(region_code="520403100201", name="量", birth="1980-01-01", sex="M")
        begun = time.perf_counter()
        with connection.cursor() as cursor:
            cursor.execute(FILL, [person.pk, PRINTS])
            for how in ("whole", *("middle" for _part in MIDDLES)):
                cursor.execute(PRINTED.format(PRINT, how))
            cursor.execute("VACUUM ANALYZE duty_photoprint")
            filled = time.perf_counter() - begun
            cursor.execute(
                "SELECT use_id, first, second, third, fourth FROM duty_photoprint TABLESAMPLE SYSTEM (1)"
                f" WHERE how = 'whole' LIMIT {ASKED}"
            )
            rows = cursor.fetchall()
        dice = random.Random(1)
        seconds, found = [], 0
        worked = processor_seconds()
        for use, *parts in rows:
            bits = sum(part << 16 * place for place, part in enumerate(parts))
            for place in dice.sample(range(64), 5):
                bits ^= 1 << place
            looks = _looks(bits, dice, len(CUTS) + sum(2 * len(parts) for _degrees, parts in TURNS))
            begun = time.perf_counter()
            found += use in {one.use for one in near_prints(looks)}
            seconds.append(time.perf_counter() - begun)
        worked = processor_seconds() - worked
        seconds.sort()
        figures = {
            "photos": PRINTS, "prints": PRINTS * (1 + len(MIDDLES)), "fill_s": round(filled, 1), "found": f"{found}/{len(rows)}",
            "median_ms": round(seconds[len(seconds) // 2] * 1000, 1), "p99_ms": round(seconds[-len(seconds) // 100] * 1000, 1),
            "processor_ms": round(worked / len(rows) * 1000, 1),
        }  # fmt: skip
        print(json.dumps(figures))


def _looks(bits: int, dice: random.Random, changed: int) -> "Looks":
    """A picture with these bits, and as many others as it is asked for mirrored, cut and turned back."""
    from yigang.duty.flags.likeness import Looks, Print

    others = [
        Print(dice.getrandbits(64) & (dice.getrandbits(64) | dice.getrandbits(64)), 0) for _ in range(changed + 1)
    ]
    return Looks(Print(bits, 0), (), others[0], tuple(("turned", one) for one in others[1:]))


if __name__ == "__main__":
    main()
