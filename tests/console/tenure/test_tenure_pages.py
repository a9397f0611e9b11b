"""Pages of tenure: every list costs the same whatever its rows, every step reaches its verb, refusals are shown."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.console.conftest import confirmed, identity_of, make_person, make_post, make_programme
from tests.foundation import pdfa
from tests.posts import factories

from yigang.appraisal import years
from yigang.appraisal.models import YearResult
from yigang.console.lists import paper
from yigang.console.lists.spec import LISTS
from yigang.foundation import rls
from yigang.foundation.enums import Role
from yigang.foundation.jobs import silent
from yigang.foundation.models import JobRun, StoredFile
from yigang.posts.models import Post
from yigang.tenure import domain
from yigang.tenure.domain import Issue, Leaving, LetterText, Muster, Period, Terms
from yigang.tenure.enums import ExitKind, ExitReason, ExitState, ProvisionKind, TrainingBasis
from yigang.tenure.models import (
    Appointment,
    Certificate,
    DutyLetter,
    Exit,
    LedgerEntry,
    Provision,
    RenewalProposal,
    RotationMove,
    RotationRound,
    SendingUnit,
    Team,
    Vacancy,
)

JULY = date(2020, 7, 1)
QUERIES = {
    "": 10, "agreements/": 10, "due/": 12, "vacancies/": 12, "exits/": 9, "ledger/": 10, "renewals/": 10, "renewals/people/": 10,
    "rotations/": 9, "rotations/moves/": 10, "teams/": 11, "units/": 9, "letters/": 10, "provisions/": 10,
    "certificates/": 10, "results/": 11,
}  # fmt: skip
"""Address → queries of a page, for whatever number of rows."""


def holder(number: int, actor, *, ends: date | None = None) -> Appointment:
    terms = Terms(JULY, ends, training=TrainingBasis.TAKEN_OVER)
    return domain.appoint(make_person(number, name=f"王{number}"), make_post(f"R{number}"), terms, actor=actor)


def everything(count: int, manager) -> None:
    """As many rows as asked for in every list."""
    county, town, village = "520403000000", "520403100000", "520403100201"
    programme = make_programme()
    for number in range(1, count + 1):
        stays, over = holder(number, manager), holder(100 + number, manager, ends=date(2021, 6, 30))
        leaver = holder(200 + number, manager)
        domain.leave(leaver, Leaving(ExitKind.LAPSE, ExitReason.MOVED, date(2020, 9, 30), "迁走"), actor=manager)
        until = timezone.localdate() + timedelta(days=10)
        issue = Issue(ProvisionKind.INSURANCE, "意外险", JULY, until, 100, "经费")
        domain.give_out([stays], issue, actor=manager)
        given = years.YearGiven(stays, 2020, "合格", "齐府发〔2021〕3号", date(2021, 1, 15))
        years.record_year_results(programme, [given], actor=manager)
        domain.record_certificate(stays.person, "岗前培训", JULY, actor=manager)
        unit = domain.save_unit(town, f"单位{number}", actor=manager)
        domain.form_team(
            programme, village, f"队{number}", unit, [Muster(stays, leader=True)], starts=JULY, actor=manager
        )
        domain.open_renewal(
            programme, village, f"续聘{number}", Period(over.ends, over.ends, date(2022, 6, 30)), actor=manager
        )  # fmt: skip
        turn = RotationRound.objects.create(
            region_code=county, programme=programme, title=f"轮换{number}", on=JULY, created_by=manager
        )
        RotationMove.objects.create(
            region_code=village, round=turn, appointment=stays, post=over.post, to_region=town, cycle=1, score=1
        )
        domain.issue_letter(programme, 2020 + number, county, LetterText("书", "文"), actor=manager)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("address", QUERIES)
def test_a_list_costs_the_same_queries_whatever_its_rows(sign_in, county_manager, regions, address, rows):
    everything(rows, county_manager)
    client = sign_in(county_manager)
    client.get(f"/tenure/{address}")
    with CaptureQueriesContext(
        connection,
    ) as caught:
        page = client.get(f"/tenure/{address}", headers={"HX-Request": "true"})
    assert page.status_code == 200
    assert len(caught) == QUERIES[address], [query["sql"][:90] for query in caught]


@pytest.mark.parametrize("address", [key for key in QUERIES if key != "rotations/"])
def test_every_list_is_a_workbook_too(sign_in, county_manager, regions, address):
    everything(1, county_manager)
    answer = sign_in(county_manager).get(f"/tenure/{address}?format=xlsx")
    assert answer.headers["Content-Type"].endswith("spreadsheetml.sheet")


def test_lists_are_declared_once():
    assert {"in-post", "due-to-leave", "vacancies", "exits", "ledger", "teams", "provisions"} <= LISTS.keys()


@pytest.mark.req("Z12")
def test_a_dismissal_goes_through_two_officials_and_ends_as_a_notice(sign_in, town_officer, county_manager, regions):
    held = holder(1, town_officer)
    sign_in(town_officer).post(f"/posts/appointments/{held.pk}/end/", {
        "kind": "dismissal", "cause": "absent", "on": "2020-09-30", "reason": "连续旷工", "clause": "第九条",
    })  # fmt: skip
    row = Exit.objects.get()
    page = sign_in(town_officer).get(f"/tenure/exits/{row.pk}/").content.decode()
    assert "is for: County manager" in page
    client = sign_in(county_manager, "zh-hans")
    client.post(f"/tenure/exits/{row.pk}/confirm/", {"decision": "同意"})
    row.refresh_from_db()
    assert row.state == ExitState.DONE
    page = client.get(f"/tenure/exits/{row.pk}/").content.decode()
    assert "解除聘用通知书" in page
    client.post(f"/tenure/exits/{row.pk}/deliver/", {"how": "in_person", "on": timezone.localdate().isoformat()})
    row.refresh_from_db()
    assert row.delivered_on == timezone.localdate()


def test_an_own_proposal_shows_why_it_cannot_be_confirmed(sign_in, county_manager, regions):
    row = domain.leave(
        holder(1, county_manager), Leaving(ExitKind.REMOVAL, ExitReason.ABSENT, date(2020, 9, 30), "旷工", clause="第九条"),
        actor=county_manager,
    )  # fmt: skip
    client = sign_in(county_manager)
    assert "somebody else has to confirm" in client.get(f"/tenure/exits/{row.pk}/").content.decode()
    client.post(f"/tenure/exits/{row.pk}/confirm/", {"decision": "同意"})
    row.refresh_from_db()
    assert row.state == ExitState.PROPOSED


def test_a_file_that_is_not_what_its_name_says_is_refused(sign_in, county_manager, regions, tmp_path):
    row = domain.leave(
        holder(1, county_manager),
        Leaving(ExitKind.LAPSE, ExitReason.MOVED, date(2020, 9, 30), "迁走"),
        actor=county_manager,
    )
    client = sign_in(county_manager)
    fake, real = tmp_path / "photo.jpg", tmp_path / "paper.pdf"
    fake.write_bytes(b"%!PS not a picture")
    real.write_bytes(b"%PDF-1.7 a paper")
    for path, count in ((fake, 0), (real, 1)):
        with path.open("rb") as file:
            client.post(f"/tenure/exits/{row.pk}/attach/", {"what": "申请书", "file": file})
        assert row.files.count() == count


def test_vacancies_are_reported_together_or_not_at_all(sign_in, county_manager, regions):
    for number in (1, 2):
        held = holder(number, county_manager)
        domain.leave(held, Leaving(ExitKind.LAPSE, ExitReason.MOVED, date(2020, 9, 30), "迁走"), actor=county_manager)
    keys = list(Vacancy.objects.values_list("pk", flat=True))
    client = sign_in(county_manager)
    address, asked = "/tenure/vacancies/report/", {"selected": keys, "text": "书面"}
    assert "Chosen: <b>2</b>" in client.post(address, {"selected": keys}).content.decode()
    page = client.post(address, {**asked, "asked": "1", "on": "2020-08-01"}).content.decode()
    assert page.count("between the day of leaving and today") == 2
    assert not Vacancy.objects.exclude(reported_on=None).exists()
    assert confirmed(client, address, {**asked, "on": "2020-10-02"}).count("reported on 2020-10-02") == 2
    assert Vacancy.objects.filter(reported_on=date(2020, 10, 2)).count() == 2


@pytest.mark.req("T11")
def test_giving_out_shows_the_sum_before_it_is_done(sign_in, county_manager, regions):
    keys = [holder(number, county_manager).pk for number in (1, 2)]
    client, address = sign_in(county_manager), "/tenure/provisions/give-out/"
    form = {
        "selected": keys,
        "kind": "insurance",
        "item": "意外险",
        "issued_on": "2020-07-01",
        "cost": "200",
        "fund": "经费",
    }
    page = client.post(address, {**form, "asked": "1"}).content.decode()
    assert "2 get it, 0 have it from that day; 400.00 yuan together." in page
    assert not Provision.objects.exists()
    confirmed(client, address, form)
    assert Provision.objects.filter(cost_fen=20_000).count() == 2


def test_a_renewal_is_prepared_and_decided(sign_in, county_manager, regions):
    held = holder(1, county_manager, ends=date(2021, 6, 30))
    client = sign_in(county_manager)
    client.post("/tenure/renewals/open/", {
        "programme": held.programme_id, "title": "2021", "first": "2021-06-30", "last": "2021-06-30", "new_end": "2022-06-30",
    })  # fmt: skip
    row = RenewalProposal.objects.get()
    asked = {"selected": [row.pk], "asked": "1", "reason": ""}
    assert "say why you differ" in client.post("/tenure/renewals/renew/", asked).content.decode()
    confirmed(client, "/tenure/renewals/renew/", {**asked, "reason": "考核合格"})
    assert Appointment.objects.filter(starts=date(2021, 7, 1)).exists()


@pytest.mark.req("P8")
def test_a_result_of_the_year_is_recorded_by_hand_and_makes_the_renewal_sure(
    sign_in, county_manager, make_user, regions
):
    held = holder(1, county_manager, ends=date(2021, 6, 30))
    client = sign_in(county_manager)
    client.post("/tenure/renewals/open/", {
        "programme": held.programme_id, "title": "2021", "first": "2021-06-30", "last": "2021-06-30", "new_end": "2022-06-30",
    })  # fmt: skip
    asked = {
        "number": identity_of(1), "programme": held.programme_id, "year": "2020", "grade": "合格",
        "document": "齐府发〔2021〕3号",
        "decided_on": "2021-01-15",
    }  # fmt: skip
    assert "under “Results of the year”" in client.get("/tenure/renewals/people/").content.decode()
    assert "knows no yearly grade" in client.post("/tenure/results/add/", {**asked, "grade": "优秀"}).content.decode()
    assert not YearResult.objects.exists()
    client.post("/tenure/results/add/", asked)
    assert "齐府发〔2021〕3号" in client.get("/tenure/results/").content.decode()
    round_key = RenewalProposal.objects.get().round_id
    assert "1 proposals changed" in confirmed(client, "/tenure/renewals/again/", {"selected": [round_key]})
    assert RenewalProposal.objects.get().proposal == "renew"
    confirmed(client, "/tenure/results/back/", {"selected": [YearResult.objects.get().pk], "reason": "登记错人"})
    assert YearResult.objects.get().withdrawn_why == "登记错人"
    clerk = sign_in(make_user(Role.VILLAGE_CLERK, "520403100201"))
    assert (clerk.get("/tenure/results/").status_code, clerk.get("/tenure/results/add/").status_code) == (200, 404)


@pytest.mark.req("M1")
def test_a_proposed_move_is_sent_elsewhere_on_its_page(sign_in, county_manager, make_user, regions):
    turn = rotation(county_manager)
    move = turn.moves.first()
    address = f"/tenure/rotations/moves/{move.pk}/"
    assert "change/" not in sign_in(make_user(Role.AUDITOR, "520403")).get(address).content.decode()
    client = sign_in(county_manager)
    assert address in client.get("/tenure/rotations/moves/").content.decode()
    for asked, said in (
        ({"post": "没有", "reason": "照顾家庭"}, "no other post with this number"),
        ({"post": "T9", "reason": ""}, "required"),
    ):
        page = client.post(f"{address}change/", asked, HTTP_REFERER=f"http://testserver{address}", follow=True)
        assert said in page.content.decode()
        assert not Appointment.objects.filter(starts=JULY).exists()
    client.post(f"{address}change/", {"post": "T9", "reason": "照顾家庭"})
    move.refresh_from_db()
    assert (move.state, move.new_appointment.post.number, move.reason) == ("changed", "T9", "照顾家庭")
    assert "change/" not in client.get(address).content.decode()


@pytest.mark.req("M1")
@pytest.mark.parametrize(
    ("page", "answers", "state"), [("accept", {}, "accepted"), ("reject", {"reason": "照顾家庭"}, "rejected")]
)
def test_rings_of_moves_are_decided_together_once_shown(sign_in, county_manager, regions, page, answers, state):
    turn = rotation(county_manager)
    client, address = sign_in(county_manager), f"/tenure/rotations/moves/{page}/"
    moves = list(turn.moves.values_list("pk", flat=True))
    assert moves
    client.post(address, {"selected": moves, **answers, "asked": "1"})
    assert not turn.moves.exclude(state="proposed").exists(), "shown first, not done"
    preview = confirmed(client, address, {"selected": moves, **answers})
    assert preview.count("data-outcome") == len(moves)
    assert set(turn.moves.values_list("state", flat=True)) == {state}


def rotation(actor) -> RotationRound:
    """A round of rotation with its moves proposed: four people in two villages, and a free post."""
    programme = factories.make_programme("teams", policy_code="huaihua-team", kind="team", starts=date(2017, 3, 1))
    for number in (1, 2, 3, 4):
        post = factories.make_post(programme, f"T{number}", region_code=f"5204031002{number % 2 + 1:02d}")
        terms = Terms(date(2017, 7, 1), training=TrainingBasis.TAKEN_OVER)
        domain.appoint(make_person(number, name=f"王{number}"), post, terms, actor=actor)
    factories.make_post(programme, "T9")
    turn = domain.open_rotation(programme, "520403000000", "轮换", on=JULY, actor=actor)
    domain.propose_moves(turn, actor=actor)
    return turn


def test_a_team_a_unit_a_letter_and_a_certificate_come_in_by_forms(sign_in, county_manager, regions):
    held = holder(1, county_manager)
    client = sign_in(county_manager)
    client.post("/tenure/units/add/", {"name": "区税务局"})
    client.post("/tenure/teams/form/", {
        "programme": held.programme_id, "region_code": held.region_code, "name": "队", "starts": "2020-07-01",
        "unit": SendingUnit.objects.get().pk, "members": identity_of(1),
    })  # fmt: skip
    client.post("/tenure/letters/issue/", {
        "programme": held.programme_id, "year": "2020", "region_code": "520403000000", "title": "责任书", "text": "{单位}",
    })  # fmt: skip
    client.post("/tenure/certificates/add/", {"number": identity_of(1), "subject": "培训", "issued_on": "2020-06-20"})
    assert (Certificate.objects.count(), DutyLetter.objects.get().text) == (1, "平坝区")
    letter = DutyLetter.objects.get()
    client.post(f"/tenure/letters/{letter.pk}/sign/", {"signer": "区长", "on": "2020-01-05"})
    letter.refresh_from_db()
    assert letter.signer == "区长"
    assert Team.objects.count() == 1


@pytest.mark.req("P2")
def test_the_ledger_prints_the_oldest_first_with_reasons(sign_in, county_manager, regions):
    everything(1, county_manager)
    client = sign_in(county_manager)
    assert "format=pdf" in client.get("/tenure/ledger/").content.decode()
    answer = client.get("/tenure/ledger/", {"format": "pdf"})
    assert answer["Content-Type"] == "application/pdf"
    pdfa.check(answer.content)
    shown = pdfa.text_of(answer.content)
    assert "聘用动态调整台账" in shown
    assert f"共 {LedgerEntry.objects.count()} 条" in shown
    assert shown.index("已聘用") < shown.index("迁走")
    left = pdfa.text_of(client.get("/tenure/ledger/", {"format": "pdf", "kind": "exit"}).content)
    assert "迁走" in left
    assert "已聘用" not in left


def test_the_ledger_of_another_town_has_no_lines(sign_in, county_manager, make_user, regions):
    everything(1, county_manager)
    stranger = sign_in(make_user(Role.TOWN_OFFICER, "520403101"))
    shown = pdfa.text_of(stranger.get("/tenure/ledger/", {"format": "pdf"}).content)
    assert "共 0 条" in shown
    assert "迁走" not in shown


def test_a_long_ledger_is_printed_by_a_job(sign_in, county_manager, regions, monkeypatch):
    everything(1, county_manager)
    monkeypatch.setattr(paper, "MOST_AT_ONCE", 1)
    response = sign_in(county_manager).get("/tenure/ledger/", {"format": "pdf"})
    assert response["Location"] == f"/office/jobs/{JobRun.objects.get().pk}/"
    with rls.scope(county_manager):
        result = paper.print_list.work(
            silent,
            actor=county_manager,
            name="ledger",
            prefix="520403",
            query="kind=exit",
            columns=None,
            file="台账.pdf",
        )
    stored = StoredFile.objects.get(pk=result["file"])
    with stored.content.open("rb") as file:
        assert "迁走" in pdfa.text_of(file.read())


def test_more_rows_than_anybody_prints_are_refused(sign_in, county_manager, regions, monkeypatch):
    everything(1, county_manager)
    monkeypatch.setattr(paper, "MOST", 3)
    response = sign_in(county_manager).get("/tenure/ledger/", {"format": "pdf", "programme": "", "q": ""}, follow=True)
    assert "At most 3 rows are printed" in response.content.decode()
    assert not JobRun.objects.exists()


@pytest.mark.req("P5")
@pytest.mark.parametrize("address", [*QUERIES, "ledger/?format=pdf"])
def test_a_post_holder_finds_no_page(sign_in, make_user, regions, address):
    assert sign_in(make_user(Role.POST_HOLDER, "520403100201")).get(f"/tenure/{address}").status_code == 404


def test_home_names_the_overdue_first(sign_in, county_manager, regions):
    everything(1, county_manager)
    page = sign_in(county_manager, "zh-hans").get("/").content.decode()
    assert page.index("上报空岗") < page.index("补聘空岗") < page.index("处理到期应退出人员")
    assert Post.objects.count() == 3
