"""Zones of every cell that becomes dangerous in time."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.plans.ask import Asked, answer_plan
from dashboard.plans.files import zone_geometry
from risk_core.assess import assess
from risk_core.errors import InputError
from risk_core.plans.danger import dangerous_cells, outline_zones, trace_rings
from risk_core.plans.demand import cells_inside, label_zones
from risk_core.plans.options import EVACUATION_DEFAULTS
from risk_core.state.level import RISK_CODE_STEPS, Layer
from risk_core.state.plan import Zone
from risk_core.state.situation import GeometryKind, Shape
from tests.plans.test_plan import box, shelter, situation


def flooding(area, later):
    """An assessment in which a patch is dangerous after half an hour and a second one after `later` slices."""
    made = assess(area, situation(area, [shelter(35, 500.0)]))
    risk = np.zeros((3, area.grid.n_row, area.grid.n_col), dtype=np.uint8)
    risk[1:, 3:7, 3:6] = risk[later:, 10:12, 10:14] = round(0.7 * RISK_CODE_STEPS)
    fields = replace(made.layers[Layer.COMBINED], risk=risk, low=risk, high=risk)
    return replace(made, layers={**made.layers, Layer.COMBINED: fields})


@pytest.mark.parametrize("seed", range(5))
def test_outlines_hold_exactly_the_cells_they_were_traced_round(area, seed):
    mask = np.random.default_rng(seed).random((area.grid.n_row, area.grid.n_col)) < 0.45
    shape = Shape(GeometryKind.POLYGON, trace_rings(area.grid, mask))
    assert (cells_inside(area.grid, shape) == mask).all()


def test_the_zone_grows_with_the_hours_looked_ahead(area):
    made = flooding(area, 2)
    soon, later = (outline_zones(area, made, [Zone("z", "Z", None, danger_within_s=3600.0 * h)], EVACUATION_DEFAULTS)
                   for h in (0.5, 1.0))  # fmt: skip
    assert (label_zones(area, soon) == 0).sum() == 12
    assert (label_zones(area, later) == 0).sum() == 20
    assert zone_geometry(soon[0])["type"] == "Polygon" and zone_geometry(later[0])["type"] == "MultiPolygon"
    assert dangerous_cells(area, made, 0.0, EVACUATION_DEFAULTS).sum() == 0


def test_an_outline_keeps_only_the_dangerous_cells_inside_it(area):
    made = flooding(area, 1)
    everywhere = Zone("z", "Z", box(-9, -9, 40, 40), danger_within_s=3600.0)
    (found,) = outline_zones(area, made, [everywhere], EVACUATION_DEFAULTS)
    assert (label_zones(area, [found]) == 0).sum() == 20 and found.danger_within_s is None


def test_no_danger_in_time_is_refused_with_the_hours(area):
    made = flooding(area, 2)
    with pytest.raises(InputError) as caught:
        outline_zones(area, made, [Zone("z", "Z", None, danger_within_s=60.0)], EVACUATION_DEFAULTS)
    assert caught.value.faults[0].argument == "danger_within_h" and "0.0166667 h" in caught.value.faults[0].value


def test_a_question_may_ask_for_it_in_words_or_in_a_drawing(area):
    made = flooding(area, 1)
    plan, drawn = answer_plan(area, made, Asked(None, lang="en", danger_within_h=1.0))
    assert plan.zones[0].name == "Dangerous within 1 h" and drawn.zones[0].shape is not None
    feature = {"type": "Feature", "geometry": None, "properties": {"role": "zone", "danger_within_h": 1}}
    again, _ = answer_plan(area, made, Asked({"type": "FeatureCollection", "features": [feature]}))
    assert again.zones[0].residents == plan.zones[0].residents
