import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.movement.match_pings import Pings
from risk_core.movement.match_plane import street_plane
from risk_core.movement.path_ahead import CloudBasis
from risk_core.movement.path_book import BookPlane, TripBook, resample_trip
from risk_core.movement.path_exposure import exposure_ahead, level_slices
from risk_core.movement.path_forecast import WhyNot, foresee_path
from risk_core.movement.path_habits import EdgeHabits
from risk_core.state.profile import Profile
from tests.tiny import D_LAT_DEG, SOUTH_DEG, WEST_DEG, N, node_position

ROW = 3


@pytest.fixture
def habits(area):
    return EdgeHabits(street_plane(area.network, Profile.WALK))


def walk(n, begin_s=0.0, gap_s=10.0):
    """Pings of a walk east along a row, then north at its end, at 1.3 m/s."""
    at_m = 1.3 * gap_s * np.arange(n)
    (lat, west), (_, east) = node_position(ROW * N), node_position(ROW * N + N - 1)
    per_m = (east - west) / (100.0 * (N - 1))
    along = np.minimum(at_m, 100.0 * (N - 1))
    north = np.maximum(at_m - 100.0 * (N - 1), 0.0) / 100.0 * D_LAT_DEG
    noise = np.random.default_rng(n).normal(0, 2e-5, (2, n))
    return begin_s + gap_s * np.arange(n), lat + north + noise[0], west + along * per_m + noise[1]


def learnt_book(n=20):
    book = TripBook(BookPlane(SOUTH_DEG, WEST_DEG))
    book.add([resample_trip(book.plane, *walk(48, 86_400.0 * k)) for k in range(n)])
    return book


def test_pings_give_clouds_streets_and_the_danger_ahead(area, habits):
    streets = habits.streets
    danger = np.full((1, area.network.n_edge), 0.1)
    row = [int(np.flatnonzero((area.network.tail == a) & (area.network.head == a + 1))[0]) for a in range(18, 23)]
    for _ in range(30):
        habits.add_way(row)
    danger[0, row[3]] = 0.7
    pings = Pings.of(*walk(14, 86_400.0 * 30))
    found = foresee_path(habits, learnt_book(), pings, (1, 3), level_slices(danger, np.zeros(1)))
    assert found.why_not is WhyNot.TOLD
    assert [cloud.basis for cloud in found.clouds] == [CloudBasis.ANALOGUES] * 2
    assert found.clouds[0].middle_east_m == pytest.approx(1.3 * 190, abs=30.0)
    exposure = exposure_ahead(streets, found.streets)
    assert exposure.warning.edge == row[3]
    assert exposure.warning.level == 3
    assert exposure.minutes_to_go == pytest.approx((300 - 1.3 * 130) / 1.3 / 60, abs=0.4)


def test_without_knowledge_it_still_answers_and_says_on_what(habits):
    found = foresee_path(habits, TripBook(BookPlane(SOUTH_DEG, WEST_DEG)), Pings.of(*walk(14)), (1, 5))
    assert found.why_not is WhyNot.TOLD
    assert {cloud.basis for cloud in found.clouds} == {CloudBasis.DEAD_RECKONING}
    assert found.end.basis is CloudBasis.NOT_ENOUGH


def test_too_few_pings_and_off_the_road_are_told(habits):
    book = learnt_book()
    alone = foresee_path(habits, book, Pings.of(*walk(1)))
    assert (alone.why_not, alone.clouds, alone.streets) == (WhyNot.TOO_FEW_PINGS, (), None)
    time_s, lat, lon = walk(14)
    field = foresee_path(habits, book, Pings.of(time_s, lat, lon + 12e-3, np.full(14, 5.0)))
    assert field.why_not is WhyNot.OFF_ROAD
    assert field.streets is None
    with pytest.raises(InputError, match="minutes"):
        foresee_path(habits, book, Pings.of(*walk(3)), (0,))
