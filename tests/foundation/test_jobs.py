"""Long work: seen while it runs, kept when it ends, refused in the user's words, run again after a crash."""

import pytest
from django.db import transaction

from yigang.foundation import jobs
from yigang.foundation.enums import JobState
from yigang.foundation.errors import Refusal
from yigang.foundation.models import CalendarOverride, JobRun

REGION = "520403100000"


@pytest.fixture
def run_of(town_officer):
    """Do a piece of work as the worker would and return the row that people see."""

    def run(work) -> JobRun:
        task = jobs.Task.__new__(jobs.Task)
        task.name, task.work = "test", work
        row = JobRun.objects.create(kind="test", title="t", region_code=REGION, actor=town_officer)
        task._execute(row.pk)
        row.refresh_from_db()
        return row

    return run


def test_work_that_ends_leaves_its_result(run_of):
    row = run_of(lambda _progress, actor: {"who": actor.name})
    assert row.state == JobState.DONE
    assert row.result == {"who": row.actor.name}
    assert row.finished_at >= row.started_at


def test_a_refusal_is_the_message_and_no_defect(run_of):
    def refuse(_progress, actor):
        raise Refusal("第 7 行没有姓名")

    row = run_of(refuse)
    assert (row.state, row.message) == (JobState.FAILED, "第 7 行没有姓名")


def test_a_defect_is_told_by_number_and_raised_for_the_log(run_of, town_officer):
    def break_down(_progress, actor):
        with transaction.atomic():
            CalendarOverride.objects.create(region_code=REGION, date="2020-07-01", working=True, name="x")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_of(break_down)
    row = JobRun.objects.get()
    assert row.state == JobState.FAILED
    assert str(row.pk) in row.message
    assert CalendarOverride.objects.count() == 0


def test_work_sees_only_what_its_actor_sees(run_of):
    CalendarOverride.objects.create(region_code="520402100000", date="2020-07-01", working=True, name="x")
    row = run_of(lambda _progress, actor: {"seen": CalendarOverride.objects.count()})
    assert row.result == {"seen": 0}


def test_enqueueing_is_part_of_the_callers_transaction(town_officer):
    """A row in the console without a job, or a job without a row, cannot be."""
    task = jobs.task("test.transactional")(lambda _progress, actor: {})

    def enqueue_then_fail() -> None:
        with transaction.atomic():
            task.start(title="t", region_code=REGION, actor=town_officer)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        enqueue_then_fail()
    assert JobRun.objects.count() == 0
