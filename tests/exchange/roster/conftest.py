"""A small county with two towns, a programme in it, and a way to import a roster in one call."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from tests.people.factories import card_number, identity_number
from tests.posts.factories import make_programme

from yigang.exchange import domain
from yigang.exchange.enums import ImportKind
from yigang.exchange.models import FileImport
from yigang.exchange.roster import sheets
from yigang.foundation import regioncode, rls
from yigang.foundation.models import Region, User
from yigang.posts.models import Programme

TOWN, OTHER_TOWN = "520403100000", "520403101000"
VILLAGE, NEIGHBOUR, FAR = "520403100201", "520403100202", "520403101201"
NAMES = {
    "520403000000": "平坝区", TOWN: "齐伯镇", OTHER_TOWN: "白云镇", VILLAGE: "大坪村村民委员会",
    NEIGHBOUR: "光明村村民委员会", FAR: "大坪村村民委员会",
}  # fmt: skip


@pytest.fixture
def county(db) -> None:
    make_county()


def make_county() -> None:
    Region.objects.bulk_create(
        Region(code=code, name=name, level=regioncode.level_of(code), parent_code=regioncode.parent_of(code) or "",
               valid_from=2023, source="test")
        for code, name in NAMES.items()
    )  # fmt: skip


@pytest.fixture
def programme(county) -> Programme:
    return make_programme()


def row(order: int = 1, name: str = "", **values: object) -> dict[str, object]:
    """A complete row of a roster; every order is another person, household, post and card."""
    name = name or f"张{chr(0x4E00 + order)}"
    return {
        "town": "齐伯镇", "village": "大坪村", "household": f"{order:03d}", "relation": "head", "name": name,
        "identity": identity_number(order), "residence": "rural", "phone": f"1380000{order:04d}",
        "address": f"大坪村{order}组", "poor_kind": "registered", "main_cause": "因病", "other_causes": "缺技术、缺资金",
        "income": 1_200_000 + order, "hardship": "poor", "hardship_evidence": "建档立卡手册",
        "hardship_since": date(2018, 1, 1), "post_number": f"H{order:03d}", "post_kind": "护林员",
        "duties": "巡护、防火", "head_count": 1, "starts": date(2020, 7, 1), "ends": date(2021, 6, 30),
        "agreement": f"PB-{order}", "bank": "农村信用社", "holder": name, "card": card_number(order), **values,
    }  # fmt: skip


CREATED = datetime(2020, 7, 1)  # noqa: DTZ001 - a workbook has no zone
Bring = Callable[..., FileImport]


@pytest.fixture
def bring(programme, county_manager) -> Bring:
    """`bring([row(1), …])` hands a roster in and reads it, as the county manager unless `actor` says otherwise."""

    def bring(content: list[dict[str, object]] | bytes, actor: User = county_manager, name: str = "花名册.xlsx"):
        data = content if isinstance(content, bytes) else sheets.workbook(content, CREATED)
        region = regioncode.pad(actor.prefixes[0])
        with rls.scope(actor):
            given = {"kind": ImportKind.ROSTER, "region_code": region, "programme": programme, "actor": actor}
            return domain.preview(domain.receive(data, name=name, **given), actor=actor)

    return bring


@pytest.fixture
def apply(bring, county_manager) -> Bring:
    """Bring a roster in and import it."""

    def apply(content, actor: User = county_manager):
        found = bring(content, actor)
        assert not found.counts["errors"], found.problems
        with rls.scope(actor):
            return domain.apply(found, actor=actor)

    return apply


def codes(found: FileImport, severity: str = "error") -> list[tuple[int | None, str]]:
    """(row, code) of every problem of a severity."""
    return [(each["row"], each["code"]) for each in found.problems if each["severity"] == severity]
