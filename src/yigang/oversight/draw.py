"""Which villages are visited in a week, drawn by lot so that anyone can draw again: see `docs/algorithms/draw.md`.

Pure: no clock, no database, no floating point. Every candidate holds as many tickets as its weight; numbers come from
SHA-256 of the seed and a counter, so every machine and every language draws the same.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate

FORM = "yigang-draw-1"
"""Names the procedure in what is committed to; another procedure has another name."""
SEED_BYTES = 32
MOST_VISITS = 500
"""More visits than this are no sample of a week."""
_BITS = 256


@dataclass(frozen=True, slots=True)
class Candidate:
    """A village that may be drawn: its code, its tickets (at least one), and the groups that must not go there."""

    code: str
    weight: int
    barred: tuple[int, ...] = ()

    @property
    def line(self) -> str:
        return f"{self.code} {self.weight} {','.join(map(str, self.barred)) or '-'}"


@dataclass(frozen=True)
class Terms:
    """What is fixed before the draw: how many visits, by how many groups (numbered from 1), of which kinds in turn."""

    visits: int
    groups: int
    kinds: tuple[str, ...]

    @property
    def line(self) -> str:
        return f"{self.visits} {self.groups} {','.join(self.kinds)}"


@dataclass(frozen=True, slots=True)
class Drawn:
    """One visit, in the order of the draw."""

    number: int
    code: str
    group: int
    kind: str


class Impossible(ValueError):
    """The draw cannot be made; `reason` is `visits`, `weight`, `twice`, `groups`, `kinds` or `barred`."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} {detail}".strip())
        self.reason, self.detail = reason, detail


def text_of(candidates: Sequence[Candidate], terms: Terms) -> str:
    """The frozen list as it is kept and hashed: procedure, terms, then a line for every candidate in order of code."""
    lines = (one.line for one in sorted(candidates, key=lambda one: one.code))
    return "\n".join([FORM, terms.line, *lines, ""])


def read(text: str) -> tuple[list[Candidate], Terms]:
    """The list and the terms again; raises `ValueError` for a text of another form."""
    form, terms, *lines = text.split("\n")
    if form != FORM or lines[-1:] != [""]:
        raise ValueError(f"this is no list of the form {FORM}")
    visits, groups, kinds = terms.split(" ")
    candidates = [_candidate(line) for line in lines[:-1]]
    return candidates, Terms(int(visits), int(groups), tuple(kinds.split(",")))


def _candidate(line: str) -> Candidate:
    code, weight, barred = line.split(" ")
    return Candidate(code, int(weight), () if barred == "-" else tuple(map(int, barred.split(","))))


def commitment(seed: str, text: str) -> str:
    """What is kept before the draw: SHA-256 over the seed (64 hexadecimal digits) and the digest of the frozen list."""
    return sha256(f"{seed}\n{sha256(text.encode()).hexdigest()}\n".encode()).hexdigest()


def draw(candidates: Sequence[Candidate], terms: Terms, seed: str) -> list[Drawn]:
    """The visits in the order drawn. Raises `Impossible`, naming what stands in the way."""
    ordered = sorted(candidates, key=lambda one: one.code)
    _refuse(ordered, terms)
    ends = list(accumulate(one.weight for one in ordered))
    tickets = _tickets(seed, ends[-1])
    chosen: dict[int, None] = {}
    while len(chosen) < terms.visits:
        chosen.setdefault(bisect_right(ends, next(tickets)))
    return list(_sent([ordered[index] for index in chosen], terms))


def _refuse(ordered: Sequence[Candidate], terms: Terms) -> None:
    if not 1 <= terms.visits <= min(len(ordered), MOST_VISITS):
        raise Impossible("visits", str(min(len(ordered), MOST_VISITS)))
    if not 1 <= terms.groups <= terms.visits:
        raise Impossible("groups", str(terms.groups))
    if not terms.kinds:
        raise Impossible("kinds")
    everyone = set(range(1, terms.groups + 1))
    before = ""
    for one in ordered:
        if one.code == before:
            raise Impossible("twice", one.code)
        if one.weight < 1:
            raise Impossible("weight", one.code)
        if one.barred and everyone <= set(one.barred):
            raise Impossible("barred", one.code)
        before = one.code


def _tickets(seed: str, total: int) -> Iterator[int]:
    """Numbers from 0 below `total`, each as likely as any other, without end.

    Block n is SHA-256 of the seed, a colon and n, read as one number of 256 bits. What lies above the last whole multiple of
    `total` is passed over, so that no ticket has an advantage.
    """
    limit = (1 << _BITS) // total * total
    counter = 0
    while True:
        block = int.from_bytes(sha256(f"{seed}:{counter}".encode()).digest())
        counter += 1
        if block < limit:
            yield block % total


def _sent(chosen: Sequence[Candidate], terms: Terms) -> Iterator[Drawn]:
    """Groups in turn: each visit goes to the group with the fewest so far that may go there, the lowest number first."""
    load = dict.fromkeys(range(1, terms.groups + 1), 0)
    for number, one in enumerate(chosen, start=1):
        group = min((each for each in load if each not in one.barred), key=lambda each: (load[each], each))
        load[group] += 1
        yield Drawn(number, one.code, group, terms.kinds[(number - 1) % len(terms.kinds)])
