"""The daily forecast refitted: a coordinate search over its settings, and the rule that takes or refuses the result."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from typing import Final

from dashboard.learn.origins import Origin, Score, Stop, score_trend
from dashboard.store.models import Cause, Values, Verdict
from risk_core.errors import InputError
from risk_core.hazards.epidemic.options import TREND_DEFAULTS, TrendOptions

MOST_WORSE: Final = 1.02
"""An update is refused when its score on the last origins is above this share of the incumbent's."""
LEAST_GAIN: Final = 0.98
"""A step of the search has to bring the training score below this share. Smaller gains are those of a quiet time: on
Seoul's districts steps of half a percent learnt from twelve quiet weeks cost 40 % when the wave of August 2020 came."""
N_ROUND: Final = 2

FACTORS: Final[Mapping[str, tuple[float, ...]]] = {
    "level_var": (0.4, 2.5),
    "growth_var": (0.25, 4.0),
    "damping": (0.6, 1.6),
    "dispersion": (0.5, 2.0),
    "student_nu": (0.5, 2.0),
}
"""Steps tried of each setting, times its value; of the damping d, times 1 - d."""
BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "level_var": (1e-4, 0.2),
    "growth_var": (1e-6, 1e-2),
    "damping": (0.4, 0.99),
    "dispersion": (1.0, 200.0),
    "student_nu": (2.0, 64.0),
}
"""Nothing is tried outside: settings beyond are no forecast of cases."""


def options_values(options: TrendOptions) -> Values:
    """Numbers of a record, by name."""
    values = ((one.name, getattr(options, one.name)) for one in dataclasses.fields(options))
    return tuple((name, float(value)) for name, value in values if isinstance(value, int | float))


def trend_options(values: Values) -> TrendOptions | None:
    """Settings that were written down; None where they are not exactly those of this version, or out of range."""
    if {name for name, _ in values} != {name for name, _ in options_values(TREND_DEFAULTS)}:
        return None
    try:
        kept = {name: type(getattr(TREND_DEFAULTS, name))(value) for name, value in values}
        return dataclasses.replace(TREND_DEFAULTS, **kept)
    except (InputError, ValueError, OverflowError):
        return None


def search_options(
    training: Sequence[Origin], incumbent: TrendOptions, stop: Stop = lambda: None
) -> tuple[TrendOptions, float]:
    """Better settings by the training origins alone, one setting after the other, twice.

    The search starts from the incumbent, or from the defaults where these are better by more than chance: a course of
    updates that each lost a little finds its way back.

    Returns
    -------
    options, score
        The incumbent itself where nothing was better.
    """
    best, least = incumbent, score_trend(training, incumbent, stop).mean
    if incumbent != TREND_DEFAULTS:
        best, least = _better(training, TREND_DEFAULTS, best, least, stop)
    for _ in range(N_ROUND):
        former = best
        for name in FACTORS:
            for step in _steps(best, name):
                best, least = _better(training, step, best, least, stop)
        if best == former:
            break
    return best, least


def judge(incumbent: Score, candidate: Score, is_same: bool) -> tuple[Verdict, Cause]:
    """Take or refuse: taken when candidate / incumbent <= 1.02; an equal one changes nothing.

    Examples
    --------
    >>> judge(Score((0.8,), 0.8), Score((0.81,), 0.81), False)
    (<Verdict.ACCEPTED: 'accepted'>, <Cause.WITHIN_LIMIT: 'within_limit'>)
    >>> judge(Score((0.8,), 0.8), Score((0.82,), 0.82), False)[0]
    <Verdict.REFUSED: 'refused'>
    """
    if is_same:
        return Verdict.KEPT, Cause.NO_CANDIDATE
    if candidate.mean == incumbent.mean or not math.isfinite(incumbent.mean):
        return Verdict.KEPT, Cause.EQUAL
    if candidate.mean <= MOST_WORSE * incumbent.mean:
        return Verdict.ACCEPTED, Cause.WITHIN_LIMIT
    return Verdict.REFUSED, Cause.WORSE


def _steps(options: TrendOptions, name: str) -> list[TrendOptions]:
    """Settings with one of them moved, within its bounds; none where this version has no such setting."""
    value = getattr(options, name, None)
    if not isinstance(value, float):
        return []
    low, high = BOUNDS[name]
    moved = []
    for factor in FACTORS[name]:
        wanted = 1 - (1 - value) * factor if name == "damping" else value * factor
        rounded = float(f"{min(max(wanted, low), high):.4g}")
        if rounded != value:
            moved.append(dataclasses.replace(options, **{name: rounded}))
    return moved


def _better(
    training: Sequence[Origin], step: TrendOptions, best: TrendOptions, least: float, stop: Stop
) -> tuple[TrendOptions, float]:
    score = score_trend(training, step, stop).mean
    return (step, score) if score < LEAST_GAIN * least else (best, least)
