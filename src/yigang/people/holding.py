"""Who writes several people at once holds them first, then their households, each in the order of their keys.

The database adds up how many a household has and what it was paid (`HouseholdSize`, `payment.HouseholdPay`). A bank's return
holds people and households in this order too, so that nobody waits for somebody who waits for him.
"""

from collections.abc import Collection, Iterable

from django.db import connection

PEOPLE = "SELECT FROM people_person WHERE id = ANY (%s::bigint[]) ORDER BY id FOR NO KEY UPDATE"
HOUSEHOLDS = """SELECT FROM people_household WHERE id IN (
  SELECT unnest(%s::bigint[])
  UNION SELECT household_id FROM people_person WHERE id = ANY (%s::bigint[])
  UNION SELECT h.id FROM unnest(%s::text[], %s::text[]) AS n (place, number)
    JOIN people_household h ON h.region_code = n.place AND h.number = n.number)
ORDER BY id FOR NO KEY UPDATE"""


def hold_members(
    people: Collection[int], households: Collection[int] = (), numbers: Iterable[tuple[str, str]] = ()
) -> None:
    """Hold these people, the households they live in, and those they may move to, by key or by village and number.

    Until the transaction ends; call it before anything of them is read that is written again.
    """
    places = list(numbers)
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE, [list(people)])
        cursor.execute(
            HOUSEHOLDS,
            [
                list(households),
                list(people),
                [place for place, _number in places],
                [number for _place, number in places],
            ],
        )
