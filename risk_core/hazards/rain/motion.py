"""Motion of rain between fields: one displacement for all by correlation, then locally by least squares.

Global: the peak of the cross-correlation of successive fields where they overlap (Leese et al. 1971, J. Appl.
Meteor. 10, 118-132; normalised as by Padfield 2012, IEEE Trans. Image Process. 21, 2706-2718).
Local: the brightness-constancy equations of Lucas & Kanade 1981 (Proc. IJCAI, 674-679) in a Gaussian window, held to
the global motion where the rain tells little (a Tikhonov term), iterated after warping. Fields are compared as
log10(rate + 0.1), so that one heavy cell does not outweigh all the rest, less their own smooth part: growth and
decay are widest at the largest scales and would be read as motion.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from scipy import fft, ndimage

from risk_core.state.options import check_ranges

Field = NDArray[np.float32]
LEAST_RATE_MM_PER_H = 0.1
"""Added before the logarithm."""


@dataclass(frozen=True, slots=True)
class MotionOptions:
    """Settings of the motion.

    Attributes
    ----------
    most_cells
        Largest displacement looked for, cells a step; the least of this and a third of the frame.
    window_cells
        Standard deviation of the Gaussian window of the local motion, cells; assumption.
    hold
        Weight of the global motion against the local equations, in units of their mean; assumption.
    n_iteration
        Rounds of warping.

    Raises
    ------
    InputError
        For numbers outside their range.
    """

    most_cells: float = 12.0
    window_cells: float = 8.0
    hold: float = 1.0
    n_iteration: int = 3

    def __post_init__(self) -> None:
        ranges = {
            "most_cells": (0.5, 1000.0),
            "window_cells": (0.5, 1000.0),
            "hold": (0.0, 1e6),
            "n_iteration": (0.0, 20.0),
        }
        check_ranges(self, ranges)


MOTION_DEFAULTS = MotionOptions()


@dataclass(frozen=True, slots=True, eq=False)
class Motion:
    """Displacement of the rain in one step.

    Attributes
    ----------
    u, v
        Along columns (eastwards) and along rows (southwards), cells a step, shape=(n_row, n_col).
    mean_u, mean_v
        The one displacement that fits the whole fields best.
    """

    u: Field
    v: Field
    mean_u: float
    mean_v: float


def estimate_motion(frames: NDArray[np.float32], options: MotionOptions = MOTION_DEFAULTS) -> Motion:
    """Estimate the motion in a series of fields, evenly spaced in time.

    Parameters
    ----------
    frames
        Rain rates, mm/h, oldest first, shape=(n_time, n_row, n_col), n_time >= 2; NaN counts as dry.
    options
        Settings.

    Returns
    -------
    Motion
        Zero where there is no rain.

    Examples
    --------
    >>> x = np.arange(48.0)
    >>> cell = np.exp(-((x - 20) ** 2 + (x[:, None] - 24) ** 2) / 50) * 30
    >>> frames = np.stack([np.roll(cell, 2 * k, axis=1) for k in range(3)]).astype(np.float32)
    >>> found = estimate_motion(frames)
    >>> round(found.mean_u, 1), round(abs(found.mean_v), 1)
    (2.0, 0.0)
    """
    level = np.log10(np.maximum(np.nan_to_num(frames), 0.0) + LEAST_RATE_MM_PER_H).astype(np.float64)
    level -= np.log10(LEAST_RATE_MM_PER_H)
    shape = level.shape[1:]
    level -= ndimage.gaussian_filter(level, (0.0, options.window_cells, options.window_cells), mode="nearest")
    if len(level) < 2 or not (np.ptp(level, axis=(1, 2)) > 0).any():
        still = np.zeros(shape, np.float32)
        return Motion(still, still, 0.0, 0.0)
    mean_u, mean_v = _global_shift(level, options.most_cells)
    u, v = np.full(shape, mean_u), np.full(shape, mean_v)
    for _ in range(options.n_iteration):
        u, v = _refine(level, u, v, (mean_u, mean_v), options)
    return Motion(u.astype(np.float32), v.astype(np.float32), mean_u, mean_v)


def _global_shift(level: NDArray[np.float64], most_cells: float) -> tuple[float, float]:
    """Shift a step at which fields correlate best, first between neighbours, then over the longest span there is."""
    first = _shift(level, 1, (0.0, 0.0), most_cells)
    lag = len(level) - 1
    if lag == 1 or first == (0.0, 0.0):
        return first
    u, v = _shift(level, lag, (lag * first[0], lag * first[1]), 0.5 * lag + 1.0)
    return u / lag, v / lag


def _shift(level: NDArray[np.float64], lag: int, around: tuple[float, float], most_cells: float) -> tuple[float, float]:
    """Shift of the fields in `lag` steps, cells: the best correlation within `most_cells` of a first guess."""
    table, reach_v, reach_u = _correlations(level[:-lag], level[lag:], most_cells + max(map(abs, around)))
    inner = table[1:-1, 1:-1]
    v, u = np.mgrid[-reach_v : reach_v + 1, -reach_u : reach_u + 1]
    far = np.maximum(np.abs(u - around[0]), np.abs(v - around[1])) > most_cells
    i, j = np.unravel_index(int(np.argmax(np.where(far, -1.0, inner))), inner.shape)
    if not inner[i, j] > 0:
        return around
    row, col = table[i : i + 3, j + 1], table[i + 1, j : j + 3]
    return float(j) - reach_u + _vertex(col), float(i) - reach_v + _vertex(row)


def _correlations(
    before: NDArray[np.float64], after: NDArray[np.float64], most_cells: float
) -> tuple[NDArray[np.float64], int, int]:
    """Correlation of pairs of fields where they overlap, for every shift of whole cells within a reach.

    Returns the table with one shift more on each side than the reach, and the reach along rows and columns.
    """
    n_row, n_col = before.shape[1:]
    reach_v, reach_u = (max(1, int(min(most_cells, n / 3))) for n in (n_row, n_col))
    size = (fft.next_fast_len(n_row + reach_v + 1, real=True), fft.next_fast_len(n_col + reach_u + 1, real=True))

    def lagged(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
        product = np.conj(fft.rfft2(a, size)) * fft.rfft2(b, size)
        table = fft.irfft2(product.sum(axis=0), size)
        return np.asarray(np.roll(table, (reach_v + 1, reach_u + 1), axis=(0, 1))[: 2 * reach_v + 3, : 2 * reach_u + 3])

    ones = np.ones_like(before)
    n = np.maximum(lagged(ones, ones), 1.0)
    mean_a, mean_b = lagged(before, ones) / n, lagged(ones, after) / n
    spread_a = np.maximum(lagged(before**2, ones) / n - mean_a**2, 0.0)
    spread_b = np.maximum(lagged(ones, after**2) / n - mean_b**2, 0.0)
    return (lagged(before, after) / n - mean_a * mean_b) / np.sqrt(spread_a * spread_b + 1e-12), reach_v, reach_u


def _vertex(three: NDArray[np.float64]) -> float:
    """Where a parabola through three values peaks, -0.5..0.5 from the middle one."""
    curve = float(three[0] - 2 * three[1] + three[2])
    return float(np.clip(0.5 * (three[0] - three[2]) / curve, -0.5, 0.5)) if curve < 0 else 0.0


def _refine(
    level: NDArray[np.float64],
    u: NDArray[np.float64],
    v: NDArray[np.float64],
    mean: tuple[float, float],
    options: MotionOptions,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """One round: warp each later field back by half and each earlier one forth by half, solve for what is left."""
    row, col = np.mgrid[: u.shape[0], : u.shape[1]].astype(np.float64)
    sums = np.zeros((5, *u.shape))
    for before, after in pairwise(level):
        there = ndimage.map_coordinates(after, (row + 0.5 * v, col + 0.5 * u), order=1, mode="nearest")
        here = ndimage.map_coordinates(before, (row - 0.5 * v, col - 0.5 * u), order=1, mode="nearest")
        gy, gx = np.gradient(0.5 * (there + here))
        gt = there - here
        sums += np.stack([gx * gx, gx * gy, gy * gy, gx * gt, gy * gt])
    xx, xy, yy, xt, yt = (ndimage.gaussian_filter(one, options.window_cells, mode="nearest") for one in sums)
    hold = options.hold * 0.5 * float((sums[0] + sums[2]).mean()) + 1e-12
    a, d = xx + hold, yy + hold
    right_u = hold * (mean[0] - u) - xt
    right_v = hold * (mean[1] - v) - yt
    det = a * d - xy * xy
    step_u = (d * right_u - xy * right_v) / det
    step_v = (a * right_v - xy * right_u) / det
    most = options.most_cells
    return np.clip(u + np.clip(step_u, -1, 1), -most, most), np.clip(v + np.clip(step_v, -1, 1), -most, most)
