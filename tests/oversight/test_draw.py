"""The lot: the same for everybody who draws again, fair by weight, and impossible to bend afterwards."""

from collections import Counter
from hashlib import sha256
from time import process_time

import pytest

from yigang.oversight.draw import Candidate, Drawn, Impossible, Terms, commitment, draw, read, text_of

SEED = "00" * 32
KINDS = ("on_site", "phone")
VILLAGES = [Candidate(f"52040310{number:04d}", weight) for number, weight in enumerate((1, 3, 1, 1, 4, 1), start=1)]

pytestmark = pytest.mark.req("H6")


def test_a_seed_and_a_list_give_the_same_visits_on_every_machine():
    """Worked out by hand in docs/algorithms/draw.md; whoever changes the procedure breaks every draw of the past."""
    assert draw(VILLAGES, Terms(3, 2, KINDS), SEED) == [
        Drawn(1, "520403100002", 1, "on_site"), Drawn(2, "520403100005", 2, "phone"),
        Drawn(3, "520403100001", 1, "on_site"),
    ]  # fmt: skip


def test_the_order_in_which_the_list_is_handed_in_does_not_matter():
    terms = Terms(4, 2, KINDS)
    assert draw(VILLAGES[::-1], terms, SEED) == draw(VILLAGES, terms, SEED)
    assert text_of(VILLAGES[::-1], terms) == text_of(VILLAGES, terms)


def test_a_frozen_list_reads_back_as_it_was():
    terms = Terms(2, 3, KINDS)
    candidates = [Candidate("520403100001", 2, (1, 3)), Candidate("520403100002", 1)]
    text = text_of(candidates, terms)
    assert text == "yigang-draw-1\n2 3 on_site,phone\n520403100001 2 1,3\n520403100002 1 -\n"
    assert read(text) == (candidates, terms)
    with pytest.raises(ValueError, match="no list of the form"):
        read(text.replace("draw-1", "draw-2"))


@pytest.mark.parametrize("change", [("SEED", "a"), ("LIST", "520403100001 2"), ("TERMS", "4 2")])
def test_another_seed_list_or_number_of_visits_has_another_digest(change):
    text = text_of(VILLAGES, Terms(3, 2, KINDS))
    fixed = commitment(SEED, text)
    where, what = change
    seed = "00" * 31 + "0a" if where == "SEED" else SEED
    bent = text.replace("520403100001 1", what) if where == "LIST" else text
    bent = bent.replace("3 2 on_site", f"{what} on_site") if where == "TERMS" else bent
    assert commitment(seed, bent) != fixed
    assert commitment(SEED, text) == fixed


def test_more_tickets_are_drawn_more_often_and_nobody_twice():
    """Over 3,000 seeds a village with four of eleven tickets comes first in about 4/11 of the draws (±4 standard errors)."""
    first: Counter[str] = Counter()
    for number in range(3_000):
        drawn = draw(VILLAGES, Terms(3, 1, KINDS), sha256(str(number).encode()).hexdigest())
        assert len({one.code for one in drawn}) == 3
        first[drawn[0].code] += 1
    assert abs(first["520403100005"] - 3_000 * 4 / 11) < 4 * (3_000 * 4 / 11 * 7 / 11) ** 0.5
    assert abs(first["520403100001"] - 3_000 / 11) < 4 * (3_000 / 11 * 10 / 11) ** 0.5


def test_a_group_is_never_sent_where_it_is_barred_and_the_others_share_the_work():
    candidates = [Candidate(f"5204031000{number:02d}", 1, (1,) if number < 4 else ()) for number in range(8)]
    drawn = draw(candidates, Terms(8, 3, KINDS), SEED)
    assert [one.group for one in drawn if one.code < "520403100004" and one.group == 1] == []
    assert sorted(Counter(one.group for one in drawn).values()) == [2, 3, 3]


@pytest.mark.parametrize(
    ("candidates", "terms", "reason"),
    [
        (VILLAGES, Terms(7, 2, KINDS), "visits"),
        (VILLAGES, Terms(0, 1, KINDS), "visits"),
        ([], Terms(1, 1, KINDS), "visits"),
        (VILLAGES, Terms(2, 3, KINDS), "groups"),
        (VILLAGES, Terms(2, 1, ()), "kinds"),
        ([*VILLAGES, VILLAGES[0]], Terms(2, 1, KINDS), "twice"),
        ([*VILLAGES, Candidate("520403109999", 0)], Terms(2, 1, KINDS), "weight"),
        ([*VILLAGES, Candidate("520403109999", 1, (1, 2))], Terms(2, 2, KINDS), "barred"),
    ],
)
def test_what_cannot_be_drawn_is_refused(candidates, terms, reason):
    with pytest.raises(Impossible) as caught:
        draw(candidates, terms, SEED)
    assert caught.value.reason == reason


def test_a_country_of_600_000_villages_is_drawn_in_two_seconds():
    candidates = [Candidate(f"{number:012d}", 1 + number % 20) for number in range(600_000)]
    before = process_time()
    drawn = draw(candidates, Terms(300, 5, KINDS), SEED)
    assert (len(drawn), process_time() - before < 2) == (300, True)
