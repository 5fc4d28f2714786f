import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.movement.match_plane import street_plane
from risk_core.movement.path_draws import dose_on
from risk_core.movement.path_exposure import WarningOptions, detour_ahead, exposure_ahead, level_slices
from risk_core.movement.path_habits import EdgeHabits
from risk_core.movement.path_options import StreetPathOptions
from risk_core.movement.path_record import Destinations, LevelSlices, OnEdge
from risk_core.movement.path_streets import predict_streets
from risk_core.routes.many import open_weights
from risk_core.routes.price import price_at
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.routes.cities import assessment_of, own_cells
from tests.tiny import N, node_position

EXACT = StreetPathOptions(least_prob=1e-9, most_branch=100_000)


@pytest.fixture(scope="module")
def streets(area):
    return street_plane(area.network, Profile.WALK)


def edge_between(streets, tail, head):
    network = streets.network
    (found,) = np.flatnonzero((network.tail == tail) & (network.head == head))
    return int(found)


def row_way(streets, row, first=0, last=N - 1):
    """Edges eastward along a row of the lattice."""
    return [edge_between(streets, row * N + col, row * N + col + 1) for col in range(first, last)]


@pytest.fixture
def habits(streets):
    return EdgeHabits(streets)


def by_sampling(habits, place, horizon_s, speed, slices, n=3000, seed=2):
    """Walks drawn at random: share that enters each edge and each level, and the mean dose."""
    rng, network = np.random.default_rng(seed), habits.streets.network
    entered, levels, dose = {}, {}, 0.0
    for _ in range(n):
        context, at_s = list(place.context), -place.along_m / speed
        seen, highest = set(), 0
        while at_s < horizon_s:
            edge = context[-1]
            seen.add(edge)
            begin, leave = max(at_s, 0.0), at_s + network.length_m[edge] / speed
            for second in np.arange(begin, min(leave, horizon_s), 1.0):
                slot = slices.slice_at(second)
                dose += slices.dose_per_s[slot, edge] * min(1.0, min(leave, horizon_s) - second) / n
                highest = max(highest, int(slices.level[slot, edge]))
            chances = habits.next_probs(context[-3:])
            at_s = leave
            context.append(int(rng.choice(list(chances), p=np.array(list(chances.values())))))
        for edge in seen:
            entered[edge] = entered.get(edge, 0) + 1 / n
        for level in range(1, highest + 1):
            levels[level] = levels.get(level, 0) + 1 / n
    return entered, levels, dose


def test_probabilities_at_each_minute_add_up(streets, habits):
    habits.add_way(row_way(streets, 3))
    for options in (EXACT, StreetPathOptions(), StreetPathOptions(most_branch=3, least_prob=0.05)):
        found = predict_streets(habits, OnEdge((row_way(streets, 3)[0],), 30.0, 1.3), 400.0, options=options)
        assert len(found.minute_edge) == 6
        for prob in found.minute_prob:
            assert prob.sum() <= 1 + 1e-9
            assert prob.sum() + found.untold_prob >= 1 - 1e-9
        assert found.prob[0] == pytest.approx(1.0)
        assert (found.entry_s >= 0).all()
        assert (found.entry_s < 400.0).all()


def test_it_equals_walks_drawn_at_random(streets, habits):
    habits.add_way(row_way(streets, 3), 4.0)
    start = OnEdge((row_way(streets, 3)[0],), 50.0, 1.3)
    rng = np.random.default_rng(5)
    risk = rng.choice([0.1, 0.3, 0.5, 0.9], (2, streets.network.n_edge), p=[0.85, 0.05, 0.05, 0.05])
    slices = level_slices(risk, np.array([0.0, 120.0]), rng.uniform(0, 1e-3, risk.shape))
    found = predict_streets(habits, start, 240.0, slices=slices, options=EXACT)
    entered, levels, dose = by_sampling(habits, start, 240.0, 1.3, slices)
    for edge, prob in zip(found.edge.tolist(), found.prob, strict=True):
        assert prob == pytest.approx(entered.get(edge, 0.0), abs=0.035)
    for one in found.levels:
        assert one.prob == pytest.approx(levels.get(one.level, 0.0), abs=0.035)
    assert found.dose_mean == pytest.approx(dose, rel=0.05)


