import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from risk_core.fields.sample import danger_of
from risk_core.hazards.epidemic.options import CONTACT_SCALE
from risk_core.routes.exposure import Pieces, contact_prob, cut_pieces, danger_prob, hazards_met
from risk_core.routes.find import find_routes
from risk_core.routes.price import costs_at, price
from risk_core.routes.record import Around, measure
from risk_core.routes.schedule import standing
from risk_core.routes.search import find_path
from risk_core.routes.snap import snap
from risk_core.state.assessment import LayerFields
from risk_core.state.level import DANGER_RISK, Hazard, Layer, code_to_risk
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.routes.cities import assessment_of
from tests.tiny import D_LAT_DEG, D_LON_DEG, SOUTH_DEG, WEST_DEG, tiny_area

TINY = tiny_area()


def field_of(seed, share_unknown=0.2):
    """Random risk bytes on the tiny area's real grid."""
    rng = np.random.default_rng(seed)
    code = rng.integers(0, 251, (TINY.grid.n_row, TINY.grid.n_col)).astype(np.uint8)
    code[rng.random(code.shape) < share_unknown] = 255
    return code


def on_grid(field):
    """An assessment whose combined risk is one field of the real grid."""
    layer = LayerFields(field[None], field[None], field[None], {}, 1_000.0, ("test",), True)
    return replace(assessment_of(TINY), layers={Layer.COMBINED: layer})


def some_path(seed, assessment):
    rng = np.random.default_rng(seed)
    ends = [(SOUTH_DEG + y * D_LAT_DEG, WEST_DEG + x * D_LON_DEG) for y, x in rng.uniform(0, 5, (2, 2))]
    snaps = [snap(TINY.network, *end, Profile.WALK, None) for end in ends]
    priced = price(TINY.network, costs_at(TINY.network, assessment, Profile.WALK, 0))
    weights = priced.weights[RouteKind.SAFEST]
    around = Around(TINY.grid, assessment.layers, standing(assessment, 0))
    return priced, around, find_path(TINY.network, weights, weights.metric, *snaps)


def stepwise(path, field, n=400):
    """The way walked in small steps: (metres, risk byte) of each, by the grid's own `cell_of`."""
    network, steps = TINY.network, []
    for edge, begin, end in zip(path.edges, path.begin_m, path.end_m, strict=True):
        first = network.street_first_point[network.street[edge]]
        lat, lon = network.point_lat_deg[first : first + 2], network.point_lon_deg[first : first + 2]
        for k in range(n):
            share = (begin + (end - begin) * (k + 0.5) / n) / float(network.length_m[edge])
            cell = TINY.grid.cell_of(lat[0] + share * (lat[1] - lat[0]), lon[0] + share * (lon[1] - lon[0]))
            steps.append((abs(end - begin) / n, int(field.reshape(-1)[cell])))
    return steps


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 500))
def test_totals_are_those_of_the_way_walked_in_small_steps(seed):
    field = field_of(seed)
    priced, around, path = some_path(seed, on_grid(field))
    totals = measure(TINY.network, priced.costs.travel_time_s, path, around).totals
    steps = stepwise(path, field)
    length_m = sum(metres for metres, _ in steps)
    slack = 1.0 + 0.01 * length_m
    assert totals.length_m == pytest.approx(length_m, abs=0.1)
    assert totals.unknown_m == pytest.approx(sum(m for m, code in steps if code == 255), abs=slack)
    assert totals.danger_m == pytest.approx(sum(m for m, code in steps if 150 <= code <= 250), abs=slack)
    danger_s = sum(m / 1.3 * (code / 250 / 0.6) ** 5 for m, code in steps if code != 255)
    assert totals.exposure_s == pytest.approx(danger_s, abs=13 * slack)
    assert sum(totals.level_length_m) + totals.unknown_m == pytest.approx(totals.length_m, abs=0.1)
    assert totals.level_length_m[3] + totals.level_length_m[4] == pytest.approx(totals.danger_m, abs=1e-6)


def test_dose_adds_along_the_path_edge_by_edge():
    priced, around, path = some_path(3, on_grid(field_of(3, 0.0)))
    totals = measure(TINY.network, priced.costs.travel_time_s, path, around).totals
    inner = path.share >= 1.0
    whole = (priced.costs.danger * priced.costs.travel_time_s)[path.edges[inner]].sum()
    pieces = cut_pieces(TINY.network, priced.costs.travel_time_s, path, around.schedule)
    risk = code_to_risk(pieces.code_in(around.layers[Layer.COMBINED].risk))
    cut = (danger_of(risk) * pieces.time_s)[~inner[pieces.owner]].sum()
    assert totals.exposure_s == pytest.approx(whole + cut, rel=1e-3)


