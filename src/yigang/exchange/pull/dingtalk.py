"""DingTalk's attendance: `attendance/list` (what was planned and how it was judged) and `attendance/listRecord` (every punch,
with where it was made), at most 50 people, 7 days and 50 rows at a time. Both tell of the same punches; they are joined here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.pull.steps import Account, Page, People, Step, parts, windows
from yigang.exchange.pull.transport import Caller, Codes, Trouble, list_of

USERS, DAYS, ROWS, PEOPLE = 50, 7, 50, 100
LIST, RECORDS = "list", "listRecord"
NAME = "钉钉"
ROOT = 1
MOST_DEPARTMENTS = 5_000
_PERMISSION = _("Give the application the permissions for attendance and contacts in DingTalk's developer console.")
_KEYS = _("Look at the application's key and secret in DingTalk's developer console and enter them again.")
CODES = Codes(
    service=NAME,
    token=("40014", "42001", "40001"),
    busy=("90018", "90002", "90005", "90006", "90007"),
    remedies={
        "40089": _KEYS, "40091": _KEYS, "40096": _KEYS, "60011": _PERMISSION, "50002": _PERMISSION, "50004": _PERMISSION,
        "60020": _("Add this server's address to the application's list of allowed addresses in DingTalk."),
        "60121": _("Somebody of the list is no longer there; fetch again, which reads the people anew."),
    },
)  # fmt: skip


@dataclass
class DingTalk:
    """One application of one organisation."""

    base: str
    key: str
    secret: str = field(repr=False)
    departments: Sequence[int] = ()
    groups: Sequence[str] = ()
    caller: Caller = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.caller = Caller(self.base, CODES, self._token)

    def _token(self, caller: Caller) -> tuple[str, float]:
        answer = caller.good(caller.send("/gettoken", None, {"appkey": self.key, "appsecret": self.secret}))
        return str(answer.get("access_token", "")), float(answer.get("expires_in", 7200))

    def people(self) -> People:
        """Everybody of the departments and those below them."""
        found: People = {}
        for number, name in self._departments():
            cursor: int | None = 0
            while cursor is not None:
                page = self._result("/topapi/v2/user/list", {"dept_id": number, "cursor": cursor, "size": PEOPLE})
                for one in list_of(page, "list", NAME):
                    account = Account(str(one.get("name") or ""), str(one.get("job_number") or ""), name)
                    found.setdefault(str(one.get("userid")), account)
                cursor = int(page["next_cursor"]) if page.get("has_more") and page.get("next_cursor") else None
        return found

    def _departments(self) -> list[tuple[int, str]]:
        """Number and name, each once, level by level."""
        found: dict[int, str] = {int(number): "" for number in self.departments or [ROOT]}
        waiting = list(found)
        while waiting:
            answer = self.caller.ask("/topapi/v2/department/listsub", {"dept_id": waiting.pop(0)})
            for one in list_of(answer, "result", NAME):
                if int(one["dept_id"]) not in found:
                    found[int(one["dept_id"])] = str(one.get("name") or "")
                    waiting.append(int(one["dept_id"]))
            if len(found) > MOST_DEPARTMENTS:
                raise Trouble(
                    _("There are more than %(most)d departments."), {"most": MOST_DEPARTMENTS}, code="departments",
                    remedy=_("Name the departments of the posts in the settings."),
                )  # fmt: skip
        return list(found.items())

    def _result(self, path: str, body: Mapping[str, Any]) -> Mapping[str, Any]:
        found = self.caller.ask(path, body).get("result")
        return found if isinstance(found, Mapping) else {}

    def steps(self, users: Sequence[str], first: date, last: date) -> list[Step]:
        return [
            Step(api, some, begins, ends)
            for some in parts(users, USERS) for begins, ends in windows(first, last, DAYS) for api in (LIST, RECORDS)
        ]  # fmt: skip

    def page(self, step: Step, offset: int) -> Page:
        """Rows from `offset` on. The next page begins where this one was asked to end, even when it brought fewer rows."""
        if step.api == RECORDS:
            body = {
                "userIds": list(step.users), "checkDateFrom": f"{step.first} 00:00:00",
                "checkDateTo": f"{step.last} 23:59:59", "isI18n": "false",
            }  # fmt: skip
            return Page(list_of(self.caller.ask("/attendance/listRecord", body), "recordresult", NAME))
        asked = {
            "workDateFrom": f"{step.first} 00:00:00", "workDateTo": f"{step.last} 00:00:00",
            "userIdList": list(step.users), "offset": offset, "limit": ROWS, "isI18n": False,
        }  # fmt: skip
        answer = self.caller.ask("/attendance/list", asked)
        return Page(list_of(answer, "recordresult", NAME), offset + ROWS if answer.get("hasMore") else None)

    def file(self, rows: Sequence[tuple[Step, Mapping[str, Any]]], people: People) -> list[dict[str, Any]]:
        """Results and punches joined by the punch's number, of the wanted groups, with who the user is."""
        judged = [row for step, row in rows if step.api == LIST]
        punches = {key: row for step, row in rows if step.api == RECORDS for key in [_number(row, "id")]}
        joined = [{**punches.pop(_number(row, "recordId"), {}), **row} for row in judged]
        return [_named(row, people) for row in [*joined, *punches.values()] if self._wanted(row)]

    def _wanted(self, row: Mapping[str, Any]) -> bool:
        """Of a wanted group; a punch that names no group is kept."""
        return not self.groups or str(row.get("groupId") or "") in {"", *self.groups}


def _number(row: Mapping[str, Any], key: str) -> str:
    """A row's number as text; a row without one stands for itself."""
    return str(row.get(key) or f"{id(row)}/{key}")


def _named(row: Mapping[str, Any], people: People) -> dict[str, Any]:
    who = people.get(str(row.get("userId") or ""), Account())
    told = {"userName": who.name, "jobNumber": who.number, "deptName": who.department}
    return {**row, **{key: value for key, value in told.items() if value and not row.get(key)}}
