"""DingTalk and WeCom as they are documented, on a port of this machine: limits, paging, tokens, and their faults."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

CHINA = timezone(timedelta(hours=8))
Answer = dict[str, Any]
OK = {"errcode": 0, "errmsg": "ok"}


class Fake:
    """What both have in common. `faults` are taken from the front, one for each request that asks for data."""

    def __init__(self) -> None:
        self.tokens = 0
        self.asked: list[tuple[str, Answer]] = []
        self.faults: list[Callable[[Answer], Answer | tuple[int, bytes]]] = []
        self.rows: list[Answer] = []
        self.url = ""

    def answer(self, path: str, query: dict[str, str], body: Answer) -> Answer | tuple[int, bytes]:
        if path.endswith("gettoken"):
            return self.give_token(query)
        if query.get("access_token") != f"token{self.tokens}":
            return {"errcode": 40014, "errmsg": "不合法的access_token"}
        self.asked.append((path, body or query))
        answer = self.found(path, query, body)
        return self.faults.pop(0)(answer) if self.faults else answer

    def give_token(self, query: dict[str, str]) -> Answer:
        if self.secret_of(query) != ("key", "secret"):
            return {"errcode": 40089, "errmsg": "不合法的corpid或corpsecret"}
        self.tokens += 1
        return {**OK, "access_token": f"token{self.tokens}", "expires_in": 7200}

    def secret_of(self, query: dict[str, str]) -> tuple[str | None, str | None]:
        raise NotImplementedError

    def found(self, path: str, query: dict[str, str], body: Answer) -> Answer:
        raise NotImplementedError


class FakeDingTalk(Fake):
    """Departments 1 → 2, people in both; `rows` are punches, from which results are made as DingTalk makes them."""

    def __init__(self) -> None:
        super().__init__()
        self.users: dict[int, list[Answer]] = {1: [], 2: []}
        self.results: list[Answer] = []

    def secret_of(self, query):
        return query.get("appkey"), query.get("appsecret")

    def found(self, path, query, body):  # noqa: ARG002 - the same call for both
        reader = {
            "/attendance/list": self._list, "/attendance/listRecord": self._records,
            "/topapi/v2/department/listsub": self._departments, "/topapi/v2/user/list": self._people,
        }  # fmt: skip
        return reader[path](body) if path in reader else {"errcode": 404, "errmsg": "请求的URI地址不存在"}

    def _departments(self, body):
        below = [{"dept_id": 2, "name": "第二村", "parent_id": 1}] if body["dept_id"] == 1 else []
        return {**OK, "result": below}

    def _people(self, body):
        everybody, size = self.users[body["dept_id"]], min(body["size"], 100)
        some = everybody[body["cursor"] : body["cursor"] + size]
        more = body["cursor"] + size < len(everybody)
        result = {"has_more": more, "list": some} | ({"next_cursor": body["cursor"] + size} if more else {})
        return {**OK, "result": result}

    def _list(self, body):
        if (
            len(body["userIdList"]) > 50
            or body["limit"] > 50
            or self._days(body["workDateFrom"], body["workDateTo"]) > 7
        ):
            return {"errcode": 40035, "errmsg": "不合法的参数"}
        rows = self._of(self.results, body["userIdList"], body["workDateFrom"], body["workDateTo"])
        page = rows[body["offset"] : body["offset"] + body["limit"]]
        return {**OK, "recordresult": page, "hasMore": body["offset"] + body["limit"] < len(rows)}

    def _records(self, body):
        if len(body["userIds"]) > 50 or self._days(body["checkDateFrom"], body["checkDateTo"]) > 7:
            return {"errcode": 40035, "errmsg": "不合法的参数"}
        return {**OK, "recordresult": self._of(self.rows, body["userIds"], body["checkDateFrom"], body["checkDateTo"])}

    def _of(self, rows, users, first, last):
        begins, ends = (
            datetime.fromisoformat(f"{each[:10]}T00:00:00+08:00").timestamp() * 1000 for each in (first, last)
        )
        return [row for row in rows if row["userId"] in users and begins <= row["workDate"] <= ends]

    def _days(self, first, last):
        return (datetime.fromisoformat(last) - datetime.fromisoformat(first)) / timedelta(days=1)

    def punch(self, user: str, when: str, kind: str = "OnDuty", **more: Any) -> None:
        """A punch and its result; `missed=True` leaves the punch out."""
        moment = datetime.fromisoformat(when).replace(tzinfo=CHINA)
        at, day = int(moment.timestamp() * 1000), moment.replace(hour=0, minute=0)
        number = 40_000 + len(self.results)
        common = {
            "userId": user,
            "checkType": kind,
            "workDate": int(day.timestamp() * 1000),
            "groupId": 68,
            "planId": number,
        }
        if more.pop("missed", False):
            self.results.append(
                {**common, "id": number, "timeResult": "NotSigned", "locationResult": "NotSigned", "sourceType": "SYSTEM",
                 "baseCheckTime": at, "userCheckTime": at}
            )  # fmt: skip
            return
        judged = {"timeResult": "Normal", "locationResult": "Normal", "sourceType": "USER", "userCheckTime": at}
        self.results.append(
            {**common, **judged, "id": number + 50_000, "recordId": number, "baseCheckTime": at, **more}
        )
        place = {"userLatitude": 26.4, "userLongitude": 106.26, "userAccuracy": 30, "userAddress": "贵州省安顺市平坝区"}
        self.rows.append({**common, **judged, **place, "id": number, "planCheckTime": at, "isLegal": "Y", **more})


class FakeWeCom(Fake):
    """One list of people; `contacts` False refuses it, as the secret of 打卡 may."""

    def __init__(self) -> None:
        super().__init__()
        self.users: list[Answer] = []
        self.contacts = True

    def secret_of(self, query):
        return query.get("corpid"), query.get("corpsecret")

    def found(self, path, query, body):  # noqa: ARG002 - the same call for both
        if path == "/cgi-bin/user/simplelist":
            return {**OK, "userlist": self.users} if self.contacts else {"errcode": 48002, "errmsg": "api forbidden"}
        if path != "/cgi-bin/checkin/getcheckindata" or body["opencheckindatatype"] != 3:
            return {"errcode": 404, "errmsg": "no such interface"}
        if len(body["useridlist"]) > 100 or body["endtime"] - body["starttime"] > 30 * 86_400:
            return {"errcode": 301024, "errmsg": "获取打卡记录时间间隔超限"}
        within = [row for row in self.rows if body["starttime"] <= row["checkin_time"] <= body["endtime"]]
        return {**OK, "checkindata": [row for row in within if row["userid"] in body["useridlist"]]}

    def check_in(self, user: str, when: str, kind: str = "上班打卡", **more: Any) -> None:
        at = int(datetime.fromisoformat(when).replace(tzinfo=CHINA).timestamp())
        self.rows.append(
            {"userid": user, "groupname": "护林员", "checkin_type": kind, "exception_type": "", "checkin_time": at,
             "location_title": "村委会", "location_detail": "贵州省安顺市平坝区", "wifiname": "", "notes": "", "wifimac": "",
             "mediaids": [], "lat": 26_400_000, "lng": 106_260_000, "deviceid": "E5FA", "sch_checkin_time": at, **more}
        )  # fmt: skip


@contextmanager
def serving(fake: Fake) -> Iterator[None]:
    """The fake behind a port of this machine, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else {}
            answer = fake.answer(parts.path, dict(parse_qsl(parts.query)), body)
            status, content = answer if isinstance(answer, tuple) else (200, json.dumps(answer).encode())
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve  # noqa: N815 - the names that http.server calls

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    fake.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def status(code: int) -> Callable[[Answer], tuple[int, bytes]]:
    return lambda _answer: (code, b"<html>Bad Gateway</html>")


def half(answer: Answer) -> tuple[int, bytes]:
    """An answer that breaks off in the middle."""
    content = json.dumps(answer).encode()
    return 200, content[: len(content) // 2]


def says(**answer: Any) -> Callable[[Answer], Answer]:
    return lambda _answer: answer


def as_it_is(answer: Answer) -> Answer:
    return answer
