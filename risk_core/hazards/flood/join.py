"""Water joins the rain hazard: one risk, the worse of what has fallen and of what stands on the ground."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.flood.options import FLOOD_DEFAULTS, FloodOptions
from risk_core.hazards.flood.outlook import MIDDLE, FloodOutlook, street_depth_m
from risk_core.hazards.flood.scale import flood_risk
from risk_core.state.assessment import LayerFields
from risk_core.state.grid import Grid
from risk_core.state.level import RISK_CODE_MISSING, risk_to_code
from risk_core.state.receptor import Receptor
from risk_core.state.street_state import DEPTH_STEP_M, GroundWater, value_to_code

DEPTH_NAME: Final = "inundation_depth_m"
STRENGTH_NAME: Final = "depth_speed_m2_per_s"
PEAK_NAME: Final = "peak_depth_m"
PEAK_LEAD_NAME: Final = "peak_lead_s"
FLOOD_NAMES: Final = (DEPTH_NAME, STRENGTH_NAME, PEAK_NAME, PEAK_LEAD_NAME)
SLICE_TOLERANCE_S: Final = 301.0
"""A slice takes the nearest time of the run when it lies no farther away than half of its ten minutes."""


def join_flood(
    rain: LayerFields,
    outlook: FloodOutlook,
    grid: Grid,
    now_s: float,
    lead_s: NDArray[np.int32],
    receptor: Receptor = Receptor.WALKER,
    options: FloodOptions = FLOOD_DEFAULTS,
) -> LayerFields:
    """The rain's fields with the water's risk where that is higher, and its depths among the physical values.

    Unchanged where the water was told without heights.

    Parameters
    ----------
    rain
        Fields of the rain.
    outlook
        The water.
    grid, now_s, lead_s
        The grid, the moment and the time slices of the fields.
    receptor
        Who is in the water.
    options
        Settings of the streets.
    """
    if not outlook.has_ground:
        return rain
    depth = street_depth_m(outlook.depth_m, options)
    codes = risk_to_code(flood_risk(receptor, depth, outlook.depth_speed_m2_per_s, options.scales))
    out = [rain.low.copy(), rain.risk.copy(), rain.high.copy()]
    rows = slice(outlook.first_row, outlook.first_row + outlook.n_row)
    cols = slice(outlook.first_col, outlook.first_col + outlook.n_col)
    for k, lead in enumerate(lead_s):
        at = time_at(outlook, now_s + float(lead))
        for field, code in zip(out, codes, strict=True):
            if at is not None:
                here = field[k, rows, cols]
                water = outlook.on_grid(code[at], grid, 0)[rows, cols].astype(np.uint8)
                here[:] = np.where(here == RISK_CODE_MISSING, water, np.maximum(here, water))
    values = _values(outlook, depth[MIDDLE], grid, now_s)
    intensity = {**rain.intensity, **values}
    return LayerFields(out[1], out[0], out[2], intensity, rain.data_as_of_s, rain.sources, rain.simulated)


def ground_water(
    rain: LayerFields,
    outlook: FloodOutlook,
    now_s: float,
    lead_s: NDArray[np.int32],
    options: FloodOptions = FLOOD_DEFAULTS,
) -> GroundWater | None:
    """Water and the rain beside it at every time slice, by coarse cells; None where it was told without heights.

    Parameters
    ----------
    rain
        Fields of the rain before the water joined them.
    outlook
        The water.
    now_s, lead_s
        The moment and the time slices.
    options
        Settings of the streets.
    """
    if not outlook.has_ground:
        return None
    n_row, n_col = outlook.depth_m.shape[-2:]
    depth, strength = np.zeros((2, len(lead_s), n_row, n_col), np.uint8)
    for k, lead in enumerate(lead_s):
        at = time_at(outlook, now_s + float(lead))
        if at is not None:
            depth[k] = value_to_code(street_depth_m(outlook.depth_m[MIDDLE, at], options), DEPTH_STEP_M)
            strength[k] = value_to_code(outlook.depth_speed_m2_per_s[MIDDLE, at], DEPTH_STEP_M)
    half = outlook.factor // 2
    rows = outlook.first_row + np.minimum(np.arange(n_row) * outlook.factor + half, outlook.n_row - 1)
    cols = outlook.first_col + np.minimum(np.arange(n_col) * outlook.factor + half, outlook.n_col - 1)
    window = (outlook.first_row, outlook.first_col, outlook.n_row, outlook.n_col, outlook.factor)
    return GroundWater(np.array(window, np.int32), depth, strength, rain.risk[:, rows[:, None], cols[None]].copy())


def time_at(outlook: FloodOutlook, moment_s: float) -> int | None:
    """Position of the time nearest to a moment; None where the run does not reach it."""
    at = int(np.abs(outlook.time_s - moment_s).argmin())
    return at if abs(float(outlook.time_s[at]) - moment_s) <= SLICE_TOLERANCE_S else None


def _values(
    outlook: FloodOutlook, depth: NDArray[np.float64], grid: Grid, now_s: float
) -> dict[str, NDArray[np.float32]]:
    """Depth and depth times speed now; the deepest from now on and when, seconds from now; 0 outside the window."""
    now = time_at(outlook, now_s)
    at = len(outlook.time_s) - 1 if now is None else now
    peak = depth[at:].max(axis=0)
    lead = outlook.time_s[at:][depth[at:].argmax(axis=0)] - now_s
    found = (depth[at], outlook.depth_speed_m2_per_s[MIDDLE, at], peak, np.maximum(lead, 0.0))
    return {
        name: outlook.on_grid(value.astype(np.float32), grid, 0.0).astype(np.float32)
        for name, value in zip(FLOOD_NAMES, found, strict=True)
    }
