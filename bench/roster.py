"""Import a roster of a city: 15,455 people, 33 columns. Run: python -m bench.roster [PEOPLE]

Writes the workbook and a database of its own below a temporary folder, and prints seconds and peak memory of preview,
import, preview of the same file, preview of a file in which every tenth row differs, its import, and the undo, as JSON.
"""

import json
import sys
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from bench.database import own_database
from bench.dingtalk_import import clock, names

COUNTY = "520403"
VILLAGES_PER_TOWN = 20
TOWNS = 40
LIMITS = {"preview": 15.0, "apply": 20.0}
"""Seconds at 15,455 people."""


def villages() -> list[tuple[str, str]]:
    """(code, name) of towns and villages."""
    places = [(f"{COUNTY}{100 + town}000", f"第{town + 1}镇") for town in range(TOWNS)]
    for town in range(TOWNS):
        places += [
            (f"{COUNTY}{100 + town}{200 + village}", f"第{town + 1}镇{village + 1}村村民委员会")
            for village in range(VILLAGES_PER_TOWN)
        ]
    return places


def rows(people: int, changed: int = 0) -> Iterator[dict[str, object]]:
    """A full row for everybody; with `changed`, every so many-th has another phone, card, address and last day."""
    from stdnum import luhn

    from yigang.foundation.identity import check_sign

    for number, name in enumerate(names(people)):
        differs = int(bool(changed) and number % changed == 0)
        first17 = (
            f"520403{date(1965 + number % 30, 1 + number % 12, 1 + number % 28):%Y%m%d}{number // 31 % 999 + 1:03d}"
        )
        card = f"621700{number + differs * 1_000_000:012d}"
        town, village = number % TOWNS + 1, number // TOWNS % VILLAGES_PER_TOWN + 1
        yield {
            "town": f"第{town}镇", "village": f"第{town}镇{village}村", "household": f"{number // 2:05d}",
            "relation": "head" if number % 2 == 0 else "spouse", "name": name, "identity": first17 + check_sign(first17),
            "residence": "rural", "phone": f"139{number + differs * 1_000_000:08d}", "poor_kind": "registered",
            "main_cause": "因病", "other_causes": "缺技术、缺资金", "income": 1_200_000, "hardship": "poor",
            "hardship_evidence": "建档立卡手册", "hardship_since": date(2018, 1, 1), "post_number": f"H{number:05d}",
            "post_kind": "护林员", "duties": "巡护、防火", "head_count": 1, "starts": date(2020, 7, 1),
            "ends": date(2021, 6, 30 - differs), "agreement": f"PB-{number}", "bank": "农村信用社", "holder": name,
            "card": card + luhn.calc_check_digit(card), "remarks": "无",
        }  # fmt: skip


def seed() -> tuple[Any, Any]:
    """The county's regions, an account and a programme."""
    from yigang.foundation import regioncode
    from yigang.foundation.enums import Role
    from yigang.foundation.models import Region, User, UserScope
    from yigang.posts.models import Programme

    Region.objects.bulk_create(
        Region(
            code=code, name=name, level=regioncode.level_of(code), parent_code=regioncode.parent_of(code) or "",
            valid_from=2020,
        )
        for code, name in villages()
    )  # fmt: skip
    actor = User.objects.create(username="bench", name="bench", role=Role.COUNTY_MANAGER)
    UserScope.objects.create(user=actor, prefix=COUNTY)
    programme = Programme.objects.create(
        region_code=regioncode.pad(COUNTY), code="bench", name="bench", kind="ranger", policy_code="bench",
        starts=date(2020, 1, 1),
    )  # fmt: skip
    return actor, programme


def measure(people: int) -> dict[str, Any]:
    """Preview, import, preview again, change, undo; each twice over the limit's own work."""
    from yigang.exchange import domain
    from yigang.exchange.enums import ImportKind
    from yigang.exchange.roster import sheets

    actor, programme = seed()
    figures: dict[str, Any] = {}
    created = datetime(2020, 7, 1)  # noqa: DTZ001 - a workbook has no zone

    def receive(**changes: int) -> Any:
        content = sheets.workbook(rows(people, **changes), created)
        given = {"kind": ImportKind.ROSTER, "region_code": f"{COUNTY}000000", "programme": programme, "actor": actor}
        return domain.receive(content, name="花名册.xlsx", **given)

    first = receive()
    figures["megabytes"] = round(first.file.size / 2**20, 1)
    seen = clock(figures, "preview", lambda: domain.preview(first, actor=actor))
    assert seen.counts["errors"] == 0, seen.problems[:3]
    clock(figures, "apply", lambda: domain.apply(seen, actor=actor))
    same = receive()
    seen = clock(figures, "preview_unchanged", lambda: domain.preview(same, actor=actor))
    assert seen.counts["unchanged"] == people, seen.counts
    other = receive(changed=10)
    seen = clock(figures, "preview_changed", lambda: domain.preview(other, actor=actor))
    assert seen.counts["changed"] == -(-people // 10), seen.counts
    done = clock(figures, "apply_changed", lambda: domain.apply(seen, actor=actor))
    clock(figures, "undo", lambda: domain.undo(done, reason="measuring", actor=actor))
    figures["within_limits"] = all(figures[name]["seconds"] <= limit for name, limit in LIMITS.items())
    return figures


def main(people: int) -> None:
    with own_database():
        print(json.dumps({"people": people, **measure(people)}, indent=1, default=str))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 15_455)
