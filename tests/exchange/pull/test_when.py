"""When sources are asked, as whom, and from the command line."""

import json
from datetime import date, datetime

from click.testing import CliRunner
from tests.exchange.pull import fakes
from tests.exchange.pull.fakes import CHINA

from yigang.cli.main import main
from yigang.exchange import tasks
from yigang.exchange.enums import PullState, SourceKind
from yigang.exchange.models import PullRun
from yigang.exchange.pull import running, sources


def at(day: int, hour: int) -> datetime:
    return datetime(2026, 11, day, hour, 20, tzinfo=CHINA)


def test_a_source_is_due_once_a_day_after_its_hour(dingtalk, connect, county_manager, pauses):
    source = connect(SourceKind.DINGTALK, enabled=True, hour=2, days_back=3)
    connect(SourceKind.DINGTALK, key="other", enabled=False)
    assert (running.due(at(20, 1)), running.due(at(20, 2))) == ([], [source])
    assert running.daily(source, date(2026, 11, 20)) == (date(2026, 11, 17), date(2026, 11, 19))
    made = PullRun(source=source, region_code=source.region_code, actor=county_manager)
    for state, due in (
        (PullState.WAITING, True),
        (PullState.RUNNING, True),
        (PullState.FAILED, False),
        (PullState.DONE, False),
    ):
        made.first, made.last, made.state = date(2026, 11, 17), date(2026, 11, 19), state
        made.save()
        assert bool(running.due(at(20, 5))) is due, state
    assert running.due(at(21, 2)) == [source]
    sources.close(source, actor=county_manager)
    assert running.due(at(21, 2)) == []


def test_the_hourly_work_goes_on_with_what_waits(dingtalk, connect, hold, county_manager, pauses):
    hold("张大山")
    dingtalk.users[1] = [{"userid": "u0", "name": "张大山"}]
    connect(SourceKind.DINGTALK, enabled=True, hour=0)
    dingtalk.faults = [fakes.status(500)] * 4
    tasks.pull_due.func(0)
    run = PullRun.objects.get()
    assert (run.state, run.actor) == (PullState.WAITING, county_manager)
    tasks.pull_due.func(0)
    run.refresh_from_db()
    assert (run.state, PullRun.objects.count()) == (PullState.DONE, 1)
    county_manager.is_active = False
    county_manager.save()
    PullRun.objects.all().delete()
    tasks.pull_due.func(0)
    assert not PullRun.objects.exists(), "nothing is taken in under the name of a closed account"


def test_the_command_says_by_its_status_what_happened(dingtalk, connect, hold, county_manager, pauses):
    hold("张大山")
    dingtalk.users[1] = [{"userid": "u0", "name": "张大山"}]
    dingtalk.punch("u0", "2020-07-02 07:28")

    def run(*more: str):
        period = ("dingtalk", "--from", "2020-07-01", "--to", "2020-07-05", "--as", county_manager.username)
        return CliRunner().invoke(main, ["pull", *period, *more])

    assert run().exit_code == 2, "no account is connected"
    source = connect(SourceKind.DINGTALK)
    dingtalk.faults = [fakes.as_it_is] * 3 + [fakes.half] * 4
    stopped, done = run(), run("--json")
    assert (stopped.exit_code, done.exit_code) == (4, 0), (stopped.output, done.output)
    told = json.loads(done.stdout)
    assert (told["state"], told["rows"], told["new"], told["steps_done"]) == ("done", 1, 1, 2)
    dingtalk.punch("u0", "2020-07-03 07:28", timeResult="Unheard")
    assert run().exit_code == 1, "somebody should look"
    sources.change(source, sources.Terms(name="平坝", key="key", secret="wrong"), actor=county_manager)
    refused = run("--source", "平坝")
    assert refused.exit_code == 3
    assert "40089" in refused.output
    connect(SourceKind.DINGTALK, key="another")
    assert run().exit_code == 2, "which of the two?"
