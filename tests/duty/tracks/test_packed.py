"""A track at rest: nothing of it is lost, and a fix takes few bytes."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.duty.tracks.test_tracks import REAL, track, walk

from yigang.duty.tracks import FIXES
from yigang.duty.tracks.packed import pack, unpack
from yigang.exchange.tracks import read

SINCE = datetime(1970, 1, 1, tzinfo=UTC)
DEGREES = st.integers(-1_800_000_000, 1_800_000_000).map(lambda steps: steps / 1e7)
ROW = st.tuples(
    st.none() | st.integers(0, 4_000_000_000_000_000).map(lambda passed: SINCE + timedelta(microseconds=passed)),
    st.none() | DEGREES, st.none() | DEGREES, st.none() | st.integers(0, 100_000).map(lambda steps: steps / 10),
)  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(rows=st.lists(ROW, max_size=50))
def test_what_was_packed_comes_back(rows):
    fixes = pl.DataFrame(rows, schema=FIXES, orient="row")
    back = unpack(pack(fixes))
    assert back.schema == fixes.schema
    assert back["time"].equals(fixes["time"])
    for name in ("latitude", "longitude", "accuracy"):
        assert back[name].to_list() == pytest.approx(fixes[name].to_list(), abs=1e-9)


def test_another_version_is_not_guessed_at():
    content = pack(track(*walk(1)))
    with pytest.raises(ValueError, match="version 9"):
        unpack(b"\x09" + content[1:])


@pytest.mark.skipif(not REAL.exists(), reason="the real tracks are not beside the checkout")
def test_real_patrols_take_less_than_six_bytes_a_fix():
    tracks = read(Path(REAL, "smart_mara_patrols_2024-01.csv")).values()
    assert sum(len(pack(fixes)) for fixes in tracks) / sum(fixes.height for fixes in tracks) < 2
    for fixes in tracks:
        assert unpack(pack(fixes))["time"].equals(fixes["time"])
