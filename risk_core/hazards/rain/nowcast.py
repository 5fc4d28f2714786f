"""Nowcast of rain, 0..2 h: moved along its motion as far as that has lately been better than standing still.

Method: Lagrangian persistence (Germann & Zawadzki 2002, Mon. Wea. Rev. 130, 2859-2873) of the interpolated field,
blended with Eulerian persistence. The weight at each lead is the skill over persistence of hindcasts over the last
three hours at the gauges themselves: each hindcast knows only what was known at its origin, its motion too. Rain that
comes from outside the frame is not invented: there persistence stands. Both fade with the lead by the rain's lifetime.

Validity: rain of gauges carries no more detail than their spacing, and growth is not forecast. Where nothing moves,
or the motion cannot be read, the weight falls to zero and persistence is what is left.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from risk_core.hazards.rain.frames import RainFrames
from risk_core.hazards.rain.motion import Motion, estimate_motion
from risk_core.hazards.rain.options import RAIN_DEFAULTS, RainOptions
from risk_core.kernels.nowcast_rain import extrapolate_rain

MOST_LEAD_S: Final = 7200.0
"""Farthest lead of a nowcast; beyond two hours extrapolated rain has little skill."""
N_MOTION: Final = 6
"""Fields the motion is read from."""
N_ITERATION: Final = 3
"""Rounds of the midpoint rule."""
ORIGINS: Final = (1, 2, 3, 4, 6, 8, 10, 12, 14, 17)
"""Hindcast origins, steps back from the newest frame."""
WET_MM_PER_H: Final = 0.1

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Nowcast:
    """What moving the rain changes against letting it stand.

    Attributes
    ----------
    lead_s
        Seconds after the newest frame, 0 first, evenly spaced to at most 7200, shape=(n_lead,).
    change_mm_per_h
        Weighted change of the rate against decaying persistence, on the coarse grid, shape=(n_lead, n_row, n_col);
        0 at lead 0 and where the rain would come from outside.
    weight
        Verified weight of the moved rain, 0..1, shape=(n_lead,).
    log_error
        Standard error of hindcasts at the gauges, of log(rate + 1), never falling with the lead, shape=(n_lead,).
    n_pair
        Compared pairs of each lead, shape=(n_lead,).
    motion
        Cells of the coarse grid a step.
    """

    lead_s: Floats
    change_mm_per_h: NDArray[np.float32]
    weight: Floats
    log_error: Floats
    n_pair: NDArray[np.int64]
    motion: Motion


def nowcast_rain(frames: RainFrames, options: RainOptions = RAIN_DEFAULTS) -> Nowcast:
    """Move the newest field ahead and weigh it by its own verified skill.

    Parameters
    ----------
    frames
        Fields of the past; with fewer than three nothing can be verified and the weight is 0.
    options
        Settings: `verify_s`, `least_pairs`, `lifetime_s`.
    """
    n_step = max(1, int(MOST_LEAD_S // frames.step_s))
    left: Floats = np.exp(-frames.step_s * np.arange(n_step + 1) / options.lifetime_s)
    weight, log_error, n_pair = _verify(frames, n_step, left, options)
    motion = _motion(frames, len(frames.time_s))
    newest = frames.field_mm_per_h[-1]
    moved = extrapolate_rain(newest, motion.u, motion.v, n_step, N_ITERATION)
    change = np.where(np.isfinite(moved), moved - newest, 0.0) * (weight * left)[1:, None, None]
    still = np.zeros((1, *newest.shape))
    return Nowcast(
        lead_s=np.asarray(frames.step_s * np.arange(n_step + 1), np.float64),
        change_mm_per_h=np.concatenate([still, change]).astype(np.float32),
        weight=weight,
        log_error=log_error,
        n_pair=n_pair,
        motion=motion,
    )


def _motion(frames: RainFrames, until: int) -> Motion:
    """Motion known after the first `until` frames."""
    return estimate_motion(frames.field_mm_per_h[max(0, until - N_MOTION) : until])


def _verify(
    frames: RainFrames, n_step: int, left: Floats, options: RainOptions
) -> tuple[Floats, Floats, NDArray[np.int64]]:
    """Weight, error and number of pairs by lead, of hindcasts from the last `verify_s`."""
    n_frame, n_back = len(frames.time_s), int(options.verify_s / frames.step_s)
    origins = [back for back in ORIGINS if back <= n_back and n_frame - back >= 2]
    above, below, count = (np.zeros((len(origins), n_step + 1)) for _ in range(3))
    pairs: list[tuple[int, Floats, Floats, Floats]] = []
    for k, back in enumerate(origins):
        for lead, moved, still, seen in _hindcast(frames, n_frame - back, min(back, n_step), left):
            difference = moved - still
            above[k, lead] = ((seen - still) * difference).sum()
            below[k, lead] = (difference**2).sum()
            count[k, lead] = (np.maximum(np.maximum(seen, still), moved) > WET_MM_PER_H).sum()
            pairs.append((lead, moved, still, seen))
    n_pair = _pooled(count.sum(axis=0))
    weight = _least_skill(above, below) * n_pair / (n_pair + options.least_pairs + 1e-9)
    weight[1:] = np.minimum.accumulate(weight[1:])
    square, n_wet = np.zeros(n_step + 1), np.zeros(n_step + 1)
    for lead, moved, still, seen in pairs:
        stated = still + weight[lead] * (moved - still)
        wet = np.maximum(seen, stated) > WET_MM_PER_H
        square[lead] += (np.log((seen[wet] + 1) / (stated[wet] + 1)) ** 2).sum()
        n_wet[lead] += wet.sum()
    error = np.sqrt(_pooled(square) / (_pooled(n_wet) + options.least_pairs + 1e-9))
    return weight, np.maximum.accumulate(error), n_pair.astype(np.int64)


def _least_skill(above: Floats, below: Floats) -> Floats:
    """Skill of moving over standing by lead, 0..1, that is left whichever origin is left out.

    It is (square error standing - square error moved) / square change, 1 where all of the change came true and 0 where
    half of it did.

    One lucky origin earns nothing: rain that grows where it stands looks for a while as if it moved.
    """
    if len(above) < 2:
        return np.zeros(above.shape[1])
    least = np.ones(above.shape[1])
    for k in range(len(above)):
        kept = np.arange(len(above)) != k
        top, low = _pooled(above[kept].sum(axis=0)), _pooled(below[kept].sum(axis=0))
        share = np.divide(top, low, out=np.zeros_like(top), where=low > 0)
        least = np.minimum(least, 2.0 * share - 1.0)
    least[0] = 0.0
    return np.clip(least, 0.0, 1.0)


def _pooled(by_lead: Floats) -> Floats:
    """Sums with the neighbouring leads, which are few and alike; lead 0 apart."""
    out = np.zeros(len(by_lead))
    out[1:] = ndimage.convolve1d(np.asarray(by_lead, float)[1:], np.ones(3), mode="constant")
    return out


def _hindcast(frames: RainFrames, until: int, n_lead: int, left: Floats) -> list[tuple[int, Floats, Floats, Floats]]:
    """(lead, moved, still, seen) at the gauges for a nowcast made after the first `until` frames."""
    motion = _motion(frames, until)
    start = frames.field_mm_per_h[until - 1]
    moved = extrapolate_rain(start, motion.u, motion.v, n_lead, N_ITERATION)
    inside = np.isfinite(frames.gauge_row) & np.isfinite(frames.gauge_col)
    at = np.stack([frames.gauge_row[inside], frames.gauge_col[inside]])
    still = ndimage.map_coordinates(start, at, order=1, mode="nearest").astype(np.float64)
    out = []
    for lead in range(1, n_lead + 1):
        there = ndimage.map_coordinates(moved[lead - 1], at, order=1, mode="nearest").astype(np.float64)
        seen = frames.gauge_mm_per_h[until - 1 + lead][inside]
        known = np.isfinite(there) & np.isfinite(seen)
        out.append((lead, there[known] * left[lead], still[known] * left[lead], seen[known]))
    return out
