"""Everybody objects, complains and sees what became of it; robots and floods are kept out, readers are not."""

import re
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.http import HttpRequest, QueryDict
from django.test import Client
from tests.notices.factories import TOWN_CODE, make_published, workday

from yigang.foundation.errors import Refusal
from yigang.foundation.models import Region, Throttle
from yigang.notices import domain, receipts
from yigang.notices.enums import Decision, ObjectionKind
from yigang.notices.models import Notice, Objection
from yigang.public import challenge, gate

TEXT = "名单上的第一人常年在外务工，没有巡护。"


@pytest.fixture
def published(db, town_officer) -> Notice:
    Region.objects.create(
        code=TOWN_CODE, name="夏云镇", level=4, parent_code="520403000000", valid_from=2020, source="test"
    )
    return make_published(town_officer)


def solved(page: str) -> dict[str, str]:
    """The question of a page, answered as a person does."""
    token = re.search(r'name="token" value="([^"]+)"', page)
    question = re.search(r"([一二三四五六七八九])(加|减)([一二三四五六七八九])等于几", page)
    assert token
    assert question
    one, sign, two = question.groups()
    first, second = challenge.NUMERALS.index(one), challenge.NUMERALS.index(two)
    return {"token": token[1], "answer": str(first + second if sign == "加" else first - second)}


@pytest.fixture
def send(client: Client) -> Callable[..., str]:
    """`send(path, text=…)` opens the form, answers its question, sends it; `status` is what is expected."""

    def sent(path: str, *, status: int = 201, **fields: str) -> str:
        page = client.get(path).content.decode()
        answer = client.post(path, {**solved(page), **fields})
        assert answer.status_code == status
        assert not answer.cookies
        return answer.content.decode()

    return sent


def receipt_in(page: str) -> str:
    number = re.search(r'class="receipt">([\d-]+)<', page)
    assert number
    return number[1]


@pytest.mark.req("P10")
def test_an_objection_is_taken_answered_and_seen_by_its_receipt(client, send, published, county_manager, make_user):
    page = send(f"/public/notices/{published.pk}/object/", text=TEXT, name="王二", contact="13800138000")
    number = receipt_in(page)
    objection = Objection.objects.get()
    assert b"13800138000" not in bytes(objection.sender_cipher or b"")
    status = client.post("/public/receipt/", {"receipt": number}).content.decode()
    assert "已收到" in status

    domain.assign(objection, county_manager, actor=county_manager)
    domain.recheck(objection, "经核实，确在外务工。", actor=county_manager)
    domain.answer(objection, Decision.UPHELD, "经复核，该同志不符合条件，已取消资格。", actor=county_manager)
    status = client.post("/public/receipt/", {"receipt": number}).content.decode()
    assert "予以采纳" in status
    assert "已取消资格" in status
    public = client.get(f"/public/notices/{published.pk}/").content.decode()
    assert "已取消资格" in public
    assert "王二" not in public + status
    assert TEXT not in public + status


def test_an_objection_may_be_to_one_row_of_the_list(send, published):
    row = published.rows.get(position=2)
    send(f"/public/notices/{published.pk}/object/?row={row.pk}", text=TEXT)
    assert Objection.objects.get().row == row


def test_after_the_term_an_objection_is_refused_with_where_to_complain(client, published, town_officer):
    over = make_published(town_officer, opens=workday(40))
    page = client.get(f"/public/notices/{over.pk}/object/").content.decode()
    assert f'href="/public/region/{TOWN_CODE[:9]}/complain/"' in page
    fields = solved(client.get(f"/public/notices/{published.pk}/object/").content.decode())
    answer = client.post(f"/public/notices/{over.pk}/object/", {**fields, "text": TEXT})
    assert answer.status_code == 422
    assert "可以改为投诉" in answer.content.decode()
    assert not Objection.objects.exists()


def test_a_complaint_needs_no_notice_and_no_deadline(send, published):
    send(f"/public/region/{TOWN_CODE[:9]}/complain/", text="办事大厅没有人。", kind=ObjectionKind.COMPLAINT)
    assert Objection.objects.get().notice is None


def test_an_unknown_receipt_number_says_whether_it_was_copied_wrongly(client, db):
    never_given = receipts.show(receipts.fresh())
    for typed, says in (("1234-5678-9012-34", "有一位写错"), (never_given, "没有这个回执号"), ("abc", "有一位写错")):
        answer = client.post("/public/receipt/", {"receipt": typed})
        assert answer.status_code == 422
        assert says in answer.content.decode()


