"""The interface as it is described: whatever is sent to it, it answers in its own words and never fails."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from yigang.field.api import api

if TYPE_CHECKING:
    from schemathesis import Case

EXAMPLES = 5
"""Of each address; all of them together take some seconds."""
NO_BATCH = st.recursive(st.none() | st.text() | st.integers(), st.lists)
OURS = ("/field/api/v1/records", "/field/api/v1/media/", "/field/api/v1/sign-in", "/field/api/v1/clock")


@pytest.fixture
def phone(hold, phone_of):
    return phone_of(hold("张大山"))


def sent(case: Case, token: str) -> tuple[int, bytes, str]:
    """Status, body and content type of one made-up request, sent with a good token."""
    headers = {name: value for name, value in (case.headers or {}).items() if name.lower() != "authorization"}
    headers["Authorization"] = f"Bearer {token}"
    body = case.body if isinstance(case.body, bytes) else json.dumps(case.body, default=str).encode()
    answer = Client(raise_request_exception=False).generic(
        case.method, case.formatted_path, body, content_type=case.media_type or "application/json", headers=headers,
        query_params={key: str(value) for key, value in (case.query or {}).items()},
    )  # fmt: skip
    return answer.status_code, answer.content, answer.headers.get("Content-Type", "")


def test_no_message_makes_the_interface_fail(phone):
    import schemathesis  # takes seconds, and this test alone needs it

    described = schemathesis.openapi.from_dict(api.get_openapi_schema())
    counted: dict[str, int] = {}
    for found in described.get_all_operations():
        operation = found.ok()

        @settings(
            max_examples=EXAMPLES, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy())
        def answers(case: Case) -> None:
            status, body, content_type = sent(case, phone.token)
            counted[case.path] = counted.get(case.path, 0) + 1
            assert status < 500, (case.method, case.formatted_path, case.body, body[:300])
            if content_type.startswith("application/json") and body:
                assert json.loads(body)["protocol"] == "yigang-sync/1"

        answers()
    assert set(OURS) <= {path if path.startswith("/field") else f"/field/api/v1{path}" for path in counted}, counted


@settings(max_examples=40, deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    content=st.binary(max_size=300)
    | st.recursive(st.none() | st.text() | st.integers(), st.lists).map(json.dumps).map(str.encode)
)
def test_anything_but_a_batch_is_malformed(phone, content):
    answer = phone.send(content=content or b" ")
    assert answer.status_code == 400
    assert answer.json()["code"] == "malformed"


def test_three_megabytes_are_too_much_and_a_half_message_is_none(phone):
    record = phone.make("log", {"day": "2026-11-22", "text": "长" * 1_100_000})
    assert phone.send(records=[record]).json()["code"] == "too_large"
    whole = phone.batch([phone.make("log", {"day": "2026-11-22", "text": "巡护"})])
    assert phone.send(content=whole[:-20]).status_code == 400
    [answer] = phone.deliver(content=whole)
    assert answer["outcome"] == "stored"
