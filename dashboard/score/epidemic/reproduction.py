"""The reproduction number by Cori and by growth, on simulated waves of known R or on a file.

Simulated, each estimate is set against the R that it is about: Cori on the infections themselves against the R of
its window (weighted by the expected infections, as the posterior does); then from delayed reports with weekday swings,
all against the R of the infections of the last week, and of the week that ended `REPORT_DAY` days before, which is
what reports tell. Cori stands with the paper's Poisson intervals and with the learnt dispersion.

On a file no R is known. Told are how far both agree, and how often the next day's reports lay inside what each Cori
posterior expects: mean R Lambda, variance index R Lambda + Lambda^2 var(R), gamma quantiles.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from dashboard.score.epidemic.waves import WaveOptions, simulate_waves
from risk_core.errors import Fault, InputError
from risk_core.hazards.epidemic.cori_2013 import (
    CORI_DEFAULTS,
    ReproductionPosterior,
    growth_to_reproduction,
    infer_reproduction,
)
from risk_core.hazards.epidemic.inversion import infer_infections

Array = NDArray[np.float64]
WIDTHS: Final = (0.5, 0.9)
WINDOW_DAY: Final = CORI_DEFAULTS.window_day
REPORT_DAY: Final = 10
"""Mean days from infection to report."""
SCORED_DAYS: Final = range(60, 150, 10)
LEAST_CASES: Final = 20.0
"""In the window: with fewer, R is the prior's."""
LEAST_DAY: Final = 42


def score_known(seeds: range, n_place: int, wave: WaveOptions | None = None) -> dict[str, Any]:
    """Errors and coverage of every estimate against the known R, plain values.

    Parameters
    ----------
    seeds
        One simulation each.
    n_place
        Places in each.
    wave
        How the waves are drawn.
    """
    wave = WaveOptions() if wave is None else wave
    found: dict[str, list[Array]] = {}
    for seed in seeds:
        waves = simulate_waves(seed, n_place, wave)
        direct = infer_reproduction(waves.infection, dispersion=1.0)
        weight = direct.force * waves.reproduction
        truth = _window(weight) / np.maximum(_window(direct.force), 1e-9)
        report = {
            "Cori": infer_reproduction(waves.report),
            "Cori Poisson": infer_reproduction(waves.report, dispersion=1.0),
        }
        for day in SCORED_DAYS:
            enough = _window(waves.report)[day] >= LEAST_CASES
            _add(found, "infections: Cori Poisson", _levels(direct, day), truth[day], enough)
            growth = infer_infections(waves.report[: day + 1], np.array([0.0, -REPORT_DAY]))
            for back, when in ((0, "now"), (REPORT_DAY, f"{REPORT_DAY} days ago")):
                told = truth[day - back]
                for name, posterior in report.items():
                    _add(found, f"reports, R {when}: {name}", _levels(posterior, day), told, enough)
                row = int(back > 0)
                levels = _growth_levels(growth.growth_per_day[row], growth.growth_sd[row])
                _add(found, f"reports, R {when}: growth", levels, told, enough)
    return {
        "model": "reproduction number",
        "truth": "simulated",
        "seeds": list(seeds),
        "n_place": n_place,
        "scores": {name: _score(np.concatenate(rows)) for name, rows in found.items()},
    }


