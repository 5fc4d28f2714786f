"""What a way passes through: the grid along its real geometry, hazard by hazard.

Along a way a hazard's risk is taken as perfectly dependent from place to place: a q-quantile of the largest risk met
is then the largest q-quantile, and the 80 % interval of a field gives that of the way. The chance to meet danger
follows from that interval by a two-piece normal distribution (Wallis 2014, Statistical Science 29(1), section 2),
median and both 10 % tails matched. Perfect dependence is an assumption: with independent errors the chance is higher.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from risk_core.hazards.epidemic.options import CONTACT_SCALE
from risk_core.kernels.fields import walk_cells
from risk_core.routes.schedule import Schedule
from risk_core.routes.search import Path
from risk_core.state.assessment import LayerFields
from risk_core.state.level import DANGER_RISK, Hazard, Layer, code_to_risk
from risk_core.state.network import Network
from risk_core.state.route import HazardMet
from risk_core.units import S_PER_H

TAIL_Z: Final = 1.2815515655446004
"""Standard normal quantile of 0.9: the bounds of a central 80 % interval."""


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """A path cut where it crosses cells, in order, each array shape=(n_piece,).

    Attributes
    ----------
    owner
        Position in the path of the edge each piece belongs to.
    cell
        Flat cell of the grid.
    length_m, time_s
        Metres and seconds inside; what lies off the grid is left out.
    step
        Position of the time slice in which each is travelled.
    entered_s
        Seconds after the departure at which each is entered.
    """

    owner: NDArray[np.int32]
    cell: NDArray[np.int32]
    length_m: NDArray[np.float64]
    time_s: NDArray[np.float64]
    step: NDArray[np.int32]
    entered_s: NDArray[np.float64]

    def code_in(self, field: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Byte of each piece, at its place and time, in a field of shape=(n_time, n_row, n_col)."""
        return np.asarray(field.reshape(len(field), -1)[self.step, self.cell], dtype=np.uint8)


def cut_pieces(network: Network, travel_time_s: NDArray[np.float32], path: Path, schedule: Schedule) -> Pieces:
    """Cut a path where it crosses cells and where another time slice begins.

    Parameters
    ----------
    network
        The streets with the cells they cross.
    travel_time_s
        Seconds of each edge, shape=(n_edge,).
    path
        The way.
    schedule
        Which time slice holds when.
    """
    cells = (network.street_first_cell, network.street_cell, network.street_cell_length_m)
    owner, cell, length_m = walk_cells(*cells, network.street[path.edges], path.begin_m, path.end_m)
    whole_m = network.length_m[path.edges].astype(np.float64)
    pace_s_per_m = np.divide(travel_time_s[path.edges], whole_m, out=np.zeros(len(whole_m)), where=whole_m > 0)
    time_s = length_m * pace_s_per_m[owner]
    entered_s = _entered_s(travel_time_s, path, owner, time_s)
    for begin_s in schedule.begin_s[1:]:
        at = int(np.searchsorted(entered_s, begin_s)) - 1
        if not (0 <= at < len(owner) and begin_s < entered_s[at] + time_s[at]):
            continue
        share = (begin_s - entered_s[at]) / time_s[at]
        owner, cell = (np.insert(some, at, some[at]) for some in (owner, cell))
        length_m, time_s = (_split(some, at, share) for some in (length_m, time_s))
        entered_s = np.insert(entered_s, at + 1, begin_s)
    return Pieces(owner, cell, length_m, time_s, schedule.step_after(entered_s), entered_s)


def _split(value: NDArray[np.float64], at: int, share: float) -> NDArray[np.float64]:
    """The values with the one at a position cut in two, the first part the given share."""
    parts = np.insert(value, at, value[at] * share)
    parts[at + 1] *= 1.0 - share
    return parts


def _entered_s(
    travel_time_s: NDArray[np.float32], path: Path, owner: NDArray[np.int32], time_s: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Seconds after the departure at which each piece is entered; every edge is entered when its way so far is done."""
    edge_s = travel_time_s[path.edges].astype(np.float64) * path.share
    entry_s = np.concatenate([[0.0], np.cumsum(edge_s)[:-1]])
    before_s = np.cumsum(time_s) - time_s
    first = np.searchsorted(owner, np.arange(len(path.edges)))
    within_s = before_s - before_s[np.minimum(first, len(owner) - 1)][owner] if len(owner) else before_s
    return np.asarray(entry_s[owner] + within_s, dtype=np.float64)


def danger_prob(risk: float, low: float, high: float) -> float:
    """Chance that a risk with this median and central 80 % interval reaches `DANGER_RISK`, NaN of NaN.

    Examples
    --------
    >>> round(danger_prob(0.4, 0.2, 0.6), 3), danger_prob(0.7, 0.7, 0.7), danger_prob(0.1, 0.1, 0.1)
    (0.1, 1.0, 0.0)
    """
    gap = DANGER_RISK - risk
    spread = (high - risk if gap >= 0 else risk - low) / TAIL_Z
    if spread > 0:
        return float(1.0 - ndtr(gap / spread))
    return math.nan if math.isnan(gap) else float(gap <= 0)


def contact_prob(risk: NDArray[np.float32], time_s: NDArray[np.float64]) -> float:
    """Chance of meeting at least one infectious person on the way: hourly chances of `CONTACT_SCALE` over its time.

    Parameters
    ----------
    risk
        Infection risk of each piece, NaN unknown.
    time_s
        Seconds in each.
    """
    known = np.isfinite(risk)
    hourly = np.interp(risk[known], np.arange(6) / 5.0, (0.0, *CONTACT_SCALE.figures))
    return float(-np.expm1((np.log1p(-hourly) * time_s[known] / S_PER_H).sum()))


def hazard_met(hazard: Hazard, fields: LayerFields, pieces: Pieces) -> HazardMet:
    """What a way meets of one hazard, each piece at its own time."""
    risk, low, high = (code_to_risk(pieces.code_in(some)) for some in (fields.risk, fields.low, fields.high))
    if not np.isfinite(risk).any():
        return HazardMet(hazard, math.nan, math.nan, math.nan, 0.0, math.nan)
    most, least, highest = (round(float(np.nanmax(some)), 3) for some in (risk, low, high))
    in_danger = np.nan_to_num(risk) >= DANGER_RISK
    prob = danger_prob(most, least, highest)
    if hazard is Hazard.INFECTION:
        prob = contact_prob(risk, pieces.time_s)
    return HazardMet(hazard, most, least, highest, float(pieces.length_m[in_danger].sum()), prob)


def hazards_met(layers: Mapping[Layer, LayerFields], pieces: Pieces) -> tuple[HazardMet, ...]:
    """What a way meets of every hazard that was assessed, in the order of `Hazard`."""
    assessed = [hazard for hazard in Hazard if Layer(hazard.value) in layers]
    return tuple(hazard_met(hazard, layers[Layer(hazard.value)], pieces) for hazard in assessed)
