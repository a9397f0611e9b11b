"""The notice of a step that hangs out: written and published when the step opens, taken down when the round goes back."""

from __future__ import annotations

from collections.abc import Iterator

from yigang.foundation import regions
from yigang.foundation.models import User
from yigang.notices import domain as notices
from yigang.notices.domain import Row
from yigang.notices.enums import NoticeKind, NoticeState
from yigang.notices.models import Notice
from yigang.notices.terms import rules_of
from yigang.policy.recruitment import Step
from yigang.recruitment import queries
from yigang.recruitment.enums import ApplicationState
from yigang.recruitment.models import Application, StepRecord

ABOUT = "recruitment.steprecord"
"""How a notice names the step that it was made for."""


def hang_out(step: StepRecord, rule: Step, actor: User) -> Notice:
    """Write the step's notice and publish it; where a county asks for two persons it waits as a draft for the second."""
    one = step.round
    listed = _rows(step) if rule.kind == "publish" else iter(())
    assert step.opens_on is not None
    kind = NoticeKind.PUBLICITY if rule.kind == "publish" else NoticeKind.ANNOUNCEMENT
    notice = notices.draft_notice(
        kind, f"{one.title}{step.name}"[:120], region_code=one.region_code, programme=one.programme, body=step.text,
        rows=listed, opens=step.opens_on, working_days=max(1, rule.working_days), actor=actor, about=(ABOUT, step.pk),
    )  # fmt: skip
    if not rules_of(one.region_code).two_persons:
        notice = notices.publish(notice, actor=actor)
    return notice


def take_down(step: StepRecord, reason: str, actor: User) -> None:
    """A step that is gone back over hangs out no more."""
    if step.notice is None:
        return
    if step.notice.state == NoticeState.DRAFT:
        notices.discard_draft(step.notice, actor=actor)
    elif step.notice.state != NoticeState.TAKEN_DOWN:
        notices.take_down(step.notice, reason=reason, actor=actor)


def _rows(step: StepRecord) -> Iterator[Row]:
    """Everybody still in the running: name, village, post, rank. Nothing else is published."""
    listed = Application.objects.filter(round=step.round_id, state=ApplicationState.RUNNING)
    for one in listed.select_related("person", "post_wanted").order_by("rank", "region_code", "pk"):
        yield Row(
            name=one.person.name, region_code=one.region_code, village=regions.name_of(one.region_code),
             subject=(queries.SUBJECT, one.pk),
            post=f"{one.post_wanted.number} {one.post_wanted.kind}"[:60] if one.post_wanted else "",
            extra={"rank": one.rank, "score": None if one.score is None else float(one.score)},
        )  # fmt: skip
