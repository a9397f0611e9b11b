"""How to apply: the policy's conditions for everybody; a form by telephone code where an office has a carrier for codes."""

import re

import pytest
from django.test import Client
from tests.public.test_saying import solved
from tests.recruitment.world import World, make_world

from yigang.foundation import sms
from yigang.people.queries import identity_number
from yigang.public import codes
from yigang.recruitment.enums import Source
from yigang.recruitment.models import Application

PHONE, STRANGER = "13985012345", "13900000000"
ANSWERS = {"able_to_work": "yes", "public_payroll": "no", "village_officer_kin": "no", "agreed": "on"}


@pytest.fixture
def carrier(settings, tmp_path):
    """A carrier that writes into a file."""
    settings.SMS = f"file:{tmp_path / 'messages'}"
    return tmp_path / "messages"


@pytest.fixture
def taking(make_user) -> World:
    """A round that takes applications, and a villager whose telephone is on file."""
    world = make_world(make_user)
    world.open()
    world.next()
    world.next()
    world.person("张三", phone=PHONE)
    return world


def path(world: World) -> str:
    return f"/public/programme/{world.programme.pk}/apply/"


def ask_for_code(client: Client, address: str, phone: str = PHONE) -> str:
    page = client.get(address).content.decode()
    answer = client.post(address, {**solved(page), "phone": phone})
    assert answer.status_code == 200
    token = re.search(r'name="sent" value="([^"]+)"', answer.content.decode())
    assert token
    return token[1]


def code_in(carrier) -> str:
    phone, text = carrier.read_text("utf-8").splitlines()[-1].split("\t")
    assert phone == PHONE
    return re.search(r"\d{6}", text)[0]


def number_of(world: World) -> str:
    return identity_number(world.people[0])


def test_everybody_reads_the_conditions_with_their_clauses(client, taking):
    page = client.get(path(taking)).content.decode()
    assert "须年满18周岁、不超过60周岁" in page
    assert "平坝办法：18至60周岁之间" in page
    assert "同一户已有人在岗的，不能申报" in page
    assert "到村文书处" in page
    assert "获取验证码" not in page  # nobody carries codes here


@pytest.mark.req("P4")
def test_a_villager_applies_by_the_code_on_the_telephone(client, taking, carrier):
    token = ask_for_code(client, path(taking))
    answer = client.post(
        path(taking), {"sent": token, "code": code_in(carrier), "identity": number_of(taking), **ANSWERS}
    )
    assert answer.status_code == 201
    application = Application.objects.get()
    assert (application.source, application.created_by, application.person) == (Source.PUBLIC, None, taking.people[0])
    assert application.declared["able_to_work"] is True


def test_a_number_that_is_not_on_file_gets_no_code_and_learns_nothing(client, taking, carrier):
    token = ask_for_code(client, path(taking), STRANGER)
    assert not carrier.exists()
    answer = client.post(path(taking), {"sent": token, "code": "000000", "identity": number_of(taking), **ANSWERS})
    assert answer.status_code == 422
    assert not Application.objects.exists()


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"code": "x"}, "验证码不对"), ({"identity": "11010519491231002X"}, "不一致"), ({"able_to_work": ""}, "必填"),
        ({"sent": "made-up"}, "已过期"), ({"identity": "123"}, "18"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_and_nothing_is_taken(client, taking, carrier, changes, says):
    token = ask_for_code(client, path(taking))
    fields = {"sent": token, "code": code_in(carrier), "identity": number_of(taking), **ANSWERS, **changes}
    answer = client.post(path(taking), fields)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Application.objects.exists()


def test_a_code_is_tried_five_times(client, taking, carrier):
    token = ask_for_code(client, path(taking))
    fields = {"sent": token, "identity": number_of(taking), **ANSWERS}
    for _number in range(codes.TRIES):
        client.post(path(taking), {**fields, "code": "abc"})
    answer = client.post(path(taking), {**fields, "code": code_in(carrier)})
    assert "试错次数过多" in answer.content.decode()


def test_outside_the_step_there_is_no_form(client, make_user, carrier):
    world = make_world(make_user)
    world.open()
    world.next()
    page = client.get(path(world)).content.decode()
    assert "目前没有正在接受申报的批次" in page
    assert "获取验证码" not in page


def test_a_programme_without_a_notice_is_not_shown(client, make_user):
    world = make_world(make_user)
    assert client.get(path(world)).status_code == 404


def test_carriers_are_named_by_a_setting(settings, caplog):
    for kind, found in (("", type(None)), ("log", sms.LogSender), ("file:/x", sms.FileSender), ("other", type(None))):
        settings.SMS = kind
        assert isinstance(sms.sender(), found)
    with caplog.at_level("INFO", logger="yigang.sms"):
        sms.LogSender().send(PHONE, "123456")
    assert "123456" in caplog.text
