"""A county with two towns, its officers, and a month that is ready to be computed."""

import pytest
from tests.payment.world import World

from yigang.duty.enums import Table
from yigang.foundation.enums import Role


@pytest.fixture
def clerk(make_user):
    return make_user(Role.VILLAGE_CLERK, "520403")


@pytest.fixture
def world(clerk) -> World:
    """Leave, logs and findings are complete for July, so that no row means none."""
    world = World(clerk)
    world.declare(Table.LEAVES, Table.WORK_LOGS, Table.FINDINGS)
    return world


@pytest.fixture
def reviewer(make_user):
    """A second county manager, who computes nothing and can therefore approve."""
    return make_user(Role.COUNTY_MANAGER, "520403")
