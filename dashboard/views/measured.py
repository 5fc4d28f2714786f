"""How good the models were on held-out data, from the record that the benchmarks write: against a named baseline."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.i18n import has_text, text
from dashboard.views.format import NO_BREAK, count

EPIDEMIC: Final = ("seoul", "sido", "europe", "america")
"""Data sets of the case forecast that are shown, by their key in the record."""
BASELINES: Final = ("hub_baseline", "CovidHub-baseline")
"""Baselines of the hubs, the first that was measured is told."""
PATH: Final = "path ahead, San Francisco taxis"


@dataclass(frozen=True, slots=True)
class Measured:
    """One measured forecast.

    Attributes
    ----------
    name
        Data set, a key of ``measured.data``.
    ahead
        How far ahead: number and unit, as `("7", "day")`; None for all together.
    baseline
        Name of the baseline, a key of ``measured.baseline``.
    ratio, low, high
        Error as a share of the baseline's, with its 95 % interval where one was drawn.
    n_row
        Forecasts compared.
    held
        Share of truths inside, by the share the interval promised.
    """

    name: str
    ahead: tuple[str, str] | None
    baseline: str
    ratio: float
    low: float | None
    high: float | None
    n_row: int
    held: Mapping[float, float]


def measured_of(record: Mapping[str, Any]) -> list[Measured]:
    """Measured forecasts in the record of the benchmarks; those that were never measured are left out."""
    epidemic, movement = record.get("C", {}), record.get("E", {})
    found = [one for name in EPIDEMIC for one in _cases(name, epidemic.get(name, {}).get("result", {}))]
    return [*found, *_path(movement.get(PATH, {}).get("result", {}))]


def _cases(name: str, result: Mapping[str, Any]) -> Iterator[Measured]:
    if isinstance(result.get("horizons"), list):
        for one in result["horizons"]:
            ahead = (str(one["horizon_day"]), "day")
            baseline = result["baseline"].replace(" ", "_")
            low, high = one["relative_wis_interval"]
            yield Measured(name, ahead, baseline, one["relative_wis"], low, high, one["n_row"], _held(one["coverage"]))
    for baseline in BASELINES:
        against = result.get("all", {}).get("against", {}).get(baseline)
        if against:
            low, high = against["interval"]
            held = _held(result["all"]["coverage"])
            yield Measured(name, None, "hub", against["relative_wis"], low, high, against["n_row"], held)


def _held(coverage: Mapping[str, float]) -> dict[float, float]:
    return {int(promised) / 100: share for promised, share in coverage.items()}


def _path(result: Mapping[str, Any]) -> Iterator[Measured]:
    for one in result.get("horizons", []):
        if one["minute"] in {1, 5, 15}:
            held = {0.5: one["inside_50"], 0.9: one["inside_90"]}
            ahead = (str(one["minute"]), "minute")
            yield Measured("taxis", ahead, "reckoning", one["median_ratio_to_best"], None, None, one["n_query"], held)


def measured_rows(found: Sequence[Measured], lang: str) -> list[list[list[str]]]:
    """Row of each data set: name, baseline, error as a share of it, shares held, number of forecasts; cells of lines.

    Lines of error and shares held are those of the times ahead, one after the other.
    """
    sets: dict[str, list[Measured]] = {}
    for one in found:
        sets.setdefault(one.name, []).append(one)
    return [
        [
            [text(f"measured.data.{name}", lang)],
            [_baseline(members[0].baseline, lang)],
            [f"{_ahead(one, lang)}: {_ratio(one, lang)}" for one in members],
            [_held_words(one) for one in members],
            [count(one.n_row) for one in members],
        ]
        for name, members in sets.items()
    ]


def _ahead(one: Measured, lang: str) -> str:
    return text("measured.all", lang) if one.ahead is None else text(f"measured.{one.ahead[1]}", lang, n=one.ahead[0])


def _held_words(one: Measured) -> str:
    pairs = [f"{100 * promised:.0f} → {100 * share:.0f}" for promised, share in sorted(one.held.items())]
    return f"{', '.join(pairs)}{NO_BREAK}%"


def _baseline(name: str, lang: str) -> str:
    key = f"measured.baseline.{name}"
    return text(key, lang) if has_text(key, lang) else name


def _ratio(one: Measured, lang: str) -> str:
    if one.low is None or one.high is None:
        return f"{one.ratio:.2f}"
    return text("measured.ratio", lang, ratio=one.ratio, low=one.low, high=one.high)


def reliability_points(found: Sequence[Measured]) -> list[tuple[str, list[tuple[float, float]]]]:
    """(promised, held) pairs of each data set, shares 0..1."""
    points: dict[str, list[tuple[float, float]]] = {}
    for one in found:
        points.setdefault(one.name, []).extend(sorted(one.held.items()))
    return list(points.items())
