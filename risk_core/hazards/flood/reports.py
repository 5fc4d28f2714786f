"""How many flooded streets a day will bring, from its rain, the sea and what was reported before: a hurdle model.

Two parts, as counts with very many zeros ask for (J. Mullahy 1986, J. Econometrics 33, 341-365): the chance of any
report by logistic regression, and the number, given any, as a log-normal whose mean is linear. Both are fitted by
penalised least squares around weights that are believed beforehand (a normal prior, so that thirty flood days are
enough), and the count told is the median of the whole.

Factors of rain are square roots of the amount over a fixed one (25 mm of a day, 15 mm of an hour), so that a weight
believed in one city means the same in another; factors that have a datum of their own (tide, ground water, wind) are
taken in standard deviations of the days before. Where no tide is given, the moon stands in for it: half and whole
periods of its phases (29.530588 days) and its distance (27.55455 days). The weights believed beforehand, and the
penalties, are this project's own, set with the files of Norfolk and New York in sight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, ndtri

from risk_core.errors import Fault, raise_faults

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Factor:
    """One thing that a day's floods depend on.

    Attributes
    ----------
    scale
        Amount whose square root counts as 1; 0 for a factor taken in standard deviations of the days before; -1 for one
        taken as it is.
    chance_weight, count_weight
        Weights believed beforehand, on the log odds of any report and on the log of their number.
    doubt
        Share of the penalty on a departure from them; above 1 for factors that must show themselves first.
    """

    scale: float
    chance_weight: float = 0.0
    count_weight: float = 0.0
    doubt: float = 1.0


_FACTORS: Final[Mapping[str, Factor]] = MappingProxyType(
    {
        "rain_mm": Factor(25.0, 1.5, 1.0),
        "rain_hour_mm": Factor(15.0, 1.5, 0.3),
        "rain_15min_mm": Factor(8.0, 0.7),
        "rain_3d_mm": Factor(50.0, 0.2),
        "tide_m": Factor(0.0, 0.5, 0.3),
        "tide_mean_m": Factor(0.0),
        "groundwater_m": Factor(0.0),
        "wind_m_per_s": Factor(0.0),
        "reports_before": Factor(-1.0, 0.3, 0.2),
        "habit_any": Factor(0.0, 0.3, 0.0, 10.0),
        "habit_count": Factor(0.0, 0.0, 0.3, 10.0),
        "moon_half_cos": Factor(-1.0, doubt=10.0),
        "moon_half_sin": Factor(-1.0, doubt=10.0),
        "moon_cos": Factor(-1.0, doubt=10.0),
        "moon_sin": Factor(-1.0, doubt=10.0),
        "moon_near_cos": Factor(-1.0, doubt=10.0),
        "moon_near_sin": Factor(-1.0, doubt=10.0),
    }
)
NEW_MOON_DAY: Final = 10_962.76
"""New moon of 2000-01-06 18:14 UTC, days since 1970 (J. Meeus 1998, Astronomical algorithms, ch. 49)."""
PHASE_DAY: Final = 29.530588
NEAR_DAY: Final = 27.55455
HABIT_HALF_DAY: Final = 180.0
LEAST_HABIT: Final = 0.01


@dataclass(frozen=True, slots=True)
class ReportOptions:
    """Settings of the model.

    Attributes
    ----------
    factors
        What is known of each factor beforehand, by name.
    penalty
        Of a departure of 1 from a weight believed beforehand.
    base_log_odds
        Of any report on a dry day, believed beforehand.
    base_penalty
        Of a departure from it.
    """

    factors: Mapping[str, Factor] = field(default_factory=lambda: _FACTORS)
    penalty: float = 1.0
    base_log_odds: float = -5.0
    base_penalty: float = 0.01


REPORT_DEFAULTS: Final = ReportOptions()
FREE: Final = ReportOptions({name: Factor(one.scale) for name, one in _FACTORS.items()}, 0.01, -5.0, 0.001)
"""Nothing believed beforehand: for a baseline of one factor."""


@dataclass(frozen=True, slots=True, eq=False)
class ReportModel:
    """A fitted model: `names` of its factors, their centre and spread, weights (base first) and spread of the log."""

    names: tuple[str, ...]
    centre: Floats
    spread: Floats
    chance_weight: Floats
    count_weight: Floats
    log_spread: float

    def predict(self, factors: Floats) -> tuple[Floats, Floats]:
        """Chance of any report, and the median number, of days; `factors` has shape=(n_day, n_factor)."""
        x = _with_base((factors - self.centre) / self.spread)
        chance = np.asarray(expit(x @ self.chance_weight), np.float64)
        rank = 1.0 - 0.5 / np.maximum(chance, 0.5 + 1e-12)
        log_count = np.minimum(x @ self.count_weight, 10.0) + self.log_spread * ndtri(np.maximum(rank, 1e-9))
        return chance, np.where(chance > 0.5, np.maximum(np.exp(log_count), 1.0), 0.0)


def report_factors(
    day: NDArray[np.int64], measured: Mapping[str, Floats], reports: Floats
) -> tuple[tuple[str, ...], Floats]:
    """Factors of each day, from what was measured that day and reported on the days before.

    Parameters
    ----------
    day
        Days since 1970-01-01, ascending, shape=(n_day,).
    measured
        By name of `REPORT_DEFAULTS.factors`; ``rain_mm`` must be there.
    reports
        Reports of each day, shape=(n_day,).

    Returns
    -------
    names
        Of the factors.
    factors
        shape=(n_day, n_factor).
    """
    found = {name: np.asarray(value, np.float64) for name, value in measured.items()}
    if "rain_3d_mm" not in found:
        before = np.concatenate([np.zeros(3), found["rain_mm"]])
        found["rain_3d_mm"] = before[2:-1] + before[1:-2] + before[:-3]
    found["reports_before"] = np.log1p(np.concatenate([[0.0], reports[:-1]]))
    if "tide_m" not in found:
        found["habit_any"] = np.log(LEAST_HABIT + _habit((reports > 0).astype(np.float64)))
        found["habit_count"] = np.log(LEAST_HABIT + _habit(np.log1p(reports)))
        age = day + 0.5 - NEW_MOON_DAY
        for name, turns in (("moon_half", 2 / PHASE_DAY), ("moon", 1 / PHASE_DAY), ("moon_near", 1 / NEAR_DAY)):
            found[f"{name}_cos"] = np.cos(2 * np.pi * turns * age)
            found[f"{name}_sin"] = np.sin(2 * np.pi * turns * age)
    names = tuple(name for name in _FACTORS if name in found)
    columns = [_shaped(found[name], _FACTORS[name].scale) for name in names]
    return names, np.stack(columns, axis=1)


def fit_reports(
    names: Sequence[str], factors: Floats, reports: Floats, options: ReportOptions = REPORT_DEFAULTS
) -> ReportModel:
    """Fit both parts to days whose reports are known.

    Parameters
    ----------
    names, factors
        As `report_factors` gives them, of these days; a column may be left out of both.
    reports
        shape=(n_day,), whole numbers of 0 or more.

    Raises
    ------
    InputError
        For negative or missing numbers, or shapes that do not fit.
    """
    faults = []
    if factors.shape != (len(reports), len(names)):
        wanted = f"shape ({len(reports)}, {len(names)})"
        faults.append(Fault("factors", f"of shape {factors.shape}", wanted, "Give one row a day."))
    if not bool(np.all(np.isfinite(factors))):
        faults.append(Fault("factors", "missing", "finite numbers", "Leave the day out or fill it."))
    if not bool(np.all(reports >= 0)):
        faults.append(Fault("reports", "negative or missing", "numbers of 0 or more", "Leave the day out."))
    raise_faults(faults)
    known = [options.factors[name] for name in names]
    is_free = np.array([one.scale == 0 for one in known])
    centre = np.where(is_free, factors.mean(axis=0), 0.0)
    spread = np.where(is_free, factors.std(axis=0) + 1e-9, 1.0)
    x = _with_base((factors - centre) / spread)
    penalty = np.array([options.base_penalty, *(options.penalty * one.doubt for one in known)])
    chance = np.array([options.base_log_odds, *(one.chance_weight for one in known)])
    count = np.array([0.0, *(one.count_weight for one in known)])
    any_report = reports > 0
    weight, spread_log = _fit_line(x[any_report], np.log(reports[any_report]), penalty, count)
    odds = _fit_odds(x, any_report.astype(np.float64), penalty, chance)
    return ReportModel(tuple(names), centre, spread, odds, weight, spread_log)


def _fit_odds(x: Floats, happened: Floats, penalty: Floats, prior: Floats) -> Floats:
    """Logistic regression with a normal prior by Newton steps that are cut to 3."""
    weight = prior.copy()
    for _ in range(50):
        chance = expit(x @ weight)
        curve = (x.T * np.maximum(chance * (1.0 - chance), 1e-6)) @ x + np.diag(penalty)
        step = np.linalg.solve(curve, x.T @ (happened - chance) - penalty * (weight - prior))
        largest = float(np.abs(step).max())
        weight = weight + step * min(1.0, 3.0 / max(largest, 1e-300))
        if largest < 1e-8:
            break
    return weight


def _fit_line(x: Floats, y: Floats, penalty: Floats, prior: Floats) -> tuple[Floats, float]:
    """Least squares with a normal prior, and the spread left (one residual of 1 believed beforehand)."""
    weight = prior + np.linalg.solve(x.T @ x + np.diag(penalty), x.T @ (y - x @ prior))
    left = y - x @ weight
    return weight, float(np.sqrt((left @ left + 1.0) / (len(y) + 1)))


def _with_base(x: Floats) -> Floats:
    return np.concatenate([np.ones((len(x), 1)), x], axis=1)


def _shaped(value: Floats, scale: float) -> Floats:
    return np.sqrt(np.maximum(value, 0.0) / scale) if scale > 0 else value


def _habit(value: Floats) -> Floats:
    """Fading mean of the days before, half gone after 180; for networks and habits of reporting that grow."""
    keep = 0.5 ** (1.0 / HABIT_HALF_DAY)
    out, level = np.empty(len(value)), 0.0
    for k, one in enumerate(value):
        out[k] = level
        level = keep * level + (1.0 - keep) * one
    return out