def test_a_habit_is_learnt_and_forgotten(streets, habits):
    before = habits.next_probs([edge_between(streets, 0, 1)])
    way = [edge_between(streets, 0, 1), edge_between(streets, 1, 7)]
    for _ in range(20):
        habits.add_way(way)
    assert habits.next_probs(way[:1])[way[1]] > 0.9
    habits.fade(0.5)
    assert 0.85 < habits.next_probs(way[:1])[way[1]] < 0.97
    habits.forget_way(way, 10.0)
    assert habits.next_probs(way[:1]) == pytest.approx(before)
    assert habits.n_context == 0


def test_no_vehicle_is_foreseen_through_a_forbidden_turn(area, streets):
    """From Row 1 into node 8 a walker may go down Col 2, a car may not."""
    before, after = (edge_between(streets, *ends) for ends in ((7, 8), (8, 2)))
    on_foot, by_car = (
        EdgeHabits(street_plane(area.network, one)).next_probs((before,)) for one in (Profile.WALK, Profile.CAR)
    )
    assert on_foot[after] > 0.05
    assert after not in by_car
    assert sum(by_car.values()) == pytest.approx(1.0)


def test_a_longer_context_speaks_first(streets, habits):
    middle = edge_between(streets, 7, 8)
    from_south = [edge_between(streets, 1, 7), middle, edge_between(streets, 8, 14)]
    from_west = [edge_between(streets, 6, 7), middle, edge_between(streets, 8, 9)]
    for _ in range(10):
        habits.add_way(from_south)
        habits.add_way(from_west)
    assert habits.next_probs(from_south[:2])[from_south[2]] > 0.8
    assert habits.next_probs(from_west[:2])[from_west[2]] > 0.8
    assert sum(habits.next_probs(from_west[:2]).values()) == pytest.approx(1.0)


def test_a_break_teaches_nothing_across_it(streets, habits):
    a, b = edge_between(streets, 0, 1), edge_between(streets, 1, 7)
    habits.add_way([a, -1, b])
    assert habits.n_context == 0


def test_a_destination_draws_the_way(streets, habits):
    lat, lon = node_position(35)
    east, north, _ = streets.to_plane(np.array([lat]), np.array([lon]))
    goal = Destinations(east, north, np.ones(1))
    start = OnEdge((edge_between(streets, 0, 1),), 90.0, 1.3)
    near = [edge_between(streets, *ends) for ends in ((29, 35), (34, 35), (28, 29), (28, 34))]
    shares = []
    for destinations in (None, goal):
        found = predict_streets(habits, start, 800.0, destinations, options=EXACT)
        shares.append(sum(found.prob[found.edge == edge].sum() for edge in near))
    assert shares[1] > 2 * shares[0]


def test_the_warning_names_level_place_and_minutes(streets, habits):
    way = row_way(streets, 3)
    for _ in range(50):
        habits.add_way(way)
    risk = np.full((1, streets.network.n_edge), 0.1)
    risk[0, way[3]] = 0.85
    path = predict_streets(habits, OnEdge((way[0],), 0.0, 1.3), 600.0, slices=level_slices(risk, np.zeros(1)))
    found = exposure_ahead(streets, path)
    assert found.warning is not None
    assert (found.warning.level, found.warning.edge) == (4, way[3])
    assert found.minutes_to_go == pytest.approx(300.0 / 1.3 / 60.0, rel=0.02)
    assert (found.lat_deg, found.lon_deg) == pytest.approx(node_position(3 * N + 3), abs=1e-6)
    probs = [one.prob for one in found.levels]
    assert probs == sorted(probs, reverse=True)
    assert exposure_ahead(streets, path, WarningOptions(least_prob=1.0)).warning is None


def test_danger_that_comes_later_is_met_later(streets, habits):
    way = row_way(streets, 3)
    for _ in range(50):
        habits.add_way(way)
    risk = np.full((2, streets.network.n_edge), 0.1)
    risk[1] = 0.5
    dose = np.full(risk.shape, 2e-4)
    slices = level_slices(risk, np.array([0.0, 90.0]), dose)
    path = predict_streets(habits, OnEdge((way[0],), 0.0, 1.3), 300.0, slices=slices)
    found = exposure_ahead(streets, path)
    assert found.warning is not None
    assert found.warning.after_s == pytest.approx(90.0, abs=1.0)
    assert found.dose_mean == pytest.approx(300 * 2e-4, rel=0.05)
    assert found.dose_prob == pytest.approx(1 - np.exp(-found.dose_mean))


