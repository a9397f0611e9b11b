"""Every answer of the phone's interface is recognisable as ours."""

from yigang.field.api.answers import PROTOCOL


def test_an_answer_carries_the_protocol_and_the_server_s_clock(client, db):
    answer = client.get("/field/api/v1/clock")
    assert (answer.status_code, answer.json()["protocol"]) == (200, PROTOCOL)
    assert answer.json()["server_ms"] > 1_600_000_000_000
    assert "set-cookie" not in answer.headers