@pytest.mark.parametrize(
    ("wrong", "says"),
    [({"answer": "99"}, "答案不对"), ({"token": "made-up"}, "已过期"), ({"website": "http://spam"}, "由程序填写")],
)
def test_robots_are_refused_and_what_was_written_stays(send, published, wrong, says):
    path = f"/public/notices/{published.pk}/object/"
    page = send(path, status=422, text=TEXT, **wrong)
    assert says in page
    assert TEXT in page
    assert not Objection.objects.exists()


def test_after_a_wrong_sum_the_new_question_and_its_token_belong_together(client, published):
    path = f"/public/notices/{published.pk}/object/"
    again = client.post(path, {**solved(client.get(path).content.decode()), "answer": "99", "text": TEXT})
    assert client.post(path, {**solved(again.content.decode()), "text": TEXT}).status_code == 201


def test_a_question_is_taken_once(client, published):
    path = f"/public/notices/{published.pk}/object/"
    fields = {**solved(client.get(path).content.decode()), "text": TEXT}
    assert client.post(path, fields).status_code == 201
    assert client.post(path, fields).status_code == 422
    assert Objection.objects.count() == 1


@pytest.mark.parametrize(
    ("typed", "number"), [("１２", 12), ("十二", 12), ("twelve", 12), ("八", 8), ("十", 10), ("x", None)]
)
def test_answers_are_read_as_people_write_them(typed, number):
    assert challenge.number_in(typed) == number


def flooding(number: int, question: challenge.Question) -> HttpRequest:
    """The `number`-th of ten thousand forms: a genuine question, its answer, an address of its own."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = f"10.0.{number // 250}.{number % 250}"
    request.POST = QueryDict(urlencode({"token": question.token, "answer": challenge._opened(question.token)[1]}))
    return request


def let_through(request: HttpRequest) -> bool:
    try:
        gate.admit(request, gate.WRITE)
    except Refusal as refusal:
        return refusal.code != "too_many"
    return True


def test_ten_thousand_objections_in_a_minute_neither_fill_the_database_nor_keep_readers_out(
    client, published, monkeypatch
):
    """Genuine questions, right answers, a new address each time: the hour's total is let through and nothing more."""
    monkeypatch.setattr(gate, "WRITE", gate.Limit("write", 5, 40))
    monkeypatch.setattr(challenge, "_seal", lambda nonce, answer: str(answer))
    fresh = [challenge.ask() for _number in range(100)]  # the hour is full long before the last of them
    taken = sum(let_through(flooding(number, fresh[min(number, 99)])) for number in range(10_000))
    assert taken == 40
    assert Throttle.objects.count() == 2 * 40 + 1
    page = client.get(f"/public/notices/{published.pk}/object/", REMOTE_ADDR="10.9.9.9")
    refused = client.post(
        f"/public/notices/{published.pk}/object/",
        {**solved(page.content.decode()), "text": TEXT},
        REMOTE_ADDR="10.9.9.9",
    )
    assert refused.status_code == 429
    assert "向村委会、乡镇反映" in refused.content.decode()
    assert client.get(f"/public/notices/{published.pk}/", REMOTE_ADDR="10.9.9.9").status_code == 200
    assert not Objection.objects.exists()


def test_one_address_is_stopped_and_its_neighbour_is_not(client, published, monkeypatch):
    monkeypatch.setattr(gate, "WRITE", gate.Limit("write", 2, 100))
    path = f"/public/notices/{published.pk}/object/"

    def post(address: str) -> int:
        fields = {**solved(client.get(path).content.decode()), "text": TEXT}
        return client.post(path, fields, REMOTE_ADDR=address).status_code

    assert [post("10.0.0.1") for _ in range(3)] == [201, 201, 429]
    assert post("10.0.0.2") == 201
    assert [post("2001:db8::1"), post("2001:db8::2"), post("2001:db8::3")] == [201, 201, 429]


def test_scripts_in_what_somebody_says_are_words_and_no_more(client, send, published, county_manager):
    send(f"/public/notices/{published.pk}/object/", text="<script>alert(1)</script> 不符合条件", name="<b>x</b>")
    assert Objection.objects.get().text.startswith("<script>")
    assert "<script>alert" not in client.get(f"/public/notices/{published.pk}/").content.decode()
