"""The share of members in which a way stays out of danger, against members walked one by one."""

import math
from dataclasses import replace

import numpy as np
import pytest

from risk_core.routes.exposure import Pieces, danger_prob
from risk_core.routes.find import find_routes
from risk_core.routes.success import DANGER_LEVEL, danger_probs, success_share
from risk_core.state.assessment import LayerFields
from risk_core.state.joint import JOINT_RISKS, JointOutlook
from risk_core.state.level import Layer, code_to_risk
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.routes.cities import assessment_of
from tests.tiny import D_LAT_DEG, D_LON_DEG, SOUTH_DEG, WEST_DEG, tiny_area

TINY = tiny_area()


def calm_assessment():
    """An assessment without any risk, on the area's real grid."""
    field = np.zeros((1, TINY.grid.n_row, TINY.grid.n_col), dtype=np.uint8)
    layer = LayerFields(field, field, field, {}, 1_000.0, ("test",), True)
    return replace(assessment_of(TINY), layers={Layer.COMBINED: layer})


GRID = TINY.grid
N_MEMBER = 40


def outlook(seed, n_hour=3, n_rank_hour=2, now_s=0.0):
    """Members of a grid with the area's own cells: levels at random, ranks a permutation in each cell."""
    rng = np.random.default_rng(seed)
    shape = (GRID.n_row, GRID.n_col, N_MEMBER)
    level = np.where(rng.random((n_hour, *shape)) < 0.002, 2, rng.integers(0, 2, (n_hour, *shape))).astype(np.uint8)
    rank = np.argsort(rng.random((n_rank_hour, *shape)), axis=-1).astype(np.uint8)
    hour_s = now_s + 3600.0 * np.arange(5)
    code = np.zeros((6, 5, len(JOINT_RISKS), GRID.n_row, GRID.n_col), np.uint8)
    return JointOutlook(GRID, hour_s, N_MEMBER, 0, code, level, rank)


def some_pieces(seed, n=30, longest_s=4 * 3600.0):
    rng = np.random.default_rng(seed)
    cell = rng.integers(0, GRID.n_cell, n).astype(np.int32)
    ones, entered = np.ones(n), np.sort(rng.uniform(0, longest_s, n))
    return Pieces(np.zeros(n, np.int32), cell, ones, ones, np.zeros(n, np.int32), entered)


def some_rain(seed):
    rng = np.random.default_rng(seed)
    bounds = np.sort(rng.integers(0, 200, (3, 1, GRID.n_row, GRID.n_col)), axis=0).astype(np.uint8)
    bounds[:, rng.random(bounds.shape[1:]) < 0.2] = 255
    return {Layer.RAIN: LayerFields(bounds[1], bounds[0], bounds[2], {}, 0.0, (), False)}


def walked(joint, layers, pieces, depart_s):
    """The same, member by member and piece by piece."""
    n_good = 0
    for member in range(joint.n_member):
        is_good = True
        for cell, entered_s in zip(pieces.cell.tolist(), pieces.entered_s.tolist(), strict=True):
            row, col = divmod(cell, GRID.n_col)
            hour = max(int((depart_s + entered_s - joint.hour_s[0]) // 3600), 0)
            level = joint.member_level[min(hour, len(joint.member_level) - 1), row, col, member]
            is_good &= level < DANGER_LEVEL
            rain = layers.get(Layer.RAIN)
            if rain is not None:
                codes = (field[0, row, col] for field in (rain.risk, rain.low, rain.high))
                prob = danger_prob(*(float(code_to_risk(np.array([code], dtype=np.uint8))[0]) for code in codes))
                n_wet = 0 if math.isnan(prob) else round(prob * joint.n_member)
                rank = joint.rain_rank[min(hour, len(joint.rain_rank) - 1), row, col, member]
                is_good &= bool(rank < joint.n_member - n_wet)
        n_good += is_good
    return n_good / joint.n_member


@pytest.mark.parametrize("seed", range(6))
def test_members_are_followed_one_by_one(seed):
    joint, pieces, layers = outlook(seed), some_pieces(seed), some_rain(seed) if seed % 2 else {}
    for depart_s in (-1800.0, 0.0, 5000.0):
        found = success_share(joint, GRID, layers, pieces, depart_s)
        assert found == pytest.approx(walked(joint, layers, pieces, depart_s))
    dry = success_share(joint, GRID, {}, pieces, 0.0)
    assert success_share(joint, GRID, layers, pieces, 0.0) <= dry
    assert 0.0 < dry < 1.0


def test_chances_of_all_pieces_are_those_of_each():
    layers, pieces = some_rain(3), some_pieces(3)
    fields = layers[Layer.RAIN]
    for prob, *codes in zip(
        danger_probs(fields, pieces), *(pieces.code_in(f) for f in (fields.risk, fields.low, fields.high)), strict=True
    ):
        alone = danger_prob(*(float(code_to_risk(np.array([code]))[0]) for code in codes))
        assert prob == pytest.approx(0.0 if math.isnan(alone) else alone, abs=1e-6)


def test_nothing_is_told_without_members_or_of_another_day():
    joint, pieces = outlook(0), some_pieces(0)
    assert math.isnan(success_share(None, GRID, {}, pieces, 0.0))
    assert math.isnan(success_share(replace(joint, member_level=None), GRID, {}, pieces, 0.0))
    assert math.isnan(success_share(joint, GRID, {}, pieces, 3 * 3600.0))
    assert math.isnan(success_share(joint, GRID, {}, pieces, -3601.0))


def test_a_route_tells_its_success_share():
    ends = [(SOUTH_DEG + y * D_LAT_DEG, WEST_DEG + x * D_LON_DEG) for y, x in ((0.3, 0.3), (4.3, 4.3))]
    assessment = calm_assessment()
    calm = find_routes(TINY, assessment, *ends, Profile.WALK, (RouteKind.FASTEST,), assessment.step_now)
    assert math.isnan(calm.routes[0].success_share)
    joint = outlook(1, now_s=assessment.now_s)
    joint.member_level[:] = 0
    joint.member_level[0, :, :, :10] = 3
    stormy = replace(assessment, joint=joint)
    told = find_routes(TINY, stormy, *ends, Profile.WALK, (RouteKind.FASTEST,), stormy.step_now)
    assert told.routes[0].success_share == pytest.approx(0.75)
