"""A county with two towns, and a way to load a quarter's register in one call."""

from collections.abc import Callable
from datetime import datetime

import pytest
from tests.exchange.roster.conftest import FAR, VILLAGE, make_county
from tests.people.factories import identity_number

from yigang.exchange import domain
from yigang.exchange.enums import ImportKind, ImportState
from yigang.exchange.models import FileImport
from yigang.exchange.register import sheets
from yigang.foundation import rls
from yigang.foundation.models import User

__all__ = ["FAR", "VILLAGE"]
COUNTY_CODE = "520403000000"
CREATED = datetime(2020, 7, 1)  # noqa: DTZ001 - a workbook has no zone
Load = Callable[..., FileImport]


def person(order: int = 1, **values: object) -> dict[str, object]:
    """A complete row; every order is another person and household."""
    return {
        "town": "齐伯镇", "village": "大坪村", "household": f"{order:03d}", "relation": "户主",
        "name": f"张{chr(0x4E00 + order)}", "identity": identity_number(order), "residence": "农村",
        "phone": f"1380000{order:04d}", "poor_kind": "建档立卡贫困户", "education": "初中", "able": "有", "willing": "是",
        "employment": "未就业", "in_training": "否", "wants_training": "否", "skills": "驾驶、种植",
        "wanted_kinds": "生态护林", "health": "健康", **values,
    }  # fmt: skip


@pytest.fixture
def county(db) -> None:
    make_county()


@pytest.fixture
def load(county, county_manager: User) -> Load:
    """`load(rows, quarter)` reads and, unless told otherwise, applies; the import tells what happened."""

    def bring(rows, quarter="2020Q2", *, apply=True, name="", content=b"", actor=county_manager, region=COUNTY_CODE):
        content = content or sheets.workbook(rows, CREATED)
        with rls.scope(actor):
            found = domain.receive(
                content, name=name or f"登记库{quarter}.xlsx", kind=ImportKind.REGISTER, region_code=region,
                programme=None, actor=actor,
            )  # fmt: skip
            domain.preview(found, actor=actor)
            if apply and found.state == ImportState.PREVIEW:
                found = domain.apply(found, actor=actor)
        return found

    return bring


def codes(found: FileImport, severity: str = "error") -> list[str]:
    return [problem["code"] for problem in found.problems if problem["severity"] == severity]
