"""Anomalies in the browser: listed, opened with their evidence, answered, put on the rectification list, counted by rule."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from tests.console.oversight.test_oversight_pages import page, post

from yigang.console import today as waiting
from yigang.foundation.enums import Role
from yigang.foundation.models import JobRun
from yigang.oversight.models import Anomaly, Rectification

pytestmark = [pytest.mark.usefixtures("regions"), pytest.mark.req("Z11", "H10")]
COUNTY = "520403000000"


@pytest.fixture
def inspector(make_user):
    return make_user(Role.INSPECTOR, "520403")


@pytest.fixture
def raised(programme):
    """`raised(appointment, "idle")`: an open anomaly about its holder."""

    def made(held, rule: str = "idle", **more: object) -> Anomaly:
        person, month = held.person_id, date(2020, 7, 1)
        row = {
            "key": f"m:{person}:2020-07",
            "fen": 80_000,
            "days": 22,
            "own": 22,
            "logs": 0,
            "results": 0,
            "words": 0,
            "met": 0,
        }
        columns = {
            "strength": Decimal("0.60"), "figures": {"months": 1}, "rows": [row], "keys": [row["key"]], "fen": 80_000,
            "thresholds": {"days": 15.0}, "rule_version": 1, "subject": f"{person}",
        } | more  # fmt: skip
        return Anomaly.objects.create(
            region_code=held.region_code, programme=programme, person=held.person, rule=rule, first=month, last=month,
            month=month, found_at=timezone.now(), **columns,
        )  # fmt: skip

    return made


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    held, raised, sign_in, inspector, count, django_assert_num_queries
):
    for one in held[:count]:
        raised(one)
    client = sign_in(inspector)
    page(client, "oversight-anomalies")
    with django_assert_num_queries(10):
        told = page(client, "oversight-anomalies", state="open", strength="middle", rule="idle")
    assert [one.person.name in told for one in held] == [number < count for number in range(len(held))]
    assert held[0].person.name not in page(client, "oversight-anomalies", strength="strong")


def test_looked_into_answered_and_put_on_the_list(held, raised, sign_in, inspector):
    row = raised(held[0], strength=Decimal("0.90"))
    client = sign_in(inspector)
    dues = [due.url for due in waiting.dues_of(inspector, "520403") if due.chapter == "oversight"]
    assert dues == [reverse("console:oversight-anomalies") + "?state=open&strength=strong"]
    told = page(client, "oversight-anomaly", row.pk)
    assert reverse("console:duty-calendar", args=[held[0].person_id]) + "?month=2020-07" in told
    assert "22 days present (22 by phone or machine), 0 different logs" in told
    post(client, "oversight-anomaly-point", row.pk, unit="白云镇林业站", owner="李站长")
    point = Rectification.objects.get()
    assert (point.person, point.programme) == (held[0].person, row.programme)
    post(client, "oversight-anomaly-answer", row.pk, outcome="true", reason="村民称只打卡不干活")
    row.refresh_from_db()
    assert row.state == "true"
    assert "100 %" in page(client, "oversight-anomaly-sums")
    post(client, "oversight-anomaly-reopen", row.pk, reason="本人申诉")
    assert [due.url for due in waiting.dues_of(inspector, "520403") if due.chapter == "oversight"] == dues


def test_many_are_answered_together(held, raised, sign_in, inspector):
    rows = [raised(one) for one in held[:2]]
    client = sign_in(inspector)
    told = {"selected": [row.pk for row in rows], "outcome": "false", "reason": "换季巡护，日志补登", "asked": "1"}
    preview = client.post(reverse("console:oversight-anomalies-answer"), told).content.decode()
    digest = preview.split('name="previewed" value="')[1].split('"')[0]
    client.post(reverse("console:oversight-anomalies-answer"), told | {"previewed": digest})
    assert set(Anomaly.objects.values_list("state", flat=True)) == {"false"}


@pytest.mark.parametrize(
    ("rule", "figures", "row", "says"),
    [
        ("paid_after_exit", {"months": 1, "ended": "2020-05-31"}, {"key": "s:7", "fen": 1, "month": "2020-06"}, "Line of"),
        ("works_elsewhere", {"days": 44}, {"key": "r:7", "kind": "insurance", "detail": "食品厂", "until": "6-30"}, "食品厂"),
        ("paid_after_death", {"months": 1, "died": "2020-07-08"}, {"key": "r:7", "died": "2020-07-08"}, "dead since 2020-07-08"),
        ("kept_account", {}, {"key": "r:7", "person": None, "kept": True}, "kept for others"),
        ("laps", {"questions": 2, "days": 2}, {"key": "g:7", "kind": "circles", "day": "2020-07-15"}, "Round in circles"),
        ("two_claims", {"days": 3}, {"key": "d:{person}:2020-07-02", "day": "2020-07-02"}, "check-ins on 2020-07-02"),
        ("absent_but_clocked", {"times": 2}, {"key": "f:7", "person": None, "day": "2020-07-09"}, "nobody at the post"),
        ("rotating_names", {"people": 3}, {"key": "a:7", "person": None, "starts": "2020-01-01", "ends": ""}, "In post since"),
        ("shared_account", {"people": 2}, {"key": "b:7", "person": None, "kept": False}, "Account on file"),
        ("moving_together", {"times": 40, "of": 44}, {"key": "m:{person}:2020-07", "times": 40, "of": 44}, "together with"),
    ],
)  # fmt: skip
def test_each_kind_of_evidence_says_what_it_is(held, raised, sign_in, inspector, rule, figures, row, says):
    row = row | {"key": row["key"].replace("{person}", str(held[0].person_id))}
    anomaly = raised(held[0], rule, figures=figures, rows=[row], keys=[row["key"]])
    assert says in page(sign_in(inspector), "oversight-anomaly", anomaly.pk)


def test_a_town_reads_and_does_not_answer_another_county_sees_nothing(held, raised, sign_in, town_officer, make_user):
    row = raised(held[0])
    client = sign_in(town_officer)
    assert "What can be done now" in page(client, "oversight-anomaly", row.pk)
    answer = client.post(
        reverse("console:oversight-anomaly-answer", args=[row.pk]), {"outcome": "false", "reason": "误报"}
    )
    assert answer.status_code in (403, 404)
    elsewhere = sign_in(make_user(Role.INSPECTOR, "520402", username="elsewhere"))
    assert elsewhere.get(reverse("console:oversight-anomaly", args=[row.pk])).status_code == 404
    row.refresh_from_db()
    assert row.state == "open"


def test_a_look_is_a_job(programme, sign_in, inspector):
    client = sign_in(inspector)
    page(client, "oversight-look")
    post(client, "oversight-look", programme=programme.pk, month="2020-07-15")
    run = JobRun.objects.get()
    assert (run.kind, run.region_code) == ("oversight.find_anomalies", COUNTY)
