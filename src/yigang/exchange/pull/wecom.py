"""WeCom's attendance: `checkin/getcheckindata`, at most 100 people and 30 days at a time, times in seconds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from typing import Any

from django.utils.translation import gettext_lazy as _

from yigang.exchange.pull.steps import Account, Page, People, Step, parts, windows
from yigang.exchange.pull.transport import Caller, Codes, Trouble, list_of

USERS, DAYS = 100, 30
ALL_KINDS = 3
"""上下班打卡 and 外出打卡."""
NAME = "企业微信"
CHINA = timezone(timedelta(hours=8))
_KEYS = _("Look at the organisation's number (CorpID) and the secret of the application 打卡 and enter them again.")
NO_CONTACTS = ("service_48002", "service_60011", "service_48001", "service_301002")
"""The secret of 打卡 may not read who the people are."""
CODES = Codes(
    service=NAME,
    token=("40014", "42001"),
    busy=("45009", "45033"),
    remedies={
        "40001": _KEYS, "40013": _KEYS, "40056": _KEYS,
        "60020": _("Add this server's address to the application's trusted addresses in WeCom."),
        "301023": _("Somebody of the list lies outside what the application may see; give it the departments of the posts."),
    },
)  # fmt: skip


@dataclass
class WeCom:
    """One organisation, by the secret of its application 打卡. `known` are the people whom the office has written down."""

    base: str
    key: str
    secret: str = field(repr=False)
    departments: Sequence[int] = ()
    groups: Sequence[str] = ()
    known: Mapping[str, str] = field(default_factory=dict)
    caller: Caller = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.caller = Caller(self.base, CODES, self._token)

    def _token(self, caller: Caller) -> tuple[str, float]:
        answer = caller.good(caller.send("/cgi-bin/gettoken", None, {"corpid": self.key, "corpsecret": self.secret}))
        return str(answer.get("access_token", "")), float(answer.get("expires_in", 7200))

    def people(self) -> People:
        """The people written down, else everybody whom the application may see."""
        if self.known:
            return {user: Account(name) for user, name in self.known.items()}
        found: People = {}
        for number in self.departments or [1]:
            query = {"department_id": str(number), "fetch_child": "1"}
            try:
                answer = self.caller.ask("/cgi-bin/user/simplelist", None, **query)
            except Trouble as trouble:
                raise _without_contacts(trouble) from trouble
            for one in list_of(answer, "userlist", NAME):
                found.setdefault(str(one.get("userid")), Account(str(one.get("name") or "")))
        return found

    def steps(self, users: Sequence[str], first: date, last: date) -> list[Step]:
        return [
            Step("getcheckindata", some, begins, ends)
            for some in parts(users, USERS) for begins, ends in windows(first, last, DAYS)
        ]  # fmt: skip

    def page(self, step: Step, offset: int) -> Page:  # noqa: ARG002 - this interface has no pages
        body = {
            "opencheckindatatype": ALL_KINDS, "starttime": _seconds(step.first),
            "endtime": _seconds(step.last + timedelta(days=1)) - 1, "useridlist": list(step.users),
        }  # fmt: skip
        return Page(list_of(self.caller.ask("/cgi-bin/checkin/getcheckindata", body), "checkindata", NAME))

    def file(self, rows: Sequence[tuple[Step, Mapping[str, Any]]], people: People) -> list[dict[str, Any]]:
        """The rows of the wanted rules, with who the user is."""
        wanted = [row for _step, row in rows if not self.groups or self._group(row)]
        return [_named(row, people) for row in wanted]

    def _group(self, row: Mapping[str, Any]) -> bool:
        return str(row.get("groupname")) in self.groups or str(row.get("groupid")) in self.groups


def _seconds(day: date) -> int:
    return int(datetime.combine(day, time(), CHINA).timestamp())


def _without_contacts(trouble: Trouble) -> Trouble:
    if trouble.code not in NO_CONTACTS:
        return trouble
    return Trouble(
        _("WeCom does not tell this application who the people are."), code="no_contacts",
        remedy=_("Write the people down in the settings, one a line: user id, name."),
    )  # fmt: skip


def _named(row: Mapping[str, Any], people: People) -> dict[str, Any]:
    name = people.get(str(row.get("userid") or ""), Account()).name
    return {**row, "username": name} if name and not row.get("username") else dict(row)
