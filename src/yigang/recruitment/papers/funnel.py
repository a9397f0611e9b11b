"""The funnel of a round: how many applied and what became of them, as a picture, as figures, and everybody with the reason.

It names people and why they are out: a paper of the office, marked so, never one to be posted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.utils import translation

from yigang.foundation import regions
from yigang.foundation.access import require
from yigang.foundation.models import User
from yigang.foundation.papers import Paper, printed_by, typeset
from yigang.foundation.papers.listing import Heading, table
from yigang.recruitment import queries
from yigang.recruitment.access import READ_ROUNDS
from yigang.recruitment.enums import ApplicationState
from yigang.recruitment.models import Application, Round
from yigang.recruitment.queries import Funnel

TEMPLATE = Path(__file__).parent / "funnel.typ"
HEADINGS = (
    Heading("序号", numeric=True), *map(Heading, ("姓名", "村", "岗位", "结果", "环节", "原因")),
)  # fmt: skip
ORDER = (ApplicationState.OUT, ApplicationState.WITHDRAWN, ApplicationState.RUNNING, ApplicationState.HIRED)


@dataclass(frozen=True)
class Stage:
    """A level of the funnel: how many are left, and who went before the next and why."""

    name: str
    people: int
    lost: str = ""


def stages_of(figures: Funnel) -> list[Stage]:
    """Applied, met the clauses, was chosen and stayed, hired. Who is still in the running is left between the last two."""
    applied, eligible, stayed, hired = figures.stages
    return [
        Stage("申报", applied, _lost("不符合条件", figures.not_eligible)),
        Stage("符合条件", eligible, _lost("自愿放弃", figures.withdrew)),
        Stage("未放弃", stayed, "；".join(filter(None, (_lost("落选", figures.not_chosen), _lost("仍在进行", figures.running))))),
        Stage("聘用", hired),
    ]  # fmt: skip


def lines_of(one: Round) -> Iterator[list[str]]:
    """Everybody with result, step and reason: those who are out first, those hired last."""
    rows = Application.objects.filter(round=one).select_related(
        "person", "post_wanted", "ended_in", "appointment__post"
    )
    known = sorted(
        rows, key=lambda row: (ORDER.index(ApplicationState(row.state)), row.ended_in_id or 0, row.region_code, row.pk)
    )
    names = {code: regions.name_of(code) for code in {row.region_code for row in known}}
    for number, row in enumerate(known, 1):
        post = row.appointment.post if row.appointment else row.post_wanted
        yield [
            str(number), row.person.name, names[row.region_code], str(post) if post else "—",
            str(row.get_state_display()), row.ended_in.name if row.ended_in else "—", "；".join(row.reasons) or "—",
        ]  # fmt: skip


def print_funnel(one: Round, *, actor: User) -> Paper:
    """Picture, figures and list on A4."""
    require(actor, READ_ROUNDS)
    figures = queries.funnel(one)
    with translation.override("zh-hans"):
        data = {
            "title": f"{one.title}选聘情况", "round": f"{one.programme.name}　{one.number}　{one.get_state_display()}",
            "stages": [{"name": stage.name, "people": stage.people, "lost": stage.lost} for stage in stages_of(figures)],
            "steps": "，".join(f"{name} {count} 人" for name, count in figures.by_step),
            "table": table(HEADINGS, lines_of(one)), "printed": f"打印：{printed_by(actor)}　内部材料，不得张贴",
        }  # fmt: skip
    return typeset(TEMPLATE, data)


def _lost(why: str, people: int) -> str:
    return f"{why} {people} 人" if people else ""
