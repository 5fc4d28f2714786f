"""In how many members of the storms a way stays out of danger.

Each member is followed along the whole way, hour by hour: wind and rain as it brings them there. What the area's own
rain field says, water on the streets among it, comes from gauges and their forecast, not from members; its depth rises
with rain, so a chance P of danger at a place belongs to the share P of the members that are wettest there (as in
`risk_core.hazards.typhoon.joint`).
"""

import math
from collections.abc import Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from risk_core.routes.exposure import TAIL_Z, Pieces
from risk_core.state.assessment import LayerFields
from risk_core.state.grid import Grid
from risk_core.state.joint import JOINT_RISKS, JointOutlook
from risk_core.state.level import DANGER_RISK, Layer, code_to_risk
from risk_core.units import S_PER_H

DANGER_LEVEL: Final = JOINT_RISKS.index(DANGER_RISK) + 1
"""Levels a member reaches where the level 경계 begins."""


def danger_probs(fields: LayerFields, pieces: Pieces) -> NDArray[np.float64]:
    """Chance that each piece reaches danger, 0 where unknown; see `risk_core.routes.exposure.danger_prob`."""
    risk, low, high = (
        code_to_risk(pieces.code_in(some)).astype(np.float64) for some in (fields.risk, fields.low, fields.high)
    )
    gap = DANGER_RISK - risk
    spread = np.where(gap >= 0, high - risk, risk - low) / TAIL_Z
    certain = (gap <= 0).astype(np.float64)
    sure = np.divide(gap, spread, out=np.zeros(len(gap)), where=spread > 0)
    return np.nan_to_num(np.where(spread > 0, 1.0 - ndtr(sure), certain))


def success_share(
    joint: JointOutlook | None, grid: Grid, layers: Mapping[Layer, LayerFields], pieces: Pieces, depart_s: float
) -> float:
    """Share of the members in which wind, rain and water stay below risk 0.6 from end to end.

    Parameters
    ----------
    joint
        Members of the storms; None without a storm.
    grid
        Of the area, whose cells the pieces name.
    layers
        Fields of the area; that of rain and water counts where it was assessed.
    pieces
        The way.
    depart_s
        When one sets off, unix seconds.

    Returns
    -------
    float
        NaN without members, and for a way that sets off more than an hour before their first or after their last hour.
        Who is still under way after their last hour is held to have met what that hour brings.
    """
    if joint is None or joint.member_level is None or joint.rain_rank is None:
        return math.nan
    last_s = float(joint.hour_s[len(joint.member_level) - 1])
    if not joint.hour_s[0] - S_PER_H <= depart_s < last_s + S_PER_H:
        return math.nan
    row, col = np.divmod(pieces.cell, grid.n_col)
    coarse = joint.grid.cells_of(grid.row_lat_deg[row], grid.col_lon_deg[col])
    hour = np.maximum(np.searchsorted(joint.hour_s, depart_s + pieces.entered_s, side="right") - 1, 0)
    inside = coarse >= 0
    levels = _by_cell(joint.member_level)
    spoilt = (levels[np.minimum(hour, len(levels) - 1), coarse] >= DANGER_LEVEL) & inside[:, None]
    ranks = _by_cell(joint.rain_rank)
    if Layer.RAIN in layers and len(ranks):
        n_wet = np.rint(danger_probs(layers[Layer.RAIN], pieces) * joint.n_member)
        wettest = ranks[np.minimum(hour, len(ranks) - 1), coarse] >= (joint.n_member - n_wet)[:, None]
        spoilt |= wettest & inside[:, None]
    return 1.0 - float(spoilt.any(axis=0).mean())


def _by_cell(members: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return members.reshape(len(members), -1, members.shape[-1])
