"""The jobs of the clock run by themselves: nobody has opened a transaction for them, and there may be nothing to do."""

from procrastinate.contrib.django import app

PERIODIC = {name: one for (name, _id), one in app.periodic_registry.periodic_tasks.items()}


def test_they_are_known_here():
    assert {"training.finish_due", "training.look_after", "oversight.look"} <= PERIODIC.keys()


def test_each_runs_on_a_database_without_rows(committed_db):
    wrong = {}
    for name, one in PERIODIC.items():
        try:
            one.task.func(timestamp=0)
        except Exception as error:  # noqa: BLE001 - every job is tried, and all that fail are named
            wrong[name] = repr(error)
    assert wrong == {}
