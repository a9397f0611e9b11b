"""Who is asked about says how it was, by the own phone: heard once, read by the clerk, and it closes nothing by itself."""

from datetime import date

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.test import Client
from tests.duty.conftest import at, punch
from tests.field.conftest import App

from yigang.duty.domain import flags
from yigang.duty.enums import FlagOutcome, Table
from yigang.duty.models import Flag, FlagExplanation

JULY = date(2020, 7, 1)
pytestmark = pytest.mark.req("Z3")


@pytest.fixture
def asked(programme, hold, take_in):
    """Somebody who is asked why the place was always the very same, and somebody who is not asked."""
    person, other = hold("张不动"), hold("赵如常")
    rows = [punch("张不动", at(day, f"07:{10 + day * 7}"), latitude=26.4, longitude=106.25) for day in range(1, 6)]
    take_in(Table.CHECK_INS, *rows)
    flags.find_flags(programme, "520403", JULY)
    return person, other, Flag.objects.get(kind="identical_coordinates")


def reader(phone) -> App:
    app = App()
    app.token = phone.token
    return app


def said(answers) -> list[tuple[str, str]]:
    return [(each["outcome"], each["code"]) for each in answers]


def test_a_question_is_read_on_the_phone_answered_offline_and_seen_by_the_clerk(asked, phone_of, town_officer):
    person, _other, flag = asked
    phone = phone_of(person)
    app = reader(phone)
    (due,) = [each for each in app.get("home").json()["due"] if each["code"] == "questions"]
    assert (due["page"], due["count"]) == ("month/2020-07", 1)
    (question,) = app.get("month/2020-07").json()["questions"]
    assert (question["id"], question["state"], question["explanations"]) == (flag.pk, "open", [])
    assert question["sentence"].startswith("5 天的坐标分毫不差")

    record = phone.make("explanation", {"flag": flag.pk, "text": " 我每天都在护林房门口打卡。 "})
    assert said(phone.deliver(records=[record, record])) == [("stored", ""), ("known", "")]
    (question,) = app.get("month/2020-07").json()["questions"]
    assert [(each["record"], each["text"]) for each in question["explanations"]] == [
        (record.id, "我每天都在护林房门口打卡。")
    ]
    assert "questions" not in [each["code"] for each in app.get("home").json()["due"]]
    flag.refresh_from_db()
    assert (flag.state, FlagExplanation.objects.get().region_code) == ("open", flag.region_code)

    page = Client()
    page.force_login(town_officer)
    assert "我每天都在护林房门口打卡。" in page.get(f"/flags/{flag.pk}/").content.decode()
    flags.answer_flag(flag, FlagOutcome.EXPLAINED, reason="护林房门口", actor=town_officer)
    (question,) = app.get("month/2020-07").json()["questions"]
    assert question["state"] == "explained"
    later = phone.make("explanation", {"flag": flag.pk, "text": "谢谢。"})
    assert said(phone.deliver(records=[later])) == [("stored", "")]


def test_nobody_explains_for_another_and_not_with_nothing(asked, phone_of):
    person, other, flag = asked
    stranger, own = phone_of(other), phone_of(person)
    assert reader(stranger).get("month/2020-07").json()["questions"] == []
    made = [{"flag": flag.pk, "text": "不是我"}, {"flag": flag.pk + 1, "text": "没有这个"}]
    assert (
        said(stranger.deliver(records=[stranger.make("explanation", body) for body in made]))
        == [("refused", "no_question")] * 2
    )
    empty = [{"flag": flag.pk, "text": "  "}, {"flag": 0, "text": "x"}, {"flag": flag.pk, "text": "长" * 1_001}]
    assert [code for _outcome, code in said(own.deliver(records=[own.make("explanation", body) for body in empty]))] == [
        "reason", "body", "body",
    ]  # fmt: skip
    assert not FlagExplanation.objects.exists()


def test_what_was_said_is_never_changed(asked, phone_of):
    person, _other, flag = asked
    phone = phone_of(person)
    phone.deliver(records=[phone.make("explanation", {"flag": flag.pk, "text": "在护林房"})])
    with pytest.raises(DatabaseError, match="only ever added"), transaction.atomic():
        FlagExplanation.objects.update(text="别的")
    assert FlagExplanation.objects.get().text == "在护林房"
