"""From reports back to infections: the path of new infections that the reports tell, and who is infectious.

Reports of a day are a negative binomial count round share exp(weekday) sum_s f_s i_(t-s), with share the part of
them known by now, f the delay from infection to report (`delays.report_share`) and i the infections that will be
reported. log i is linear between knots; its
daily growth fades and drifts, g' = damping g + N(0, growth_var), a smoothness prior (as Goldstein et al. 2009, PNAS
106, 21825 and Abbott et al. 2020, Wellcome Open Res. 5, 112 invert such delays; here by the mode). The posterior is
taken as normal round its mode (Laplace), found by Fisher scoring; scatter beyond the negative binomial divides the
weights (quasi-likelihood), and a report far off weighs less, as Student's distribution has it. Who is infectious on a
day is sum_s i_(t-s) phi_s with phi `delays.infectious_share`; its logarithm gets its variance by the delta method.
Knots go on after the last report: a forecast is the same sum.

Places of one area share most of their turns. So the path of each place is that of all others together plus a
deviation that drifts less; the weekday factors likewise. What the others do not know of their path is added to the
covariance through the share that the place takes from it.

A level read from smoothed reports lags as the reports do; the inversion puts a turn where the infections turned. So
it serves both the prevalence and the reproduction number. Infections of the last days are hardly reported: there the
fading growth is carried on, with an error that widens fast.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.delays import N_DAY, infectious_share, report_share
from risk_core.state.options import check_ranges

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
CHUNK: Final = 256
N_LEARN: Final = 4
LEARN_PLACES: Final = 5.0
LEARN_MOST: Final = 64
LEARN_STEP: Final = 1.5


@dataclass(frozen=True, slots=True)
class InversionOptions:
    """Settings of the inversion, chosen on simulated waves (`python -m dashboard score prevalence`).

    Attributes
    ----------
    growth_var, own_growth_var
        Variance by which the daily growth drifts in a day: of the whole area, and of a place beside the others.
    damping
        Share of the growth kept each day.
    dispersion
        Size of the negative binomial before scatter is learnt.
    weekday_sd, own_weekday_sd
        Standard deviation of the logarithm of a weekday's factor: of the area, and of a place beside it.
    knot_day
        Days between knots of the path.
    window_day
        Newest days of reports that are read.
    """

    growth_var: float = 5e-4
    own_growth_var: float = 1.6e-4
    damping: float = 0.94
    dispersion: float = 15.0
    weekday_sd: float = 0.25
    own_weekday_sd: float = 0.15
    knot_day: int = 4
    window_day: int = 60

    def __post_init__(self) -> None:
        ranges: dict[str, tuple[float, float]] = {
            "growth_var": (1e-9, 1.0),
            "own_growth_var": (1e-9, 1.0),
            "damping": (0.0, 1.0),
            "dispersion": (0.1, 1e6),
            "weekday_sd": (1e-6, 2.0),
            "own_weekday_sd": (1e-6, 2.0),
            "knot_day": (1, 14),
            "window_day": (7, 180),
        }
        check_ranges(self, ranges)


INVERSION_DEFAULTS: Final = InversionOptions()


@dataclass(frozen=True, slots=True, eq=False)
class InfectionCurves:
    """Posterior of the infections of each day that are or will be reported; the last place is the whole area.

    Attributes
    ----------
    path
        Knots to the logarithm of the infections, shape=(n_row, n_knot). The first row lies `WARM_DAY` days before
        the first report.
    knots, covariance
        shape=(n_place + 1, n_knot) and (n_place + 1, n_knot, n_knot), NaN for a place without reports.
    reported_share
        Share of the day's infections that is reported by now, shape=(n_row, n_place + 1).
    n_report
        Reports of all days and places.
    """

    path: NDArray[np.float64]
    knots: NDArray[np.float64]
    covariance: NDArray[np.float64]
    reported_share: NDArray[np.float64]
    n_report: float

    @property
    def mean(self) -> NDArray[np.float64]:
        """Infections a day at the mode, shape=(n_row, n_place + 1)."""
        return np.asarray(np.exp(self.path @ self.knots.T))


@dataclass(frozen=True, slots=True, eq=False)
class InfectionPath:
    """Infections that are or will be reported, and the people infectious among them.

    Attributes
    ----------
    log_infectious, log_infectious_sd
        Logarithm of the people infectious at each time asked for, shape=(n_time, n_place).
    growth_per_day, growth_sd
        Mean growth of the logarithm of new infections over the week that ends then, and its standard deviation.
    """

    log_infectious: NDArray[np.float64]
    log_infectious_sd: NDArray[np.float64]
    growth_per_day: NDArray[np.float64]
    growth_sd: NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class _Design:
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
class _Counts:
    """Reports with 0 where unknown, and the share of the final ones that they are; shape=(n_place, n_day) each."""

    count: NDArray[np.float64]
    share: NDArray[np.float64]

    @classmethod
    def of(cls, count: NDArray[np.float64], share: NDArray[np.float64]) -> "_Counts":
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

    def rows(self, part: slice | NDArray[np.int64]) -> "_Counts":
        """Some of the places."""
        return _Counts(self.count[part], self.share[part])


@dataclass(frozen=True, slots=True, eq=False)
class _Normal:
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


def fit_infections(
    count: NDArray[np.float64],
    share: NDArray[np.float64] | None = None,
    n_ahead: int = 0,
    options: InversionOptions = INVERSION_DEFAULTS,
) -> InfectionCurves:
    """Infections behind the reports, of each place and of all places together.

    Parameters
    ----------
    count
        Daily reports as known now, shape=(n_day, n_place), NaN where missing.
    share
        Share of the day's final reports that is known by now, same shape; all where None.
    n_ahead
        Days after the last report that the curves go on for.
    options
        Settings; all rows are read.

    Examples
    --------
    A steady 100 reports a day stand for a steady 100 infections a day:

    >>> found = fit_infections(np.full((42, 1), 100.0))
    >>> bool(np.allclose(found.mean[WARM_DAY : WARM_DAY + 30], 100.0, rtol=0.02))
    True
    """
    n_day, n_place = count.shape
    design = _design(n_day, n_ahead, options)
    n_knot = design.path.shape[1]
    known = np.isfinite(count)
    shown = np.where(known, 1.0 if share is None else share, 0.0)
    knots = np.full((n_place + 1, n_knot), np.nan)
    covariance = np.full((n_place + 1, n_knot, n_knot), np.nan)
    reported = np.column_stack([shown, np.zeros(n_day)])
    told = np.flatnonzero((known & (shown > 0)).any(axis=0))
    if len(told):
        places = _Counts.of(count[:, told].T, shown[:, told].T)
        total, of = _totals(places)
        now = _design(n_day, 0, options)
        area = _fit(total, now, options, options.growth_var)
        growth_var = _learn_growth_var(places, now, area, of, options)
        if n_ahead:
            area = _fit(total, design, options, options.growth_var)
        alone = len(told) == 1
        knots[-1], covariance[-1] = area.mean[0, :n_knot], area.covariance[0, :n_knot, :n_knot]
        reported[:, -1] = total.share[0]
        for begin in range(0, len(told), CHUNK):
            part = slice(begin, begin + CHUNK)
            found = area if alone else _fit(places.rows(part), design, options, growth_var, area, of[part])
            knots[told[part]] = found.mean[:, :n_knot]
            covariance[told[part]] = found.covariance[:, :n_knot, :n_knot]
    return InfectionCurves(design.path, knots, covariance, design.delay.T @ reported, float(np.nansum(count)))


def infer_infections(
    count: NDArray[np.float64], at_day: NDArray[np.float64], options: InversionOptions = INVERSION_DEFAULTS
) -> InfectionPath:
    """How many people are infectious, and how fast new infections grow, in each place.

    Parameters
    ----------
    count
        Daily reports, shape=(n_day, n_place), NaN where missing; late reports corrected.
    at_day
        Times of the infectious, days after the middle of the last row, shape=(n_time,); negative before it.
    options
        Settings.

    Returns
    -------
    InfectionPath
        In people who are or will be reported: multiply by infections per report. NaN for a place without reports.

    Examples
    --------
    >>> path = infer_infections(np.full((40, 1), 100.0), np.array([0.0]))
    >>> round(float(np.exp(path.log_infectious[0, 0]) / 100), 1)
    7.8
    """
    count = count[-options.window_day :]
    n_day = len(count)
    found = fit_infections(count, None, max(int(np.ceil(at_day.max(initial=0.0))), 0), options)
    row = WARM_DAY + n_day - 1 + np.maximum(at_day, -float(n_day))
    path_day = np.arange(len(found.path))
    infectious = np.interp(row[:, None] - path_day, np.arange(N_DAY), infectious_share(), left=0.0, right=0.0)
    now, before = (np.maximum(1 - np.abs(at[:, None] - path_day), 0.0) @ found.path for at in (row, row - N_WEEKDAY))
    rise = (now - before) / N_WEEKDAY
    total, gradient = log_gradient(found.mean[:, :-1], infectious, found.path)
    covariance = found.covariance[:-1]
    return InfectionPath(
        np.log(total), _sd(gradient, covariance), rise @ found.knots[:-1].T, _sd(rise[None], covariance)
    )


def log_gradient(
    mean: NDArray[np.float64], weight: NDArray[np.float64], path: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sums of infections, and the slope of their logarithm by knot.

    Parameters
    ----------
    mean
        Infections, shape=(n_row, n_place).
    weight
        shape=(n_sum, n_row).
    path
        `InfectionCurves.path`.

    Returns
    -------
    total, gradient
        shape=(n_sum, n_place), and (n_place, n_sum, n_knot).
    """
    total = weight @ mean
    slope = weight @ (mean.T[:, :, None] * path)
    return total, slope / total.T[:, :, None]


