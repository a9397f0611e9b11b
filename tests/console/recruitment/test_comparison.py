"""Pages of data comparison: registers, comparing a round, hits with both sides, decisions alone and together."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.exchange.workbooks import xlsx
from tests.people.factories import identity_number
from tests.recruitment.comparison.world import NAMES, apply_all, hand_in, line
from tests.recruitment.world import JUNE, World, make_world

from yigang.exchange.models import FileImport
from yigang.foundation.models import AuditEntry, JobRun
from yigang.recruitment.comparison.enums import HitState
from yigang.recruitment.comparison.run import compare_round
from yigang.recruitment.models import ComparisonHit, ComparisonRegister

BASE = "/recruitment/comparison/"


@pytest.fixture
def world(make_user) -> World:
    made = make_world(make_user)
    made.open()
    made.next()
    made.next()
    return made


@pytest.fixture
def compared(world) -> World:
    """Three applicants; every one stands on the payroll by number, the first is like somebody who died."""
    apply_all(world, 3)
    hand_in(world, "payroll", *(line(order, name) for order, name in enumerate(NAMES, start=1)))
    first = world.people[0]
    hand_in(world, "deaths", line(900, "周小勇", number="", birth=first.birth, born="520403"))
    compare_round(world.round, on=JUNE, actor=world.county)
    return world


def shown(client, path: str = "") -> str:
    answer = client.get(BASE + path)
    assert answer.status_code == 200, path
    return answer.content.decode()


def test_the_list_shows_what_was_found_masked_and_narrows(sign_in, compared):
    client = sign_in(compared.county)
    everything = shown(client)
    assert all(name in everything for name in NAMES)
    assert identity_number(1) not in everything
    assert "周**" in everything
    assert "周小勇" not in everything
    assert "吴桂香" not in shown(client, "?exact=no")
    assert "周大勇" not in shown(client, "?q=吴桂香")
    assert "吴桂香" in shown(client, "?kind=payroll&state=open&alike=95")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_hits_asks_the_same_questions_for_one_row_and_for_three(
    sign_in, compared, count, django_assert_num_queries
):
    ComparisonHit.objects.filter(exact=False).delete()
    ComparisonHit.objects.exclude(pk__in=ComparisonHit.objects.values("pk")[:count]).delete()
    client = sign_in(compared.county)
    shown(client)
    with django_assert_num_queries(HITS_QUERIES):
        shown(client)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_registers_asks_the_same_questions_for_one_row_and_for_three(
    sign_in, world, count, django_assert_num_queries
):
    for order in range(1, count + 1):
        hand_in(world, "deaths", line(order, "某某"))
    client = sign_in(world.county)
    shown(client, "registers/")
    with django_assert_num_queries(REGISTERS_QUERIES):
        shown(client, "registers/")


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_rounds_asks_the_same_questions_for_one_row_and_for_three(
    sign_in, make_user, world, count, django_assert_num_queries
):
    for number in range(2, count + 1):
        world.open(f"2020-{number}")
    client = sign_in(world.county)
    shown(client, "rounds/")
    with django_assert_num_queries(ROUNDS_QUERIES):
        shown(client, "rounds/")


HITS_QUERIES, REGISTERS_QUERIES, ROUNDS_QUERIES = 10, 11, 11


@pytest.mark.req("P4")
def test_both_sides_stand_side_by_side_and_are_shown_in_full_on_purpose(sign_in, compared):
    client = sign_in(compared.county)
    hit = ComparisonHit.objects.get(exact=False)
    page = shown(client, f"{hit.pk}/")
    assert "names that differ in one sign" in page
    assert "周小勇" not in page
    assert identity_number(1) not in page
    full = client.post(f"{BASE}{hit.pk}/show/").content.decode()
    assert "周小勇" in full
    assert identity_number(1) in full
    assert AuditEntry.objects.filter(verb="foundation.reveal", object_id=str(hit.pk)).count() == 1


def test_a_hit_is_ruled_out_with_a_reason_and_not_without(sign_in, compared):
    client = sign_in(compared.county)
    hit = ComparisonHit.objects.get(exact=False)
    client.post(f"{BASE}{hit.pk}/decide/", {"state": "dismissed", "reason": " ", "seen": "open"})
    hit.refresh_from_db()
    assert hit.state == HitState.OPEN
    client.post(f"{BASE}{hit.pk}/decide/", {"state": "dismissed", "reason": "户籍科证明不是同一人", "seen": "open"})
    hit.refresh_from_db()
    assert (hit.state, hit.decided_by) == (HitState.DISMISSED, compared.county)


def test_of_two_officers_who_decide_at_once_the_second_is_told(sign_in, compared):
    client = sign_in(compared.county)
    hit = ComparisonHit.objects.get(exact=False)
    for state in ("dismissed", "confirmed"):
        client.post(f"{BASE}{hit.pk}/decide/", {"state": state, "reason": "已核实", "seen": "open"})
    hit.refresh_from_db()
    assert hit.state == HitState.DISMISSED
    assert "meanwhile" in shown(client, f"{hit.pk}/")


def test_many_hits_are_ruled_out_together_after_a_preview(sign_in, compared):
    client = sign_in(compared.county)
    chosen = {"selected": list(ComparisonHit.objects.values_list("pk", flat=True)), "asked": "1", "reason": "均已核实"}
    preview = client.post(f"{BASE}dismiss/", chosen).content.decode()
    assert ComparisonHit.objects.filter(state=HitState.OPEN).count() == 4
    digest = preview.split('name="previewed" value="')[1].split('"')[0]
    client.post(f"{BASE}dismiss/", {**chosen, "previewed": digest})
    assert ComparisonHit.objects.filter(state=HitState.DISMISSED).count() == 4


def test_hits_by_likeness_are_not_proved_true_together(sign_in, compared):
    client = sign_in(compared.county)
    chosen = {"selected": list(ComparisonHit.objects.values_list("pk", flat=True)), "asked": "1", "reason": "属实"}
    assert "one by one" in client.post(f"{BASE}confirm/", chosen).content.decode()
    assert ComparisonHit.objects.filter(state=HitState.OPEN).count() == 4


@pytest.mark.req("P4")
def test_a_round_is_compared_as_a_job_once_at_a_time(sign_in, world):
    apply_all(world, 1)
    client = sign_in(world.county)
    page = shown(client, f"rounds/{world.round.pk}/")
    assert "no register yet" in page
    for _ in range(2):
        client.post(f"{BASE}rounds/{world.round.pk}/run/")
    assert JobRun.objects.filter(kind="recruitment.compare").count() == 1
    assert "under way" in shown(client, f"rounds/{world.round.pk}/")


def test_the_page_of_a_round_counts_what_was_found(sign_in, compared):
    page = shown(sign_in(compared.county), f"rounds/{compared.round.pk}/")
    assert "财政供养人员" in page or "Fiscal payroll" in page
    assert "out of date" in page


def test_a_register_is_handed_in_with_its_kind_and_day(sign_in, world, regions):
    client = sign_in(world.county)
    content = xlsx([["姓名", "身份证号"], ["周大勇", identity_number(1)]])
    file = SimpleUploadedFile("死亡.xlsx", content)
    answer = client.post(
        f"{BASE}registers/new/?region=520403", {"register": "deaths", "as_of": "2020-06-30", "file": file}
    )
    assert answer.status_code == 302
    assert FileImport.objects.get().options == {"register": "deaths", "as_of": "2020-06-30"}
    assert client.get(f"{BASE}registers/template/deaths/").content[:2] == b"PK"


def test_the_rows_of_a_register_are_deleted_with_a_reason(sign_in, compared):
    client = sign_in(compared.county)
    register = ComparisonRegister.objects.get(kind="payroll")
    client.post(f"{BASE}registers/{register.pk}/forget/", {"reason": "本轮结束"})
    register.refresh_from_db()
    assert register.forgotten_at is not None
    assert "rows deleted" in shown(client, "registers/")
    hit = ComparisonHit.objects.filter(kind="payroll").first()
    assert "nothing more can be shown" in client.post(f"{BASE}{hit.pk}/show/").content.decode()


def test_a_clerk_sees_none_of_it(sign_in, compared):
    client = sign_in(compared.clerk)
    for path in ("", "registers/", "rounds/", "registers/new/"):
        assert client.get(BASE + path).status_code == 404


def test_scripts_in_a_name_are_text(sign_in, world):
    one = apply_all(world, 1)[0]
    hand_in(
        world, "officials_kin", line(9, "周大勇", number="", birth=one.person.birth, detail="<script>alert(1)</script>")
    )
    compare_round(world.round, on=JUNE, actor=world.county)
    client = sign_in(world.county)
    assert "<script>alert" not in shown(client)
    assert "<script>alert" not in shown(client, f"{ComparisonHit.objects.get().pk}/")
