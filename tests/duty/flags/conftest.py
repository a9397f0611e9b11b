"""Phones of the sync tests serve here too."""

from tests.duty.sync.conftest import _fresh_intakes, phone, phone_of
from tests.duty.sync.test_media import tus

__all__ = ["_fresh_intakes", "phone", "phone_of", "tus"]
