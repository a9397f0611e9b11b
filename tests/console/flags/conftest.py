"""The small district of the duty tests serves here too."""

from tests.duty.conftest import hold, programme, take_in

__all__ = ["hold", "programme", "take_in"]
