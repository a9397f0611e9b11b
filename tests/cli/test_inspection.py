"""`yigang inspection redraw-file`: anybody draws again with the list, the seed and the digest; no database is asked."""

import pytest
from click.testing import CliRunner

from yigang.cli.main import main
from yigang.oversight.draw import Candidate, Terms, commitment, text_of

SEED = "0" * 64
pytestmark = pytest.mark.req("H6")


@pytest.fixture
def frozen(tmp_path):
    text = text_of([Candidate(f"52040310020{number}", number) for number in (1, 2, 3)], Terms(2, 1, ("night",)))
    file = tmp_path / "list.txt"
    file.write_bytes(text.encode())
    return file, commitment(SEED, text)


def redraw(*arguments: object):
    return CliRunner().invoke(main, ["inspection", "redraw-file", *map(str, arguments)])


def test_the_same_visits_come_out_and_a_changed_list_or_seed_is_found(frozen):
    file, digest = frozen
    drawn = redraw(file, SEED, digest)
    assert (drawn.exit_code, drawn.output.count("night")) == (0, 2)
    assert redraw(file, "1" * 64, digest).exit_code == 1
    file.write_text(file.read_text().replace("520403100201 1", "520403100201 9"))
    assert redraw(file, SEED, digest).exit_code == 1
    file.write_text("520403100201")
    assert redraw(file, SEED, digest).exit_code == 2