def test_the_line_has_a_point_where_the_level_changes_and_each_segment_its_own_level():
    field = np.zeros((TINY.grid.n_row, TINY.grid.n_col), dtype=np.uint8)
    middle = (SOUTH_DEG, WEST_DEG + 2.5 * D_LON_DEG)
    row, col = divmod(TINY.grid.cell_of(*middle), TINY.grid.n_col)
    field[row - 1 : row + 2, col] = 240
    ends = [(SOUTH_DEG, WEST_DEG + x * D_LON_DEG) for x in (2.1, 2.9)]
    answer = find_routes(TINY, on_grid(field), *ends, Profile.WALK, (RouteKind.FASTEST,), 0)
    route = answer.routes[0]
    assert set(route.profile_level.tolist()) == {0, 4} and len(route.lat_deg) == len(route.profile_level) + 1
    east_m = np.diff(route.lon_deg) / D_LON_DEG * 100.0
    assert abs(east_m[route.profile_level == 4]).sum() == pytest.approx(route.danger_m, abs=0.2)
    assert abs(east_m).sum() == pytest.approx(route.length_m, abs=0.1)
    assert 0 < route.danger_m < 60


@pytest.mark.parametrize(("median", "low", "high"), [(0.3, 0.1, 0.8), (0.7, 0.5, 0.9), (0.6, 0.2, 0.7)])
def test_chance_of_danger_is_the_two_piece_normals(median, low, high):
    side = (high - median) if median <= DANGER_RISK else (median - low)
    wanted = norm.sf((DANGER_RISK - median) / (side / norm.ppf(0.9)))
    assert danger_prob(median, low, high) == pytest.approx(wanted, abs=1e-9)
    assert danger_prob(high, high, high) == float(high >= DANGER_RISK)


@settings(deadline=None, max_examples=50)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0, 0.3))
def test_chance_of_danger_never_falls_when_everything_rises(a, b, c, more):
    low, median, high = sorted((a, b, c))
    assert 0.0 <= danger_prob(median, low, high) <= 1.0
    assert danger_prob(median + more, low + more, high + more) >= danger_prob(median, low, high) - 1e-12
    assert math.isnan(danger_prob(math.nan, math.nan, math.nan))


def test_an_hour_at_a_scale_figure_gives_that_figure():
    for k, figure in enumerate(CONTACT_SCALE.figures):
        risk = np.array([0.2 * (k + 1)], dtype=np.float32)
        assert contact_prob(risk, np.array([3600.0])) == pytest.approx(figure, rel=1e-5)
        halves = contact_prob(np.repeat(risk, 2), np.array([1800.0, 1800.0]))
        assert halves == pytest.approx(figure, rel=1e-5)
    assert contact_prob(np.array([np.nan], dtype=np.float32), np.array([3600.0])) == 0.0


def pieces_in(cells):
    cell = np.array(cells, dtype=np.int32)
    return Pieces(
        np.zeros(len(cell), np.int32),
        cell,
        np.full(len(cell), 10.0),
        np.full(len(cell), 5.0),
        np.zeros(len(cell), np.int32),
        5.0 * np.arange(len(cell)),
    )


def test_each_hazard_is_met_by_its_own_field():
    rain, wind = np.zeros((1, 1, 4), np.uint8), np.full((1, 1, 4), 255, np.uint8)
    rain[0, 0, 1], high = 160, np.full((1, 1, 4), 200, np.uint8)
    layers = {
        Layer.RAIN: LayerFields(rain, rain, high, {}, 0.0, (), False),
        Layer.TYPHOON: LayerFields(wind, wind, wind, {}, 0.0, (), False),
    }
    typhoon, wet = hazards_met(layers, pieces_in([0, 1, 2]))
    assert (typhoon.hazard, wet.hazard) == (Hazard.TYPHOON, Hazard.RAIN)
    assert math.isnan(typhoon.meet_prob) and math.isnan(typhoon.max_risk) and typhoon.danger_m == 0.0
    assert (wet.max_risk, wet.high, wet.danger_m) == (pytest.approx(0.64), pytest.approx(0.8), 10.0)
    assert wet.meet_prob == 1.0
