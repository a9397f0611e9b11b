"""The funnel on paper and as a workbook: 34 applied, 5 not eligible, 12 withdrew, 17 hired, and why each is out."""

import io

import openpyxl
import pytest
from tests.foundation import pdfa
from tests.foundation.pdfa import text_of
from tests.recruitment.world import make_world

from yigang.console.recruitment.paper import sheets_of
from yigang.exchange.spreadsheet import workbook_bytes
from yigang.foundation.enums import Role
from yigang.foundation.errors import Forbidden
from yigang.foundation.jobs import silent
from yigang.foundation.models import StoredFile
from yigang.recruitment import domain, tasks
from yigang.recruitment.papers.funnel import lines_of, print_funnel, stages_of
from yigang.recruitment.queries import Funnel


@pytest.fixture
def world(make_user):
    """A round in which one has withdrawn, one is not eligible and one is in the running."""
    made = make_world(make_user)
    made.open()
    made.next()
    made.next()
    made.applicants(3, made.posts[0])
    return made


@pytest.fixture
def sifted(world):
    gone, out, _stays = world.round.applications.order_by("pk")
    domain.withdraw(gone, "外出务工", actor=world.clerk)
    world.next()
    world.judge()
    domain.decide(out, "不符合条件", reason="已在其他岗位", actor=world.town)
    return world


@pytest.mark.req("T2")
def test_the_stages_are_those_of_the_source():
    figures = Funnel(applied=34, not_eligible=5, not_chosen=0, withdrew=12, running=0, hired=17, by_step=(("审核", 5),))
    shown = [(stage.people, stage.lost) for stage in stages_of(figures)]
    assert shown == [(34, "不符合条件 5 人"), (29, "自愿放弃 12 人"), (17, ""), (17, "")]


@pytest.mark.req("T2")
def test_the_paper_has_picture_figures_and_everybody_with_the_reason(sifted):
    content = print_funnel(sifted.round, actor=sifted.town).content
    pdfa.check(content)
    shown = text_of(content)
    for text in ("申报 3 人", "符合条件 2 人", "自愿放弃 1 人", "外出务工", "已在其他岗位", "不得张贴"):
        assert text in shown
    lines = list(lines_of(sifted.round))
    assert [line[1] for line in lines] == ["申报人2", "申报人1", "申报人3"]
    assert [line[-1] for line in lines] == ["审核：已在其他岗位", "外出务工", "—"]


@pytest.mark.req("T2")
def test_the_workbook_has_units_and_reasons(sifted):
    content = workbook_bytes(sheets_of(sifted.round), created=sifted.round.opened_at)
    figures, people = openpyxl.load_workbook(io.BytesIO(content)).worksheets
    rows = list(figures.values)
    assert rows[1][1:3] == ("人数（人）", "占申报人数（%）")
    assert [row[1] for row in rows[2:]] == [3, 2, 1, 0]
    assert round(rows[3][2], 2) == 66.67
    assert [row[6] for row in people.values] == ["原因", "审核：已在其他岗位", "外出务工", "—"]


def test_a_round_without_applicants_has_an_empty_funnel(make_user):
    world = make_world(make_user)
    assert "尚无人申报" in text_of(print_funnel(world.open(), actor=world.county).content)


def test_a_very_large_round_is_printed_by_a_job(sifted):
    given = {"round_id": sifted.round.pk, "region_code": "520403100000", "name": "选聘情况.pdf"}
    result = tasks.print_funnel.work(silent, actor=sifted.town, **given)
    with StoredFile.objects.get(pk=result["file"]).content.open("rb") as file:
        assert "外出务工" in text_of(file.read())


def test_a_post_holder_reads_no_funnel(sifted, make_user):
    with pytest.raises(Forbidden):
        print_funnel(sifted.round, actor=make_user(Role.POST_HOLDER, "520403100201"))
