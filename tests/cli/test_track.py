"""`yigang track measure`: files in, figures out, without a database."""

import json

from click.testing import CliRunner

from yigang.cli.main import main

WALK = "".join(f"2020-07-01T00:{minute:02d}:00Z,{26 + minute / 1853.25},106\n" for minute in range(31))
"""Sixty metres north every minute."""


def run(*files):
    return CliRunner().invoke(main, ["track", "measure", *map(str, files)])


def test_each_file_is_a_line_of_json(tmp_path):
    (tmp_path / "walk.csv").write_text("time,latitude,longitude\n" + WALK)
    done = run(tmp_path / "walk.csv")
    said = json.loads(done.output)
    assert done.exit_code == 0
    assert (said["file"], said["distance_m"], said["moving_s"], said["left_out"]) == ("walk.csv", 1800.0, 1800.0, {})


def test_a_file_that_cannot_be_read_says_why_and_the_others_are_measured(tmp_path):
    (tmp_path / "walk.csv").write_text("time,latitude,longitude\n" + WALK)
    (tmp_path / "speed.csv").write_text("time,speed\n1,2\n")
    done = run(tmp_path / "speed.csv", tmp_path / "walk.csv")
    refused, measured = map(json.loads, done.output.splitlines())
    assert done.exit_code == 1
    assert (refused["code"], refused["file"]) == ("track_columns", "speed.csv")
    assert measured["distance_m"] == 1800.0
