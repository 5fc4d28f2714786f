"""What waits on the path ahead: expected dose, chance of each level, minutes to go, and where a detour first pays."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults
from risk_core.movement.match_plane import MatchStreets
from risk_core.movement.match_track import place_on
from risk_core.movement.path_record import LevelAhead, LevelSlices, StreetPath
from risk_core.routes.detour import DETOUR_DEFAULTS, DetourOptions, DetourPoint, first_detour
from risk_core.routes.weights import Weights
from risk_core.state.level import LEVEL_THRESHOLDS
from risk_core.state.options import check_ranges
from risk_core.state.route import Snap

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class WarningOptions:
    """When the path ahead is worth a warning.

    Attributes
    ----------
    least_level
        Lowest level warned of: 2, 주의 (our choice).
    least_prob
        Chance of entering it from which one is warned (our choice: one warning in five comes true at worst).
    """

    least_level: int = 2
    least_prob: float = 0.2

    def __post_init__(self) -> None:
        check_ranges(self, {"least_level": (1, len(LEVEL_THRESHOLDS)), "least_prob": (0.001, 1.0)})


WARNING_DEFAULTS: Final = WarningOptions()


@dataclass(frozen=True, slots=True, eq=False)
class ExposureAhead:
    """What waits.

    Attributes
    ----------
    dose_mean
        Expected dose along the way within the horizon.
    dose_prob
        Chance of at least one event where the dose is a hazard, ``1 - exp(-dose_mean)``: by Jensen's inequality an
        upper bound of the chance over uncertain ways.
    levels
        Chance of entering each level, where and when, from the lowest.
    warning
        The highest level worth a warning, None where none is.
    lat_deg, lon_deg
        Where it is most probably entered: the tail of that edge; NaN without a warning.
    minutes_to_go
        Until then; 0 where one is inside, NaN without a warning.
    untold_prob
        Probability of ways too improbable to follow: what is not known.
    """

    dose_mean: float
    dose_prob: float
    levels: tuple[LevelAhead, ...]
    warning: LevelAhead | None
    lat_deg: float
    lon_deg: float
    minutes_to_go: float
    untold_prob: float


def level_slices(
    risk: NDArray[np.floating], begin_s: Floats, dose_per_s: NDArray[np.floating] | None = None
) -> LevelSlices:
    """Levels and doses of every edge from its risk in each time slice.

    Parameters
    ----------
    risk
        0..1, NaN unknown (no level), shape=(n_slice, n_edge).
    begin_s
        Seconds from now at which each slice begins, shape=(n_slice,).
    dose_per_s
        Dose a second, for example an infection hazard; None takes none.

    Raises
    ------
    InputError
        For a risk outside 0..1, doses below 0, or shapes that do not fit.

    Examples
    --------
    >>> level_slices(np.array([[0.1, 0.45, np.nan]]), np.zeros(1)).level.tolist()
    [[0, 2, 0]]
    """
    risk = np.asarray(risk, dtype=np.float64)
    dose = np.zeros(risk.shape) if dose_per_s is None else np.asarray(dose_per_s, dtype=np.float64)
    faults = []
    if risk.ndim != 2 or len(risk) != len(begin_s):
        faults.append(Fault("risk", f"shape {risk.shape}", f"{len(begin_s)} rows of edges", "Give one row a slice."))
    if (risk < 0).any() or (risk > 1).any():
        faults.append(Fault("risk", f"{np.nanmin(risk):g}..{np.nanmax(risk):g}", "0..1 or NaN", "Give risks."))
    if dose.shape != risk.shape or (dose < 0).any():
        faults.append(Fault("dose_per_s", f"shape {dose.shape}", f"0 or more, shape {risk.shape}", "Give one an edge."))
    raise_faults(faults)
    level = np.sum([np.nan_to_num(risk) >= threshold for threshold in LEVEL_THRESHOLDS], axis=0)
    return LevelSlices(
        np.asarray(begin_s, dtype=np.float64), level.astype(np.uint8), np.nan_to_num(dose).astype(np.float32)
    )


def exposure_ahead(
    streets: MatchStreets, path: StreetPath, options: WarningOptions = WARNING_DEFAULTS
) -> ExposureAhead:
    """What waits on the path ahead, and the one warning it is worth.

    Parameters
    ----------
    streets
        Of the path.
    path
        From `risk_core.movement.path_streets.predict_streets` with the slices of the fields.
    options
        When to warn.

    Returns
    -------
    ExposureAhead
        With a warning of the highest level that is likely enough; of one level only, so that one warning is given.
    """
    worth = [one for one in path.levels if one.level >= options.least_level and one.prob >= options.least_prob]
    warning = max(worth, key=lambda one: one.level) if worth else None
    lat, lon, minutes = math.nan, math.nan, math.nan
    if warning is not None:
        at_lat, at_lon = np.full(1, np.nan), np.full(1, np.nan)
        place_on(streets, np.array([warning.edge], dtype=np.int32), np.zeros(1), at_lat, at_lon)
        lat, lon, minutes = float(at_lat[0]), float(at_lon[0]), max(warning.after_s, 0.0) / 60.0
    return ExposureAhead(
        dose_mean=path.dose_mean,
        dose_prob=-math.expm1(-path.dose_mean),
        levels=path.levels,
        warning=warning,
        lat_deg=lat,
        lon_deg=lon,
        minutes_to_go=minutes,
        untold_prob=path.untold_prob,
    )


def way_through(path: StreetPath, slices: LevelSlices, level: int) -> int:
    """How many edges of the likeliest way lead to the first place behind what waits there.

    Parameters
    ----------
    path
        From `risk_core.movement.path_streets.predict_streets`.
    slices
        The levels it was predicted with.
    level
        Of the warning.

    Returns
    -------
    int
        Number of edges, the last of them below the level again; 0 where the way does not reach it, or does not leave
        it again as far as it is known.
    """
    at = [slices.slice_at(float(after_s)) for after_s in path.likely_entry_s]
    is_inside = slices.level[at, path.likely] >= level
    if not is_inside.any():
        return 0
    last = int(np.flatnonzero(is_inside)[-1])
    return 0 if last + 1 == len(path.likely) else last + 2


def detour_ahead(
    streets: MatchStreets,
    weights: Weights,
    path: StreetPath,
    options: DetourOptions = DETOUR_DEFAULTS,
    n_edge: int | None = None,
) -> DetourPoint | None:
    """First junction of the likeliest way where leaving it pays, None where none does.

    The likeliest way is taken to lead to the end of its last edge; see `risk_core.routes.detour.first_detour`, which
    weighs each saving with the chance of going there at all.

    Parameters
    ----------
    streets, path
        As for `exposure_ahead`.
    weights
        What counts, for example of the safest kind (`risk_core.routes.many.open_weights`).
    options
        When a detour pays.
    n_edge
        Edges of the likeliest way that count; None for those entered within the horizon.
    """
    n = int((path.likely_entry_s < path.horizon_s).sum()) if n_edge is None else n_edge
    if n < 2:
        return None
    way, chance = path.likely[:n], path.likely_prob[:n]
    return first_detour(streets.network, weights, way, chance, end_of(streets, int(way[-1])), options)


def end_of(streets: MatchStreets, last: int) -> Snap:
    """Place at the head of an edge."""
    network = streets.network
    whole_m = float(network.length_m[last])
    lat, lon = np.full(1, np.nan), np.full(1, np.nan)
    place_on(streets, np.array([last], dtype=np.int32), np.array([whole_m]), lat, lon)
    along_m = whole_m if network.is_forward[last] else 0.0
    return Snap(float(lat[0]), float(lon[0]), int(network.street[last]), along_m, 0.0, moved_out_of_closure=False)
