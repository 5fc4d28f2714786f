import numpy as np
import pytest

from risk_core.kernels import analogue
from risk_core.movement.path_book import BookPlane, Trip, TripBook, trip_rows
from risk_core.movement.path_options import AnalogueOptions
from tests.naive import analogue as naive

RNG = np.random.default_rng(6)
OPTIONS = AnalogueOptions(n_analogue=12, own_factor=4.0)


def random_book(n_trip=60, n_sorted=40, seed=1):
    """Trips within two kilometres; the last ones not yet sorted in."""
    rng = np.random.default_rng(seed)
    book = TripBook(BookPlane(37.5, 127.0), OPTIONS.cell_m)
    trips = []
    for _ in range(n_trip):
        steps = rng.normal(0, 90, (int(rng.integers(2, 30)), 2))
        place = rng.uniform(-700, 700, 2) + np.cumsum(steps, axis=0)
        trips.append(Trip(place[:, 0].copy(), place[:, 1].copy(), float(rng.uniform(0, 5e5)), int(rng.integers(0, 5))))
    book.add(trips[:n_sorted])
    book._sort()
    book.add(trips[n_sorted:])
    return book, trips


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize(("user", "need", "reach"), [(-1, 0, 1), (2, 3, 1), (2, 0, 4)])
def test_nearest_equal_the_twin(seed, user, need, reach):
    book, trips = random_book(seed=seed)
    query = trip_rows(book.plane, trips[seed])[-1]
    query[11] += 3.0
    distance, at = np.empty(12), np.empty(12, dtype=np.int64)
    rule = OPTIONS.rule()
    n, total = analogue.find_analogues(book.rows, query, user, need, reach, rule, distance, at)
    rows = book.rows
    wanted = naive.analogues(rows.row[: rows.n_row], rows.user, query, user, need, reach, rule, 12)
    assert n == len(wanted) <= total
    np.testing.assert_allclose(np.sort(distance[:n]), [d for d, _ in wanted], rtol=1e-4, atol=1e-4)


def test_thinning_looks_at_no_more_rows_than_allowed():
    book, trips = random_book(n_trip=200, n_sorted=200)
    query = trip_rows(book.plane, trips[0])[-1]
    distance, at = np.empty(5000), np.empty(5000, dtype=np.int64)
    rule = AnalogueOptions(most_row=100).rule()
    n, total = analogue.find_analogues(book.rows, query, -1, 0, 4, rule, distance, at)
    assert total > 200
    assert 0 < n <= 110


def test_energy_score_equals_the_twin_and_is_proper():
    for _ in range(20):
        east, north, weight = RNG.normal(0, 100, 15), RNG.normal(0, 100, 15), RNG.uniform(0.1, 1, 15)
        found = analogue.energy_score(east, north, weight, 30.0, -20.0)
        assert found == pytest.approx(naive.energy_score(east, north, weight, 30.0, -20.0), rel=1e-9)
    true = RNG.normal(0, 100, (400, 2))
    right, narrow = RNG.normal(0, 100, (60, 2)), RNG.normal(0, 10, (60, 2))
    same = np.ones(60)
    score = [np.mean([analogue.energy_score(*cloud.T.copy(), same, *one) for one in true]) for cloud in (right, narrow)]
    assert score[0] < score[1]


def test_no_place_is_better_than_the_geometric_median():
    for _ in range(10):
        east, north, weight = RNG.normal(0, 500, 40), RNG.normal(0, 500, 40), RNG.uniform(0.1, 1, 40)
        at = np.array(analogue.geometric_median(east, north, weight, 200, 0.01))
        best = naive.geometric_median_cost(east, north, weight, at)
        for step in RNG.normal(0, 50, (40, 2)):
            assert naive.geometric_median_cost(east, north, weight, at + step) >= best - 1e-2
