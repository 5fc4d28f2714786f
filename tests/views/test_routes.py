"""Words of the ways found."""

import math
from dataclasses import replace

import numpy as np
import pytest

from dashboard.views.routes import chance_words
from risk_core.routes.find import find_routes
from risk_core.state.assessment import LayerFields
from risk_core.state.level import Layer
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


@pytest.fixture(scope="module")
def route():
    ends = [(SOUTH_DEG + y * D_LAT_DEG, WEST_DEG + x * D_LON_DEG) for y, x in ((0.3, 0.3), (4.3, 4.3))]
    return find_routes(TINY, calm_assessment(), *ends, Profile.WALK, (RouteKind.FASTEST,), 0).routes[0]


def test_a_way_in_a_storm_tells_how_many_courses_spare_it(route):
    stormy = replace(route, success_share=0.92)
    assert "92\xa0% of the storm's computed courses" in chance_words(stormy, "en")
    assert "계산한 태풍 진로의 92\xa0%에서" in chance_words(stormy, "ko")


def test_without_a_storm_nothing_is_said_of_courses(route):
    assert math.isnan(route.success_share)
    assert "courses" not in chance_words(route, "en") and "진로" not in chance_words(route, "ko")
