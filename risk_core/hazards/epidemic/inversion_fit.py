"""The fit behind `inversion`: the mode of knots and weekday factors of every place, and its covariance."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.delays import report_share
from risk_core.hazards.epidemic.inversion_options import InversionOptions

WARM_DAY: Final = 28
"""Days before the first report whose infections are told by the reports too."""
N_WEEKDAY: Final = 7
LEVEL_SD: Final = 2.0
LEVEL_FLOOR: Final = 0.05
"""Reports a day that the prior of a silent place stands round."""
GROWTH_SD: Final = 0.1
N_STEP: Final = (5, 12)
"""Steps of Fisher scoring before the scatter is learnt and after."""
STEP_MOST: Final = 1.0
TOLERANCE: Final = 1e-3
SCATTER_DAYS: Final = 60.0
"""Days that the scatter of all places stands for in each."""
SCATTER_RANGE: Final = (0.1, 10.0)
STUDENT_NU: Final = 25.0
"""Degrees of freedom by which a report far off counts less: a backlog told in one day is no outbreak."""
SQUARE_MOST: Final = 16.0
SHARE_LEAST: Final = 1e-3
LARGE_SHARE: Final = 0.05
"""Share of the sum from which a place must not be its own prior."""
SUM_PRECISION: Final = 100.0
N_LEARN: Final = 4
LEARN_PLACES: Final = 5.0
LEARN_MOST: Final = 64
LEARN_STEP: Final = 1.5


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """What all places share.

    Attributes
    ----------
    path
        Knots to log infections of the days from WARM_DAY before the reports on, shape=(n_path, n_knot).
    delay
        Infections of those days to reports, shape=(n_day, n_path).
    weekday
        shape=(n_day, 7).
    slope
        Infections to the slope of the reports by knot: delay[t, s] path[s, k], shape=(n_path, n_day * n_knot), so
        that one matrix product serves all places.
    """

    path: NDArray[np.float64]
    delay: NDArray[np.float64]
    weekday: NDArray[np.float64]
    slope: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Reports with 0 where unknown, and the share of the final ones that they are; shape=(n_place, n_day) each."""

    count: NDArray[np.float64]
    share: NDArray[np.float64]

    @classmethod
    def of(cls, count: NDArray[np.float64], share: NDArray[np.float64]) -> "Counts":
        """Counts and shares of the same shape, NaN where missing."""
        known = np.isfinite(count) & (share > 0)
        return cls(np.where(known, count, 0.0), np.where(known, share, 0.0))

    @property
    def known(self) -> NDArray[np.bool_]:
        """shape=(n_place, n_day)."""
        return self.share > 0

    @property
    def level(self) -> NDArray[np.float64]:
        """Mean final reports a day, shape=(n_place,)."""
        return np.asarray(self.count.sum(axis=1) / np.maximum(self.share.sum(axis=1), SHARE_LEAST) + LEVEL_FLOOR)

    def rows(self, part: slice | NDArray[np.int64]) -> "Counts":
        """Some of the places."""
        return Counts(self.count[part], self.share[part])


@dataclass(frozen=True, slots=True, eq=False)
class Normal:
    """Knots and weekday factors of each place.

    Attributes
    ----------
    mean, covariance
        shape=(n_place, n) and (n_place, n, n).
    scatter
        What is found beyond the negative binomial's variance, as a factor, shape=(n_place, 1).
    drift_var
        Expected variance by which the growth of all places drifted beside their centre, per day.
    """

    mean: NDArray[np.float64]
    covariance: NDArray[np.float64]
    scatter: NDArray[np.float64]
    drift_var: float