def _sd(gradient: NDArray[np.float64], covariance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Standard deviation of linear forms, gradient of shape=(n_place or 1, n, n_knot); shape=(n, n_place)."""
    return np.asarray(np.sqrt(np.maximum(((gradient @ covariance) * gradient).sum(axis=2), 0.0)).T)


def _design(n_day: int, n_ahead: int, o: InversionOptions) -> _Design:
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
    return _Design(path, delay, np.eye(N_WEEKDAY)[np.arange(n_day) % N_WEEKDAY], slope)


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


def _learn_growth_var(
    places: _Counts, design: _Design, prior: _Normal, of: NDArray[np.int64], o: InversionOptions
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
        found = _fit(places.rows(chosen), design, o, told, prior, of[chosen], found)
        held = np.log(found.drift_var / told) * 2 * len(chosen) + np.log(o.own_growth_var / told) * LEARN_PLACES
        told *= float(np.exp(np.clip(held / (len(chosen) + LEARN_PLACES), -LEARN_STEP, LEARN_STEP)))
    return told


def _totals(places: _Counts) -> tuple[_Counts, NDArray[np.int64]]:
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
    return _Counts(total, without @ (places.share * size[:, None]) / held), of


def _fit(
    places: _Counts,
    design: _Design,
    o: InversionOptions,
    growth_var: float,
    prior: _Normal | None = None,
    of: NDArray[np.int64] | None = None,
    start: _Normal | None = None,
) -> _Normal:
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
    return _Normal(mode, covariance, scatter, drift_var)


def _expect(
    mode: NDArray[np.float64], share: NDArray[np.float64], design: _Design
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
