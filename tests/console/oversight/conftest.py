"""The programme, the villages and the inspectors of the oversight tests serve here too."""

from tests.oversight.conftest import drawn, held, hold, inspectors, monday, programme, today, visit

__all__ = ["drawn", "held", "hold", "inspectors", "monday", "programme", "today", "visit"]
