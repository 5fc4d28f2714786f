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
from risk_core.movement.path_prior import PathKnowledge, PriorBasis
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


def knowing(habits, book):
    return PathKnowledge(habits, book, PriorBasis.STREETS, book.n_trip)


def test_pings_give_clouds_streets_and_the_danger_ahead(area, habits):
    streets = habits.streets
    danger = np.full((1, area.network.n_edge), 0.1)
    row = [int(np.flatnonzero((area.network.tail == a) & (area.network.head == a + 1))[0]) for a in range(18, 23)]
    for _ in range(30):
        habits.add_way(row)
    danger[0, row[3]] = 0.7
    pings = Pings.of(*walk(14, 86_400.0 * 30))
    found = foresee_path(knowing(habits, learnt_book()), pings, (1, 3), level_slices(danger, np.zeros(1)))
    assert found.why_not is WhyNot.TOLD
    assert [cloud.basis for cloud in found.clouds] == [CloudBasis.ANALOGUES] * 2
    assert found.clouds[0].middle_east_m == pytest.approx(1.3 * 190, abs=30.0)
    exposure = exposure_ahead(streets, found.streets)
    assert exposure.warning.edge == row[3]
    assert exposure.warning.level == 3
    assert exposure.minutes_to_go == pytest.approx((300 - 1.3 * 130) / 1.3 / 60, abs=0.4)


def test_without_knowledge_it_still_answers_and_says_on_what(habits):
    found = foresee_path(knowing(habits, TripBook(BookPlane(SOUTH_DEG, WEST_DEG))), Pings.of(*walk(14)), (1, 5))
    assert found.why_not is WhyNot.TOLD
    assert {cloud.basis for cloud in found.clouds} == {CloudBasis.DEAD_RECKONING}
    assert found.end.basis is CloudBasis.NOT_ENOUGH


def test_too_few_pings_and_off_the_road_are_told(habits):
    known = knowing(habits, learnt_book())
    alone = foresee_path(known, Pings.of(*walk(1)))
    assert (alone.why_not, alone.clouds, alone.streets) == (WhyNot.TOO_FEW_PINGS, (), None)
    time_s, lat, lon = walk(14)
    field = foresee_path(known, Pings.of(time_s, lat, lon + 12e-3, np.full(14, 5.0)))
    assert field.why_not is WhyNot.OFF_ROAD
    assert field.streets is None
    with pytest.raises(InputError, match="minutes"):
        foresee_path(known, Pings.of(*walk(3)), (0,))


def test_who_stands_or_was_last_seen_long_ago_heads_nowhere(habits):
    known = knowing(habits, learnt_book())
    time_s, lat, lon = walk(30)
    still = foresee_path(known, Pings.of(time_s, lat[0] + np.linspace(0, 4e-5, 30), np.full(30, lon[0])))
    assert (still.why_not, still.streets, still.clouds) == (WhyNot.STANDING, None, ())
    old = foresee_path(known, Pings.of(time_s, lat, lon), now_s=time_s[-1] + 700.0)
    assert old.why_not is WhyNot.STALE
    assert foresee_path(known, Pings.of(time_s, lat, lon), now_s=time_s[-1] + 500.0).why_not is WhyNot.TOLD


def test_own_trips_turn_the_forecast_and_are_forgotten_with_the_call(area, habits):
    streets = habits.streets
    known = knowing(habits, TripBook(BookPlane(SOUTH_DEG, WEST_DEG)))
    turn = walk(60)
    now = Pings.of(*(column[:30] for column in walk(60, 86_400.0)))
    # At the east end of row 3 the way goes on north (node 29) or south (node 17).
    north = int(np.flatnonzero((area.network.tail == 23) & (area.network.head == 29))[0])
    before = foresee_path(known, now, (5,))
    own = foresee_path(known, now, (5,), history=[Pings.of(*turn)] * 3)
    assert (before.n_own, own.n_own) == (0, 3)

    def chance(found):
        return float(found.streets.prob[found.streets.edge == north].sum())

    assert chance(own) > 0.8 > chance(before)
    assert streets.network.n_edge and (habits.n_context, known.book.n_trip) == (0, 0)
    assert chance(foresee_path(known, now, (5,))) == chance(before)


def test_what_lies_before_a_long_silence_is_an_earlier_trip(habits):
    known = knowing(habits, TripBook(BookPlane(SOUTH_DEG, WEST_DEG)))
    early, late = walk(60), walk(30, 86_400.0)
    both = Pings.of(*(np.concatenate(pair) for pair in zip(early, late, strict=True)))
    found = foresee_path(known, both, (5,))
    assert (found.n_own, found.why_not) == (1, WhyNot.TOLD)
    assert found.clouds[0].basis is CloudBasis.ANALOGUES
