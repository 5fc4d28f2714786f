"""Zones made of every cell that the hazard makes dangerous within some hours."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.plans.demand import cells_inside
from risk_core.plans.options import EvacuationOptions
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.grid import Grid
from risk_core.state.level import RISK_CODE_MISSING, RISK_CODE_STEPS
from risk_core.state.plan import Zone
from risk_core.state.situation import GeometryKind, Shape


def dangerous_cells(
    area: Area, assessment: Assessment, within_s: float, options: EvacuationOptions
) -> NDArray[np.bool_]:
    """Cells whose expected risk reaches `options.danger_risk` (경계) between now and `within_s` seconds ahead.

    Returns
    -------
    bool array
        shape=(n_row, n_col); nowhere where the layer has no field.
    """
    fields = assessment.layers.get(options.layer)
    if fields is None:
        return np.zeros((area.grid.n_row, area.grid.n_col), dtype=np.bool_)
    ahead = (assessment.lead_s >= 0) & (assessment.lead_s <= within_s)
    codes = fields.risk[ahead]
    reached = (codes != RISK_CODE_MISSING) & (codes >= options.danger_risk * RISK_CODE_STEPS)
    return np.asarray(reached.any(axis=0))


def trace_rings(grid: Grid, mask: NDArray[np.bool_]) -> tuple[NDArray[np.float64], ...]:
    """Outlines of the cells of a mask along their edges, latitude and longitude, the largest first.

    A place is inside by the even-odd rule exactly where its cell is in the mask; holes are rings of their own.
    """
    step: dict[tuple[int, int], list[tuple[int, int]]] = {}
    wide = np.pad(mask, 1)
    for row, col in np.argwhere(wide).tolist():
        corners = ((row, col), (row + 1, col), (row + 1, col + 1), (row, col + 1))
        beside = (wide[row, col - 1], wide[row + 1, col], wide[row, col + 1], wide[row - 1, col])
        for k, is_inside in enumerate(beside):
            if not is_inside:
                step.setdefault(corners[k], []).append(corners[(k + 1) % 4])
    rings = []
    while step:
        start = next(iter(step))
        ring, at = [start], start
        while True:
            at = step[at].pop()
            if not step[ring[-1]]:
                del step[ring[-1]]
            if at == start:
                break
            ring.append(at)
        rings.append(_turns(np.array(ring, dtype=np.float64)))
    lat, lon = _edges_deg(grid.row_lat_deg), _edges_deg(grid.col_lon_deg)
    placed = [np.column_stack([lat[ring[:, 0].astype(int) - 1], lon[ring[:, 1].astype(int) - 1]]) for ring in rings]
    return tuple(sorted(placed, key=lambda ring: -float(np.prod(np.ptp(ring, axis=0)))))


def _turns(ring: NDArray[np.float64]) -> NDArray[np.float64]:
    """Corners of a ring at which it turns."""
    before, after = np.roll(ring, 1, axis=0) - ring, np.roll(ring, -1, axis=0) - ring
    return ring[(before + after).any(axis=1)]


def _edges_deg(centre_deg: NDArray[np.float64]) -> NDArray[np.float64]:
    """Edges of rows or columns from their centres, one more than these."""
    half = (centre_deg[1] - centre_deg[0]) / 2 if len(centre_deg) > 1 else 5e-4
    return np.append(centre_deg - half, centre_deg[-1] + half)


def outline_zones(
    area: Area, assessment: Assessment, zones: Sequence[Zone], options: EvacuationOptions
) -> tuple[Zone, ...]:
    """Zones with an outline for those made of dangerous cells; one that has an outline keeps only these cells of it.

    Raises
    ------
    InputError
        Where no cell becomes dangerous in time.
    """
    found, faults = [], []
    for zone in zones:
        if zone.danger_within_s is None:
            found.append(zone)
            continue
        mask = dangerous_cells(area, assessment, zone.danger_within_s, options)
        if zone.shape is not None:
            mask &= cells_inside(area.grid, zone.shape)
        if not mask.any():
            hours = f"no cell of level {options.danger_risk:g} within {zone.danger_within_s / 3600:g} h"
            remedy = "Look further ahead, draw the zone, or name districts."
            faults.append(Fault("danger_within_h", hours, "a forecast that reaches it", remedy, zone.zone_id))
            continue
        shape = Shape(GeometryKind.POLYGON, trace_rings(area.grid, mask))
        found.append(replace(zone, shape=shape, danger_within_s=None))
    raise_faults(faults)
    return tuple(found)