def score_file(count: Array, every: int) -> dict[str, Any]:
    """Agreement of both estimates and what Cori expects of the next day, on reports without a known R.

    Parameters
    ----------
    count
        Daily cases, shape=(n_day, n_place).
    every
        Days between two days compared, the first after `LEAST_DAY`.
    """
    gap, apart, inside = [], [], {"Cori": [], "Cori Poisson": []}
    for day in range(LEAST_DAY, len(count) - 1, every):
        past = count[: day + 1]
        shown = {"Cori": infer_reproduction(past), "Cori Poisson": infer_reproduction(past, dispersion=1.0)}
        levels = _levels(shown["Cori"], day)
        path = infer_infections(past, np.array([-float(REPORT_DAY)]))
        growth = _growth_levels(path.growth_per_day[0], path.growth_sd[0])
        known = np.isfinite(levels).all(axis=0) & np.isfinite(growth).all(axis=0)
        known &= _window(np.nan_to_num(past))[day] >= LEAST_CASES
        gap.append(np.log(growth[2] / levels[2])[known])
        apart.append(((growth[0] > levels[-1]) | (growth[-1] < levels[0]))[known])
        following = infer_reproduction(count[: day + 2], dispersion=1.0).force[day + 1]
        for name, posterior in shown.items():
            rows = _next_day(posterior, day, following, count[day + 1])
            inside[name].append(rows[known & np.isfinite(rows).all(axis=1)])
    every_gap = np.concatenate(gap)
    if not every_gap.size:
        wanted = f"places with {LEAST_CASES:g} cases in {WINDOW_DAY} days"
        raise InputError(Fault("--cases", "too few cases", wanted, "Give larger places or more days."))
    covered = {name: np.concatenate(rows).mean(axis=0) for name, rows in inside.items()}
    return {
        "model": "reproduction number",
        "truth": "none",
        "n_row": len(every_gap),
        "median_abs_log_gap": round(float(np.median(np.abs(every_gap))), 4),
        "median_log_gap": round(float(np.median(every_gap)), 4),
        "intervals_apart_share": round(float(np.concatenate(apart).mean()), 4),
        "next_day_coverage": {
            name: {f"{width:.0%}".rstrip("%"): round(float(one), 4) for width, one in zip(WIDTHS, row, strict=True)}
            for name, row in covered.items()
        },
    }


def _probs() -> list[float]:
    """5, 25, 50, 75 and 95 %."""
    return sorted({0.5 - width / 2 for width in WIDTHS} | {0.5} | {0.5 + width / 2 for width in WIDTHS})


def _levels(posterior: ReproductionPosterior, day: int) -> Array:
    """Quantiles of a day, shape=(5, n_place)."""
    return np.stack([gammaincinv(posterior.shape[day], prob) * posterior.scale[day] for prob in _probs()])


def _growth_levels(growth: Array, sd: Array) -> Array:
    return growth_to_reproduction(np.stack([growth + float(ndtri(prob)) * sd for prob in _probs()]))


def _window(value: Array) -> Array:
    """Sum of each day and the six before it."""
    total = np.cumsum(np.concatenate([np.zeros((1, value.shape[1])), value]), axis=0)
    day = np.arange(len(value))
    return np.asarray(total[day + 1] - total[np.maximum(day + 1 - WINDOW_DAY, 0)])


def _add(found: dict[str, list[Array]], name: str, levels: Array, truth: Array, enough: NDArray[np.bool_]) -> None:
    """Rows of error of the logarithm, inside 50 %, inside 90 %, right side of one."""
    kept = enough & np.isfinite(levels).all(axis=0) & (truth > 0)
    low, lower, middle, upper, high = levels[:, kept]
    true = truth[kept]
    rows = (np.log(middle / true), (lower <= true) & (true <= upper), (low <= true) & (true <= high),
            (middle > 1) == (true > 1))  # fmt: skip
    found.setdefault(name, []).append(np.stack(rows, axis=1).astype(np.float64))


def _score(rows: Array) -> dict[str, Any]:
    mean = rows.mean(axis=0)
    return {
        "n_row": len(rows),
        "median_abs_log_error": round(float(np.median(np.abs(rows[:, 0]))), 4),
        "bias": round(float(np.median(rows[:, 0])), 4),
        "coverage_50": round(float(mean[1]), 4),
        "coverage_90": round(float(mean[2]), 4),
        "right_side_of_one_share": round(float(mean[3]), 4),
    }


def _next_day(posterior: ReproductionPosterior, day: int, force: Array, count: Array) -> Array:
    """Whether the next day's count lies in the 50 and 90 % interval, shape=(n_place, 2), NaN where unknown."""
    shape, scale = posterior.shape[day], posterior.scale[day]
    mean = shape * scale * force
    variance = posterior.dispersion * mean + force**2 * shape * scale**2
    with np.errstate(invalid="ignore", divide="ignore"):
        size = mean**2 / variance
        ends = [gammaincinv(size, prob) * variance / mean for prob in _probs()]
    known = np.isfinite(count) & np.isfinite(ends[2])
    inside = [(ends[1] <= count) & (count <= ends[3]), (ends[0] <= count) & (count <= ends[4])]
    return np.asarray(np.where(known, inside, np.nan).T)
