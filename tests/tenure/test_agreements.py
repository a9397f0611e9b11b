"""Agreements: numbered by the programme's rule without gaps, the same number when asked again."""

import re
from datetime import date

from django.db import transaction
from tests.people.factories import make_person
from tests.posts.factories import make_post, make_programme
from tests.tenure.conftest import refused

from yigang.foundation import rls
from yigang.foundation.domain import store_file
from yigang.foundation.enums import Role
from yigang.policy import policies_folder
from yigang.tenure import domain
from yigang.tenure.enums import TrainingBasis
from yigang.tenure.models import Agreement


def test_numbers_follow_the_programmes_rule(programme, hold, town_officer):
    post = make_post(programme, head_count=2)
    first, second = hold(post), hold(post, 2, "李四")
    numbers = [domain.prepare_agreement(one, actor=town_officer).number for one in (first, second, first)]
    assert numbers == ["平坝护林〔2020〕001号", "平坝护林〔2020〕002号", "平坝护林〔2020〕001号"]
    first.refresh_from_db()
    assert first.agreement_number == "平坝护林〔2020〕001号"


def test_a_failure_leaves_no_gap(programme, hold, town_officer):
    post = make_post(programme, head_count=2)
    first, second = hold(post), hold(post, 2, "李四")
    with transaction.atomic():
        assert domain.prepare_agreement(first, actor=town_officer).sequence == 1
        transaction.set_rollback(True)
    assert domain.prepare_agreement(second, actor=town_officer).sequence == 1


def test_two_towns_share_the_countys_series_without_seeing_each_other(programme, hold, town_officer, make_user):
    other = make_user(Role.TOWN_OFFICER, "520403101")
    far = make_post(programme, "H900", region_code="520403101201")
    near, person = hold(make_post(programme)), make_person("李四", 2, region_code="520403101201")
    terms = domain.Terms(date(2020, 7, 1), training=TrainingBasis.TAKEN_OVER)
    there = domain.appoint(person, far, terms, actor=other)
    with rls.scope(town_officer):
        assert domain.prepare_agreement(near, actor=town_officer).sequence == 1
    with rls.scope(other):
        assert domain.prepare_agreement(there, actor=other).number == "平坝护林〔2020〕002号"


def test_fields_for_the_template_hold_no_clear_identity_number(post, hold, town_officer):
    agreement = domain.prepare_agreement(hold(post), actor=town_officer)
    fields = domain.fields_of(agreement)
    assert (fields["姓名"], fields["开始日期"], fields["岗位编号"]) == ("张三", "2020年7月1日", "H001")
    assert "********" in fields["身份证号"]


def test_the_signed_copy_is_kept_once(post, hold, town_officer):
    agreement = domain.prepare_agreement(hold(post), actor=town_officer)
    file = store_file(
        b"%PDF", name="协议.pdf", region_code="520403100201", actor=town_officer, content_type="application/pdf"
    )
    domain.sign_agreement(agreement, file, on=date(2020, 7, 1), actor=town_officer)
    assert Agreement.objects.get().signed_file == file
    refusal = refused(domain.sign_agreement, agreement, file, on=date(2020, 7, 2), actor=town_officer)
    assert refusal.code == "signed_already"


def test_without_a_rule_no_number_is_made_up(hold, town_officer, tmp_path, monkeypatch):
    text = (policies_folder() / "huaihua-team.yaml").read_text("utf-8")
    (tmp_path / "huaihua-team.yaml").write_text(re.sub(r"(?m)^    agreement: .*$", "", text), "utf-8")
    monkeypatch.setenv("YIGANG_POLICIES", str(tmp_path))
    held = hold(make_post(make_programme("team", policy_code="huaihua-team")))
    assert refused(domain.prepare_agreement, held, actor=town_officer).code == "no_rule"


def test_the_pattern_pads_and_outgrows_its_digits():
    pattern = "平坝护林〔{年}〕{序号:3}号"
    assert [domain.number_of(pattern, 2020, sequence) for sequence in (7, 1234)] == [
        "平坝护林〔2020〕007号", "平坝护林〔2020〕1234号",
    ]  # fmt: skip
