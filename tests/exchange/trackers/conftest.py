"""A ranger with a tracker, in a programme whose policy allows tracks."""

from collections.abc import Callable
from datetime import time

import pytest
from tests.duty.conftest import hold, programme

from yigang.exchange.models import TrackerDevice
from yigang.exchange.trackers import devices
from yigang.people.models import Person

__all__ = ["hold", "programme"]


@pytest.fixture
def ranger(hold) -> Person:
    """On duty by day and by night, whenever the test runs."""
    person = hold("张大山")
    person.appointments.update(plan_start=time.min, plan_end=time.max)
    return person


@pytest.fixture
def device(ranger, county_manager) -> tuple[TrackerDevice, str]:
    """A device and its secret."""
    return devices.register(ranger, name="华为畅享", actor=county_manager)


@pytest.fixture
def sent() -> Callable[[TrackerDevice], list[tuple[float, ...]]]:
    """What is kept of a device: latitude, longitude, accuracy, speed, bearing, altitude, battery, mock."""

    def look(device: TrackerDevice):
        names = ("latitude", "longitude", "accuracy", "speed", "bearing", "altitude", "battery", "mock")
        return list(device.fixes.order_by("at", "latitude").values_list(*names))

    return look
