"""What the console registers when the program starts."""

from pathlib import Path

from yigang import console
from yigang.console.apps import PAGES
from yigang.console.nav import CHAPTERS
from yigang.console.today import _DUES


def test_every_part_that_knows_what_waits_is_asked():
    here = Path(console.__path__[0])
    assert {file.parent.name for file in here.glob("*/today.py")} == {
        pages for pages in PAGES if (here / pages / "today.py").exists()
    }
    asked = {question.__module__.split(".")[-2] for _chapter, question in _DUES}
    assert {"rhythms", "points", "reviews"} <= asked


def test_what_waits_counts_at_a_chapter_that_is_there():
    assert {chapter for chapter, _question in _DUES} <= {chapter.key for chapter in CHAPTERS}
