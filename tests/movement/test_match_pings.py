import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.errors import InputError
from risk_core.movement.match_options import MatchOptions
from risk_core.movement.match_pings import FATE_WORDS, PingFate, Pings, distance_m, sort_pings
from risk_core.state.grid import Grid

GRID = Grid.from_bounds(126.9, 37.4, 127.1, 37.6, 100.0)
OPTIONS = MatchOptions()


def walk(n=10, gap_s=10.0):
    """A straight walk to the east."""
    return gap_s * np.arange(n), np.full(n, 37.5), 127.0 + 1e-4 * np.arange(n)


def fates(time_s, lat, lon, accuracy=None, now_s=math.inf):
    return sort_pings(Pings.of(time_s, lat, lon, accuracy), GRID, OPTIONS, now_s).fate.tolist()


def test_a_good_track_is_used_whole():
    found = sort_pings(Pings.of(*walk()), GRID, OPTIONS)
    assert not found.fate.any()
    assert found.order.tolist() == list(range(10))
    assert found.n_reordered == 0


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ((math.nan, 37.5, 127.0), PingFate.NOT_A_NUMBER),
        ((35.0, math.inf, 127.0), PingFate.NOT_A_NUMBER),
        ((35.0, "north", 127.0), PingFate.NOT_A_NUMBER),
        ((35.0, 97.5, 227.0), PingFate.NOT_ON_EARTH),
        ((35.0, 127.0, 37.5), PingFate.SWAPPED),
        ((35.0, -29.9, -71.3), PingFate.OUTSIDE),
        ((35.0, 37.55, 127.0), PingFate.JUMP),
        ((30.0, 37.5, 127.00031), PingFate.DUPLICATE),
        ((35.0 + 9 * 3600, 37.5, 127.00035), PingFate.WRONG_ZONE),
        ((35.0 - 1800, 37.5, 127.00035), PingFate.WRONG_ZONE),
    ],
)
def test_one_bad_ping_is_refused_with_its_reason(value, wanted):
    columns = [list(column) for column in walk()]
    for column, one in zip(columns, value, strict=True):
        column.insert(4, one)
    found = fates(*columns)
    assert found.pop(4) == wanted
    assert not any(found)


def test_late_arrivals_are_put_in_order():
    time, lat, lon = walk()
    mixed = np.array([0, 1, 3, 2, 4, 5, 7, 8, 6, 9])
    found = sort_pings(Pings.of(time[mixed], lat[mixed], lon[mixed]), GRID, OPTIONS)
    assert not found.fate.any()
    assert mixed[found.order].tolist() == list(range(10))
    assert found.n_reordered == 2


def test_a_pause_is_no_other_zone():
    time, lat, lon = walk()
    time[5:] += 1800.0
    assert not any(fates(time, lat, lon))


def test_the_future_is_refused():
    assert fates(*walk(), now_s=20.0)[-1] == PingFate.FUTURE
    assert fates(*walk(), now_s=40.0)[:9] == [0] * 9


def test_the_more_accurate_of_two_at_one_moment_stays():
    time, lat, lon = ([0, 10, 10, 20], [37.5] * 4, [127.0, 127.0001, 127.00011, 127.0002])
    assert fates(time, lat, lon, [5, 30, 8, 5]) == [0, PingFate.DUPLICATE, 0, 0]


def test_a_frozen_receiver_counts_once():
    time, lat, lon = walk()
    lon[3:7] = lon[3]
    assert fates(time, lat, lon) == [0, 0, 0, 0, *[PingFate.FROZEN] * 3, 0, 0, 0]
    lon = walk()[2]
    lon[3:5] = lon[3]
    assert not any(fates(time, lat, lon))


def test_a_wrong_start_and_a_wrong_end_are_jumps_but_a_new_place_is_not():
    time, lat, lon = walk()
    lat[0] += 0.09
    lat[-1] += 0.09
    assert fates(time, lat, lon) == [PingFate.JUMP, *[0] * 8, PingFate.JUMP]
    lat[5:] = 37.59
    assert fates(time, lat, lon)[1:] == [0] * 8 + [0]


def test_a_useless_fix_is_refused():
    assert fates(*walk(3), [10.0, 9000.0, np.nan]) == [0, PingFate.INACCURATE, 0]


def test_every_fate_has_words():
    assert set(FATE_WORDS) == set(PingFate)


def test_shapes_that_do_not_fit_are_faults():
    with pytest.raises(InputError, match="lat_deg") as caught:
        Pings.of([0, 1], [37.5], [127.0, 127.0, 127.0])
    assert len(caught.value.faults) == 2
    with pytest.raises(InputError, match="time_s"):
        Pings.of([[0.0]], [[37.5]], [[127.0]])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.floats(-1e9, 1e10) | st.just(math.nan) | st.integers(0, 50).map(float),
            st.floats(-200, 200) | st.floats(37.45, 37.55),
            st.floats(-400, 400) | st.floats(126.95, 127.05),
            st.floats(-10, 1e5) | st.just(math.nan),
        ),
        max_size=30,
    )
)
def test_what_is_left_is_in_order_inside_and_in_reach(rows):
    columns = np.array(rows).reshape(-1, 4).T
    pings = Pings.of(*columns)
    found = sort_pings(pings, GRID, OPTIONS)
    assert sorted(found.order) == np.flatnonzero(found.fate == 0).tolist()
    time, lat, lon = (column[found.order] for column in columns[:3])
    assert (np.diff(time) > 0).all()
    assert (GRID.cells_of(lat, lon) >= 0).all()
    assert np.isfinite(distance_m(lat[:-1], lon[:-1], lat[1:], lon[1:])).all()


def test_places_beyond_all_numbers_lie_outside():
    lat, lon = np.array([1e308, -1e308, np.nan, 37.5, np.inf]), np.array([127.0, 1e308, 127.0, -1e300, 127.0])
    assert GRID.cells_of(lat, lon).tolist() == [-1] * 5
