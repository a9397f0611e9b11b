"""Phones of the sync tests serve here too."""

import pytest
from tests.duty.sync.conftest import _fresh_intakes, phone, phone_of
from tests.duty.sync.test_media import tus

from yigang.duty.domain import flags

__all__ = ["_fresh_intakes", "phone", "phone_of", "tus"]


@pytest.fixture
def any_hour(monkeypatch):
    """Phones of these tests check in now, whatever the hour is: nobody asks about that."""
    rules_on = flags.rules_on
    monkeypatch.setattr(
        flags, "rules_on",
        lambda *which: {code: asked for code, asked in rules_on(*which).items() if code != "outside_hours"},
    )  # fmt: skip
