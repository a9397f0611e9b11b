"""The pages that are made from the declarations say what the code says."""

import pytest

from yigang.policy import policies_folder
from yigang.policy.pages import PAGES
from yigang.policy.wording import PROBLEMS

DOCS = policies_folder().parent / "docs" / "algorithms"


@pytest.mark.parametrize("name", PAGES)
def test_a_made_page_is_up_to_date(name: str) -> None:
    assert (DOCS / name).read_text("utf-8") == PAGES[name]() + "\n", (
        "run: python -m yigang.policy.pages docs/algorithms"
    )


@pytest.mark.parametrize("code", PROBLEMS)
def test_every_problem_is_written_down(code: str) -> None:
    assert code in (DOCS / "settlement.md").read_text("utf-8")