def test_one_way_in_ten_is_worse_than_the_quantile_of_the_drawn_doses(streets, habits):
    way = row_way(streets, 3)
    network = streets.network
    dose = np.zeros((1, network.n_edge))
    # Only the way straight on is dangerous; at the first junction it is taken by about a third.
    dose[0, way[1]] = 1e-3
    slices = level_slices(np.zeros(dose.shape), np.zeros(1), dose)
    path = predict_streets(habits, OnEdge((way[0],), 0.0, 1.3), 300.0, slices=slices)
    whole = 1e-3 * float(network.length_m[way[1]]) / 1.3
    prob = float(path.prob[path.edge == way[1]].sum())
    assert 0.15 < prob < 0.9
    assert path.dose_mean == pytest.approx(prob * whole, rel=0.15)
    assert path.dose_90 == pytest.approx(whole, rel=0.01), "more than one in ten goes that way"
    exposure = exposure_ahead(streets, path)
    assert exposure.dose_prob_90 == pytest.approx(1 - np.exp(-path.dose_90))
    assert exposure.dose_prob_90 > exposure.dose_prob
    for _ in range(500):
        habits.add_way([way[0], next(e for e in habits.next_probs([way[0]]) if e not in (way[1],))])
    rare = predict_streets(habits, OnEdge((way[0],), 0.0, 1.3), 300.0, slices=slices)
    assert rare.dose_90 == 0.0 < rare.dose_mean


@pytest.mark.parametrize("begin_s", [0.0, 50.0, 95.0, 150.0])
def test_doses_are_summed_slice_by_slice(begin_s):
    slices = LevelSlices(
        np.array([0.0, 60.0, 100.0]),
        np.zeros((3, 1), dtype=np.uint8),
        np.array([[1.0], [10.0], [100.0]], dtype=np.float32),
    )
    end_s = begin_s + 45.0
    fine = np.arange(begin_s, end_s, 0.01) + 0.005
    naive = sum(float(slices.dose_per_s[slices.slice_at(float(at)), 0]) for at in fine) * 0.01
    assert dose_on(slices, 0, begin_s, end_s) == pytest.approx(naive, rel=1e-3)


def test_the_detour_begins_before_the_danger(area, streets, habits):
    way = row_way(streets, 3)
    for _ in range(200):
        habits.add_way(way)
    network = own_cells(area.network)
    code = np.zeros(network.n_street, dtype=np.uint8)
    code[network.street[way[2]]] = 250
    priced = price_at(network, assessment_of(area, code), Profile.WALK, 0)
    weights = open_weights(network, priced.weights[RouteKind.SAFEST], priced)
    path = predict_streets(habits, OnEdge((way[0],), 10.0, 1.3), 330.0)
    assert path.likely[:4].tolist() == way[:4]
    found = detour_ahead(streets, weights, path)
    assert found is not None
    assert found.edge in way[:2]
    assert found.saved_s > 0
    safe = price_at(network, assessment_of(area, np.zeros_like(code)), Profile.WALK, 0)
    assert detour_ahead(streets, open_weights(network, safe.weights[RouteKind.SAFEST], safe), path) is None


def test_bad_input_is_refused_with_every_fault(streets, habits):
    slices = LevelSlices(np.zeros(1), np.zeros((1, 3), dtype=np.uint8), np.zeros((1, 3), dtype=np.float32))
    with pytest.raises(InputError) as caught:
        predict_streets(habits, OnEdge((), 0.0, -1.0), 0.0, slices=slices)
    assert [fault.argument for fault in caught.value.faults] == [
        "place.context",
        "place.speed_m_per_s",
        "horizon_s",
        "slices",
    ]
    with pytest.raises(InputError, match="along_m"):
        predict_streets(habits, OnEdge((0,), 1e6, 1.0), 60.0)
    with pytest.raises(InputError, match="way"):
        habits.add_way([0, 10**6])
    with pytest.raises(InputError, match="share"):
        habits.fade(2.0)
    with pytest.raises(InputError, match="risk"):
        level_slices(np.array([[1.5]]), np.zeros(1))
    with pytest.raises(InputError, match="dose"):
        level_slices(np.array([[0.5]]), np.zeros(1), np.array([[-1.0]]))
