"""What the tests of tables about people in post share: who is in post, a table brought in, its faults. Fixtures."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from tests.exchange.roster.conftest import TOWN, VILLAGE, county  # noqa: F401 - a fixture
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme

from yigang.exchange import domain, registry
from yigang.exchange.enums import ImportKind
from yigang.exchange.models import FileImport
from yigang.exchange.spreadsheet import Column, Sheet, workbook_bytes
from yigang.foundation import rls
from yigang.tenure.models import Appointment

CREATED = datetime(2020, 8, 1)  # noqa: DTZ001 - a workbook has no zone
JULY = date(2020, 7, 1)


@pytest.fixture
def programme(county):  # noqa: F811 - the fixture
    return make_programme()


@pytest.fixture
def hire(programme):
    def hire(order: int, name: str = "", village: str = VILLAGE, **days) -> Appointment:
        person = make_person(name or f"张{chr(0x4E00 + order)}", order, region_code=village)
        post = make_post(programme, f"H{order:03d}", region_code=village)
        return Appointment.objects.create(
            region_code=village, person=person, post=post, programme=programme, starts=days.pop("starts", JULY), **days
        )

    return hire


@pytest.fixture
def bring_in(programme, town_officer):
    """Look at a table of a kind, given as rows of cells by key or as the file's own bytes."""

    def bring_in(
        kind: ImportKind, rows: list[dict[str, object]], *, content: bytes = b"", name: str = "表.xlsx", actor=town_officer
    ) -> FileImport:  # fmt: skip
        columns = registry.importer_of(kind).columns
        cells = [[row.get(spec.key) for spec in columns] for row in rows]
        headings = [Column(spec.label) for spec in columns]
        data = content or workbook_bytes([Sheet("表", headings, cells)], created=CREATED)
        given = {"kind": kind, "region_code": TOWN, "programme": programme, "actor": actor}
        with rls.scope(actor):
            return domain.preview(domain.receive(data, name=name, **given), actor=actor)

    return bring_in


@pytest.fixture
def apply(town_officer) -> Callable[[FileImport], FileImport]:
    def apply(found: FileImport) -> FileImport:
        with rls.scope(town_officer):
            return domain.apply(found, actor=town_officer)

    return apply


def errors(found: FileImport) -> list[tuple[int | None, str]]:
    return [(each["row"], each["code"]) for each in found.problems if each["severity"] == "error"]
