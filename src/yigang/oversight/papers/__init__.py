"""The minutes of a meeting on A4, with what lay before it, what it asks for, and lines to sign."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils import timezone, translation

from yigang.foundation import regions
from yigang.foundation.access import require
from yigang.foundation.models import User
from yigang.foundation.papers import Paper, printed_by, typeset
from yigang.foundation.papers.listing import Heading, table
from yigang.foundation.wording import chinese
from yigang.oversight.access import READ_MEETINGS
from yigang.oversight.meetings import follow_ups
from yigang.oversight.models import Meeting

MINUTES = Path(__file__).parent / "minutes.typ"
FIGURES = (
    ("open_points", "待整改问题", "个"),
    ("overdue_points", "其中逾期", "个"),
    ("anomalies", "未答复异常", "条"),
    ("questions", "未答复疑点", "条"),
    ("overdue_tasks", "逾期学训任务", "项"),
    ("found_absent", "督查发现缺岗", "人"),
    ("absent_people", "无故缺勤", "人"),
)
HEADINGS = (Heading("要办的事"), Heading("责任单位"), Heading("责任人"), Heading("期限"), Heading("情况"))


def title_of(meeting: Meeting) -> str:
    """芝麻村周了解记录"""
    return f"{regions.name_of(meeting.region_code)}{meeting.name}记录"


def set_minutes(meeting: Meeting, *, actor: User) -> Paper:
    """The paper of one entry, as it was written; an entry that was corrected says so at its top."""
    require(actor, READ_MEETINGS, meeting.region_code)
    with translation.override("zh-hans"):
        lines = [
            (one.finding, one.unit, one.owner, f"{one.due}", f"{one.get_state_display()}") for one in follow_ups(meeting)
        ]  # fmt: skip
    data = {
        "title": title_of(meeting), "facts": list(_facts(meeting)), "before": _before(meeting),
        "minutes": meeting.minutes.splitlines(), "names": meeting.names, "table": table(HEADINGS, lines),
        "notes": list(_notes(meeting)), "printed": printed_by(actor),
    }  # fmt: skip
    return typeset(MINUTES, data)


def _facts(meeting: Meeting) -> Iterator[str]:
    """Names and texts in turn, two pairs a line."""
    yield from ("会议", meeting.name, "岗位项目", meeting.programme.name)
    yield from ("召开日期", chinese(meeting.on), "召开期限", chinese(meeting.until))
    yield from ("期间", f"{meeting.first} 至 {meeting.last}", "主持人", meeting.chair)
    yield from ("到会", f"{meeting.present} 人", "缺席", f"{meeting.absent} 人")


def _before(meeting: Meeting) -> str:
    """What lay before the meeting, in one sentence; empty for an entry without figures."""
    figures = meeting.figures
    said = "，".join(f"{words} {figures[key]} {unit}" for key, words, unit in FIGURES if key in figures)
    return f"会前情况（{figures['since']} 至 {figures['until']}）：{said}。" if said else ""


def _notes(meeting: Meeting) -> Iterator[str]:
    if hasattr(meeting, "corrected_by"):
        yield f"本记录已于 {timezone.localtime(meeting.corrected_by.recorded_at):%Y-%m-%d} 由新的记录更正，以新的为准。"
    if meeting.corrects:
        yield f"本记录更正 {timezone.localtime(meeting.corrects.recorded_at):%Y-%m-%d} 的记录，原因：{meeting.reason}"
    if meeting.continues:
        yield f"本次会议续 {chinese(meeting.continues.on)} 的会议。"
