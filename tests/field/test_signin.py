"""Getting in with a code or a password, being shut out, losing the phone."""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.field.conftest import OTHER_VILLAGE

from yigang.duty.domain import devices, logins
from yigang.duty.models import Device, DeviceLogin, PhoneAccess, SignInCode
from yigang.duty.sync.phone import new_key
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden, Refusal
from yigang.foundation.models import AuditEntry

NUMBER = "13985000001"


@pytest.mark.req("Z3")
def test_a_code_opens_the_phone_once(hold, clerk, app, make_app, make_user):
    ranger = hold("张大山", phone=NUMBER)
    _issued, first = logins.issue_code(ranger, actor=clerk)
    _issued, code = logins.issue_code(ranger, actor=clerk)
    assert code not in str(SignInCode.objects.values_list("digest", flat=True))
    assert len(code) == 8

    assert app.sign_in(NUMBER, first).json()["code"] == "wrong"  # a newer one took its place
    assert app.sign_in(NUMBER, code, key=b"\x04" + bytes(64)).json()["code"] == "device_key"
    answer = app.sign_in("139 8500 0001", f"{code[:4]} {code[4:]}")
    assert (answer.status_code, answer.json()["account"]) == (200, {"id": str(ranger.pk), "name": "张大山"})
    assert app.get("home").status_code == 200
    before = app.token
    assert app.sign_in(NUMBER, code).status_code == 200  # the answer was lost; the same phone asks again
    assert app.token != before
    stranger = make_app()
    assert stranger.sign_in(NUMBER, code).status_code == 401
    assert app.sign_in(NUMBER, code, key=new_key()[0]).status_code == 401

    with rls.everywhere("look"):
        kept = DeviceLogin.objects.get(ended_at=None)
        assert bytes(kept.token_digest) != app.token.encode()
        assert kept.person_id == ranger.pk
        told = {entry.verb for entry in AuditEntry.objects.all()}
        assert told >= {"duty.issue_code", "duty.admit_device", "duty.sign_in_failed"}
        with pytest.raises(Forbidden):
            logins.issue_code(ranger, actor=make_user(Role.VILLAGE_CLERK, OTHER_VILLAGE))
        with pytest.raises(Refusal, match="没有登记手机号"):
            logins.issue_code(hold("李小河"), actor=clerk)
        left = hold("王老五", phone="1", ends=timezone.localdate() - timedelta(days=200))
        with pytest.raises(Refusal, match="没有在岗"):
            logins.issue_code(left, actor=clerk)
        for _again in range(logins.CODES_A_DAY - 2):
            logins.issue_code(ranger, actor=clerk)
        with pytest.raises(Refusal, match="今天已经"):
            logins.issue_code(ranger, actor=clerk)


def test_five_wrong_tries_shut_and_a_new_code_opens_again(hold, clerk, app):
    ranger = hold("张大山", phone=NUMBER)
    _issued, code = logins.issue_code(ranger, actor=clerk)
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    answers = [app.sign_in(NUMBER, wrong) for _try in range(5)]
    assert {answer.status_code for answer in answers} == {401}
    locked, unknown = app.sign_in(NUMBER, code), app.sign_in("13900000000", code)
    assert locked.json()["detail"] == unknown.json()["detail"] == answers[0].json()["detail"]  # nothing is told
    with rls.everywhere("time passes"):
        PhoneAccess.objects.update(locked_until=timezone.now())
    assert app.sign_in(NUMBER, code).status_code == 200

    with rls.everywhere("shut again"):
        PhoneAccess.objects.update(locked_until=timezone.now() + timedelta(minutes=30))
        _issued, fresh = logins.issue_code(ranger, actor=clerk)
    assert app.sign_in(NUMBER, fresh).status_code == 200
    flood = [app.sign_in("13900000001", "00000000", address="10.9.9.9").status_code for _try in range(61)]
    assert (flood[0], flood[-1]) == (401, 429)


def test_a_password_of_one_s_own_and_two_people_on_one_number(hold, clerk, make_app):
    man, woman = hold("张大山", phone=NUMBER), hold("李小河", phone=NUMBER)
    his, hers = make_app(), make_app()
    _issued, his_code = logins.issue_code(man, actor=clerk)
    _issued, her_code = logins.issue_code(woman, actor=clerk)
    assert his.sign_in(NUMBER, his_code).json()["account"]["name"] == "张大山"
    assert hers.sign_in(NUMBER, her_code).json()["account"]["name"] == "李小河"
    weak = [his.post("password", {"password": word}).json()["code"] for word in ("short", "1234567890", "password123")]
    assert weak == ["weak_password"] * 3
    assert his.post("password", {"password": "山里的松树很高很高"}).json()["code"] == "weak_password"
    assert his.post("password", {"password": "山里的松树很高很高啊啊"}).status_code == 200
    again = make_app()
    assert again.sign_in(NUMBER, "山里的松树很高很高啊啊").json()["account"]["name"] == "张大山"

    assert again.post("sign-out", {}).status_code == 200
    assert again.get("home").json()["code"] == "signed_out"
    with rls.everywhere("the clerk"):
        device = Device.objects.get(pk=his.device)
        devices.revoke(device, reason="丢失", actor=clerk)
        login = DeviceLogin.objects.get(device=hers.device, ended_at=None)
        with pytest.raises(Refusal, match="原因"):
            logins.end_login(login, reason=" ", actor=clerk)
        logins.end_login(login, reason="换了手机", actor=clerk)
    assert (his.get("home").status_code, his.get("home").json()["code"]) == (401, "revoked")
    assert hers.get("home").json()["code"] == "signed_out"
    assert his.sign_in(NUMBER, "山里的松树很高很高啊啊").json()["code"] == "revoked"


@pytest.mark.parametrize(
    "body",
    [
        {}, {"phone": "1", "secret": "", "device": {}}, [], {"phone": "1" * 31, "secret": "1"},
        {"phone": "1", "secret": "1", "device": {"id": "x", "key": {}}},
        {"phone": "1", "secret": "1", "device": {"id": "0" * 32, "key": {"kty": "EC", "crv": "P-256", "x": "é", "y": ""}}},
    ],
    ids=["empty", "no-secret", "list", "long", "no-device", "no-point"],
)  # fmt: skip
def test_what_is_no_request_is_told_so(db, app, body):
    answer = app.post("sign-in", body)
    assert (answer.status_code, answer.json()["protocol"]) == (422, "yigang-sync/1")
    assert answer.json()["code"] in ("malformed", "device_key")
    assert answer.json()["detail"]
