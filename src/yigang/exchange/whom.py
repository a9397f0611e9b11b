"""Tables with one row about one person in post: whom each row means, by whatever of the name, post and number it gives."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext_lazy as _

from yigang.exchange.columns import ColumnSpec
from yigang.exchange.roster.notes import Notes
from yigang.exchange.roster.places import Places
from yigang.exchange.tables import Table
from yigang.foundation import names, regioncode
from yigang.foundation.errors import Refusal
from yigang.people.queries import identity_number
from yigang.tenure.models import Appointment

WHOM = (
    ColumnSpec("town", "乡镇", ("乡（镇）", "镇", "乡", "镇街", "街道", "所属乡镇", "所在乡镇")),
    ColumnSpec("village", "村", ("行政村", "村居", "社区", "村名", "村委会", "所在村", "所属村")),
    ColumnSpec("name", "姓名", ("人员姓名", "护林员姓名", "队员姓名", "被考核人"), kind="name"),
    ColumnSpec("tail", "身份证后几位", ("身份证尾号", "身份证后四位", "身份证后六位", "身份证号", "身份证号码")),
    ColumnSpec("post_number", "岗位编号", ("岗位编码", "岗位号")),
)
WHOM_HINTS: Mapping[str, str] = {
    "name": "姓名、身份证后几位、岗位编号至少填一项，能认定唯一一人即可。",
    "tail": "至少后 4 位，单元格为文本格式。",
}
EXAMPLE_NAME = "示例"
EXAMPLE_WHOM = ("齐伯镇", "大坪村", "示例（请删除）", "002X", "H001")
SHORTEST_TAIL = 4
Cells = Mapping[str, object]


def anybody(appointment: Appointment) -> bool:  # noqa: ARG001 - the same call as one that looks at it
    """Whom a row may mean when nothing but the table's own people is asked for."""
    return True


@dataclass
class PeopleRows(Notes, ABC):
    """The rows of such a table. `serving` are the appointments that may be meant, the earliest of a person first."""

    places: Places = field(default_factory=lambda: Places(""))
    serving: Sequence[Appointment] = ()
    rows: int = 0
    for_persons: bool = False
    """Whether what a row says is of the person, so that several appointments of one person are as good as one."""

    def read(self, table: Table) -> None:
        """Every row; one with an error is left out, and its problem says why."""
        bad = table.bad_rows()
        for row, cells in zip(table.row_numbers, _rows(table), strict=True):
            if str(cells["name"]).startswith(EXAMPLE_NAME):
                self.say(row, "name", "example_row", _("The template's example was left out."), "note")
                self.problems = [each for each in self.problems if each.row != row or each.severity == "note"]
                continue
            self.rows += 1
            if row in bad:
                continue
            try:
                self.take(row, cells)
            except Refusal as refusal:
                self.note(refusal, row)

    @abstractmethod
    def take(self, row: int, cells: Cells) -> None:
        """Keep what the row asks; a `Refusal` becomes its problem."""

    def only(self, cells: Cells, when: str, among: Callable[[Appointment], bool] = anybody) -> Appointment:
        """The one person that everything in the row fits, by the first of the appointments that may be meant."""
        if not (cells["name"] or cells["tail"] or cells["post_number"]):
            raise Refusal(
                _("The row does not say whom it is about."), code="nobody_named", field="name",
                remedy=_("Write the name, the last signs of the identity number, or the post's number."),
            )  # fmt: skip
        fitting = [one for one in self._fitting(cells) if among(one)]
        found = {one.person_id if self.for_persons else one.pk: one for one in reversed(fitting)}
        who = {"who": cells["name"] or cells["post_number"] or "****"}
        if not found:
            raise Refusal(
                _("Nobody whom this row fits (“%(who)s”) holds a post of the programme (%(when)s)."),
                {**who, "when": when}, code="unknown_person", field="name",
                remedy=_("Compare name, village, post number and identity number with the roster."),
            )  # fmt: skip
        if len(found) > 1:
            raise Refusal(
                _("The row fits %(count)d people (“%(who)s”)."), {**who, "count": len(found)}, code="several_people",
                field="name", remedy=_("Add the post number or the last signs of the identity number."),
            )  # fmt: skip
        return next(iter(found.values()))

    def _fitting(self, cells: Cells) -> list[Appointment]:
        found: Sequence[Appointment] = self.serving
        if cells["name"]:
            found = self._by_name.get(names.normalise(str(cells["name"])), [])
        elif cells["post_number"]:
            found = self._by_post.get(str(cells["post_number"]), [])
        if cells["post_number"]:
            found = [one for one in found if one.post.number == cells["post_number"]]
        if cells["village"] or cells["town"]:
            inside = regioncode.prefix_of(self.places.find(text(cells["town"]), text(cells["village"]), None))
            found = [
                one for one in found if one.region_code.startswith(inside) or one.person.region_code.startswith(inside)
            ]
        return _ending(found, str(cells["tail"])) if cells["tail"] else list(found)

    @cached_property
    def _by_name(self) -> Mapping[str, list[Appointment]]:
        return _grouped(self.serving, lambda one: names.normalise(one.person.name))

    @cached_property
    def _by_post(self) -> Mapping[str, list[Appointment]]:
        return _grouped(self.serving, lambda one: one.post.number)


def _grouped(held: Sequence[Appointment], key: Callable[[Appointment], str]) -> Mapping[str, list[Appointment]]:
    found: dict[str, list[Appointment]] = {}
    for one in held:
        found.setdefault(key(one), []).append(one)
    return found


def _rows(table: Table) -> Iterator[dict[str, object]]:
    keys = list(table.columns)
    for values in zip(*table.columns.values(), strict=True):
        yield dict(zip(keys, values, strict=True))


def text(cell: object) -> str | None:
    """A cell as text, None when it is empty."""
    return str(cell) if cell else None


def _ending(found: Sequence[Appointment], tail: str) -> list[Appointment]:
    if len(tail) < SHORTEST_TAIL:
        raise Refusal(
            _("%(length)d signs of an identity number tell nobody apart."), {"length": len(tail)}, code="tail_short",
            field="tail", remedy=_("Write at least the last four."),
        )  # fmt: skip
    return [one for one in found if identity_number(one.person).endswith(tail.upper())]
