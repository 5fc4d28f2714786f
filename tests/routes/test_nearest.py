"""Shelters with room, in the order of what the way costs."""

import math
from dataclasses import replace

import numpy as np
import pytest

from risk_core.errors import InputError, UnreachableError
from risk_core.routes.find import find_routes
from risk_core.routes.matrix import find_matrix
from risk_core.routes.nearest import find_nearest
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from risk_core.state.situation import Shelter
from tests.routes.cities import assessment_of
from tests.tiny import node_position

START = node_position(0)


def shelter(node, **changes):
    base = Shelter(f"s{node}", f"S{node}", "school", *node_position(node), 100.0, math.nan, True, "test", False)
    return replace(base, **changes)


def asked(area, *shelters, n=3, kind=RouteKind.SAFEST, code=None):
    assessment = replace(assessment_of(area, code), shelters=shelters)
    return find_nearest(area, assessment, START, Profile.WALK, kind, n, assessment.step_now), assessment


def test_closed_and_full_ones_are_passed_over(area):
    nearest = (
        shelter(1, is_open=False),
        shelter(2, occupancy_persons=100.0),
        shelter(3, capacity_persons=0.0),
        shelter(8),
        shelter(14),
    )
    answer, _ = asked(area, *nearest)
    assert [way.shelter.shelter_id for way in answer.ways] == ["s8", "s14"]
    taken = [shelter(1, occupancy_persons=99.0), shelter(2, capacity_persons=math.nan, occupancy_persons=5.0)]
    assert len(asked(area, *taken)[0].ways) == 2


def test_the_order_is_that_of_the_ways(area):
    rng = np.random.default_rng(4)
    code = np.where(rng.random(area.network.n_street) < 0.5, 0, 200).astype(np.uint8)
    places = [shelter(node) for node in (3, 7, 9, 12, 20)]
    for kind in RouteKind:
        answer, assessment = asked(area, *places, n=5, kind=kind, code=code)
        ends = [node_position(int(way.shelter.shelter_id[1:])) for way in answer.ways]
        table = find_matrix(area, assessment, [START], ends, Profile.WALK, kind, assessment.step_now)
        assert (np.diff(table.objective_s[0]) >= 0).all()
        for way, end in zip(answer.ways, ends, strict=True):
            alone = find_routes(area, assessment, START, end, Profile.WALK, (kind,), assessment.step_now)
            assert way.route.duration_s == pytest.approx(alone.routes[0].duration_s, abs=0.5)


def test_without_a_shelter_with_room_it_says_so(area):
    with pytest.raises(UnreachableError, match="room"):
        asked(area, shelter(1, is_open=False))


def test_a_matrix_of_nothing_is_refused(area):
    with pytest.raises(InputError, match="pairs"):
        find_matrix(area, assessment_of(area), [], [START], Profile.WALK, RouteKind.FASTEST, 0)