def make_design(n_day: int, n_ahead: int, o: InversionOptions) -> Design:
    """Knots lie `knot_day` apart with one on the last reported day, so that looking ahead changes nothing before."""
    n_path = WARM_DAY + n_day + n_ahead
    n_back, n_on = -(-(WARM_DAY + n_day - 1) // o.knot_day), -(-n_ahead // o.knot_day)
    at = (np.arange(n_path) - (WARM_DAY + n_day - 1)) / o.knot_day + n_back
    left = np.clip(np.floor(at).astype(np.int64), 0, n_back + n_on - 1)
    path = np.zeros((n_path, n_back + n_on + 1))
    path[np.arange(n_path), left] = 1 - (at - left)
    path[np.arange(n_path), left + 1] = at - left
    delay = np.zeros((n_day, n_path))
    for lag, share in enumerate(report_share()):
        np.add.at(delay, (np.arange(n_day), np.maximum(np.arange(n_day) + WARM_DAY - lag, 0)), share)
    slope = (delay.T[:, :, None] * path[:, None, :]).reshape(n_path, -1)
    return Design(path, delay, np.eye(N_WEEKDAY)[np.arange(n_day) % N_WEEKDAY], slope)


def _precision(n_knot: int, growth_var: float, weekday_sd: float, o: InversionOptions) -> NDArray[np.float64]:
    """Of the prior, shape=(n_knot + 7, n_knot + 7): damped growth of the knots, weekday factors of sum near zero."""
    first = np.diff(np.eye(n_knot)[:2], axis=0)[0]
    drift = _drift(n_knot, o)
    precision = np.zeros((n_knot + N_WEEKDAY, n_knot + N_WEEKDAY))
    precision[:n_knot, :n_knot] = drift.T @ drift / (growth_var * o.knot_day**3)
    precision[:n_knot, :n_knot] += np.outer(first, first) / (GROWTH_SD * o.knot_day) ** 2
    precision[0, 0] += 1 / LEVEL_SD**2
    precision[n_knot:, n_knot:] = np.eye(N_WEEKDAY) / weekday_sd**2 + SUM_PRECISION
    return precision


def _drift(n_knot: int, o: InversionOptions) -> NDArray[np.float64]:
    """Knots to what their growth does beyond fading, shape=(n_knot - 2, n_knot)."""
    change = np.diff(np.eye(n_knot), axis=0)
    return np.asarray(change[1:] - o.damping**o.knot_day * change[:-1])


def learn_growth_var(
    places: Counts, design: Design, prior: Normal, of: NDArray[np.int64], o: InversionOptions
) -> float:
    """Variance of the drift of a place beside the others, by expectation maximisation from the one of the options.

    Each step is squared, as the reports tell little of a drift from day to day; the options stand for
    `LEARN_PLACES` places.
    """
    n_place = len(places.count)
    if n_place <= 1:
        return o.growth_var
    chosen = np.arange(0, n_place, -(-n_place // LEARN_MOST))
    told, found = o.own_growth_var, None
    for _ in range(N_LEARN):
        found = fit_places(places.rows(chosen), design, o, told, prior, of[chosen], found)
        held = np.log(found.drift_var / told) * 2 * len(chosen) + np.log(o.own_growth_var / told) * LEARN_PLACES
        told *= float(np.exp(np.clip(held / (len(chosen) + LEARN_PLACES), -LEARN_STEP, LEARN_STEP)))
    return told


def area_totals(places: Counts) -> tuple[Counts, NDArray[np.int64]]:
    """Sum of all places and those without each large one, and the row that each place takes, shape=(n_place,).

    All places that make up little of the sum take the sum itself; each large one takes the sum without itself. A day
    on which some are unknown is scaled up to all of them.
    """
    n_place = len(places.count)
    of = np.zeros(n_place, dtype=np.int64)
    size = places.level
    large = np.flatnonzero((size > LARGE_SHARE * size.sum()) & (n_place > 1))
    of[large] = 1 + np.arange(len(large))
    without = np.ones((1 + len(large), n_place))
    without[of[large], large] = 0.0
    present = without @ (places.known * size[:, None])
    held = np.where(present > 0, present, 1.0)
    total = without @ places.count * (without @ size)[:, None] / held
    return Counts(total, without @ (places.share * size[:, None]) / held), of


def fit_places(
    places: Counts,
    design: Design,
    o: InversionOptions,
    growth_var: float,
    prior: Normal | None = None,
    of: NDArray[np.int64] | None = None,
    start: Normal | None = None,
) -> Normal:
    """Posterior of each place; with a prior, round its row `of`. From `start` on, its scatter is kept."""
    seen, known = places.count, places.known
    n_place, n_knot = len(seen), design.path.shape[1]
    precision = _precision(n_knot, growth_var, o.weekday_sd if prior is None else o.own_weekday_sd, o)
    centre = np.zeros((n_place, n_knot + N_WEEKDAY))
    if prior is not None and of is not None:
        centre = prior.mean[of]
        told = np.log(np.exp(centre[:, :n_knot]).mean(axis=1, keepdims=True))
        centre[:, :n_knot] -= told
    centre[:, :n_knot] += np.log(places.level)[:, None]
    mode, scatter = (centre, np.ones((n_place, 1))) if start is None else (start.mean, start.scatter)
    for n_step in N_STEP if start is None else N_STEP[1:]:
        for _ in range(n_step):
            expected, slope = _expect(mode, places.share, design)
            spread = expected * (1 + expected / o.dispersion) * scatter
            trust = (STUDENT_NU + 1) / (STUDENT_NU + (seen - expected) ** 2 / (spread + 1))
            weight = known * trust * expected**2 / spread
            bend = np.swapaxes(slope, 1, 2) @ (weight[:, :, None] * slope) + precision
            pull = ((weight * (seen / expected - 1))[:, None, :] @ slope)[:, 0] - (mode - centre) @ precision
            step = np.clip(np.linalg.solve(bend, pull[:, :, None])[:, :, 0], -STEP_MOST, STEP_MOST)
            mode = mode + step
            if np.abs(step).max() < TOLERANCE:
                break
        if n_step == N_STEP[0]:
            scatter = _scatter(seen, known, _expect(mode, places.share, design)[0], o.dispersion)
    covariance = np.asarray(np.linalg.inv(bend), dtype=np.float64)
    drift = (mode - centre)[:, :n_knot] @ _drift(n_knot, o).T
    doubt = ((_drift(n_knot, o) @ covariance[:, :n_knot, :n_knot]) * _drift(n_knot, o)).sum()
    drift_var = float((drift**2).sum() + doubt) / (n_place * (n_knot - 2) * o.knot_day**3)
    if prior is not None and of is not None:
        taken = covariance @ precision
        covariance = covariance + taken @ prior.covariance[of] @ np.swapaxes(taken, 1, 2)
    return Normal(mode, covariance, scatter, drift_var)


def _expect(
    mode: NDArray[np.float64], share: NDArray[np.float64], design: Design
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Expected reports, shape=(n_place, n_day), and the slope of their logarithm, shape=(*that, n_knot + 7).

    Where nothing is known the expected ones are those of the end; they weigh nothing.
    """
    n_knot = design.path.shape[1]
    infection = np.exp(np.clip(mode[:, :n_knot] @ design.path.T, -15.0, 20.0))
    level = infection @ design.delay.T
    slope = np.empty((len(mode), len(design.delay), mode.shape[1]))
    slope[:, :, :n_knot] = (infection @ design.slope).reshape(*level.shape, n_knot) / level[:, :, None]
    slope[:, :, n_knot:] = design.weekday
    level *= np.where(share > 0, share, 1.0)
    return level * np.exp(np.clip(mode[:, n_knot:] @ design.weekday.T, -3.0, 3.0)), slope


def _scatter(
    seen: NDArray[np.float64], known: NDArray[np.bool_], expected: NDArray[np.float64], dispersion: float
) -> NDArray[np.float64]:
    """Mean squared residual over that of the negative binomial, drawn towards all places', shape=(n_place, 1)."""
    square = np.minimum((seen - expected) ** 2 / (expected * (1 + expected / dispersion)), SQUARE_MOST)
    square = np.where(known, square, 0.0)
    total, n = square.sum(axis=1), known.sum(axis=1)
    common = total.sum() / n.sum()
    return np.asarray(np.clip((total + SCATTER_DAYS * common) / (n + SCATTER_DAYS), *SCATTER_RANGE))[:, None]
