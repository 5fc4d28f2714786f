"""`score flood-reports`: how many flooded streets a day brings, against its rain total alone."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.settings import Settings
from risk_core.errors import Fault, InputError
from risk_core.hazards.flood.reports import FREE, REPORT_DEFAULTS, ReportOptions, fit_reports, report_factors
from risk_core.scores.probability import average_precision, brier_score, reliability

if TYPE_CHECKING:
    from dashboard.score.flood.inputs import FloodDays

LEAST_DAY: Final = 180
LEAST_FLOOD_DAY: Final = 5
"""A day is scored when so many days, and so many with reports, lie before it."""
REFIT_DAY: Final = 30
"""The models are fitted anew after each day with reports, and after so many days without."""


def register_flood_reports(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score flood-reports` to the command line."""
    parser = models.add_parser("flood-reports", help="flooded streets a day, from rain and tide, against rain alone")
    daily = (
        "date, rain_mm or rain_in; perhaps rain_hour_, rain_15min_, rain_3d_, tide_m, wind_m_per_s, ... (or _ft ...)"
    )
    parser.add_argument("--daily", type=Path, required=True, metavar="FILE", help=daily)
    reports = "time of each report, or date and count; rows with drill=True are left out"
    parser.add_argument("--reports", type=Path, required=True, metavar="FILE", help=reports)
    rename = "rename a column; begin with daily: or reports: to mean one file"
    parser.add_argument("--map-column", action="append", default=[], metavar="[FILE:]THEIRS=OURS", help=rename)
    offset = "report times are UTC, the days are those of this offset (report times are local)"
    parser.add_argument("--local-offset", default=None, metavar="-05:00", help=offset)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_flood_reports)


def run_flood_reports(args: argparse.Namespace, settings: Settings) -> int:
    """Score the count of reports and print a table, or JSON."""
    from dashboard.score.flood.inputs import read_flood_days
    from dashboard.score.wind.inputs import column_maps
    from dashboard.store.times import read_utc_offset

    paths = {"daily": args.daily, "reports": args.reports}
    for name, path in paths.items():
        if not path.is_file():
            raise InputError(Fault(f"--{name}", str(path), "a file", "Check the path."))
    offset = None if args.local_offset is None else read_utc_offset(args.local_offset)
    days = read_flood_days(args.daily, args.reports, column_maps(args.map_column, paths), offset)
    body = score_reports(days)
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def score_reports(days: "FloodDays") -> dict[str, Any]:
    """Tell each day from the days before it, and score what was told.

    Raises
    ------
    InputError
        When no day has enough days and flood days before it.
    """
    names, factors = report_factors(days.day, days.measured, days.reports)
    rain = [names.index("rain_mm")]
    told = {
        "ours": tell_days(names, factors, days.reports, REPORT_DEFAULTS),
        "rain_alone": tell_days(("rain_mm",), factors[:, rain], days.reports, FREE),
    }
    scored = np.isfinite(told["ours"][0])
    if not scored.any():
        value = f"{len(days.day)} days, {int((days.reports > 0).sum())} with reports"
        wanted = f"a day after {LEAST_DAY} days, {LEAST_FLOOD_DAY} of them with reports"
        raise InputError(Fault("reports", value, wanted, "Give a longer record."))
    truth = days.reports[scored]
    chance = {name: one[0][scored] for name, one in told.items()}
    count = {name: one[1][scored] for name, one in told.items()} | {"never": np.zeros(len(truth))}
    mae = {name: float(np.abs(one - truth).mean()) for name, one in count.items()}
    precision = {name: average_precision(one, truth > 0) for name, one in chance.items()}
    precision["rain_total"] = average_precision(days.measured["rain_mm"][scored], truth > 0)
    return {
        "model": "hurdle of rain, sea and what was reported before; fitted only to the days before the scored one",
        "baseline": "rain_alone: the same with the day's rain total alone; rain_total: days ranked by it",
        "factors": list(names),
        "n_day": len(days.day),
        "n_flood_day": int((days.reports > 0).sum()),
        "n_report": float(days.reports.sum()),
        "n_scored": int(scored.sum()),
        "n_scored_flood_day": int((truth > 0).sum()),
        "first_scored": str(np.datetime64(int(days.day[scored][0]), "D")),
        "mae": mae,
        "mae_over_rain_alone": mae["ours"] / mae["rain_alone"],
        "average_precision": precision | {"chance": float((truth > 0).mean())},
        "brier": {name: brier_score(one, truth > 0) for name, one in chance.items()},
        "mean_gap": reliability(chance["ours"], truth > 0).mean_gap,
        "n_no_rain": days.n_no_rain,
        "n_drill": days.n_drill,
        "n_moved": days.n_moved,
        "n_outside": days.n_outside,
    }


def tell_days(
    names: Sequence[str], factors: NDArray[np.float64], reports: NDArray[np.float64], options: ReportOptions
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Chance of any report and median count of each day, from a model of the days before; NaN where those are few."""
    chance, count = np.full((2, len(reports)), np.nan)
    n_flood, fitted_at, model = 0, 0, None
    for k in range(len(reports)):
        if k >= LEAST_DAY and n_flood >= LEAST_FLOOD_DAY:
            if model is None or reports[k - 1] > 0 or k - fitted_at >= REFIT_DAY:
                model, fitted_at = fit_reports(names, factors[:k], reports[:k], options), k
            one, other = model.predict(factors[k : k + 1])
            chance[k], count[k] = one[0], other[0]
        n_flood += int(reports[k] > 0)
    return chance, count


def _words(body: dict[str, Any]) -> str:
    head = "{n_scored} days from {first_scored}, {n_scored_flood_day} with reports; factors: "
    lines = [head.format(**body) + ", ".join(body["factors"])]
    told = {
        "n_no_rain": "days without rain figures left out",
        "n_drill": "reports of exercises left out",
        "n_moved": "reports counted with the row before their day",
        "n_outside": "reports outside the daily table left out",
    }
    lines += [f"{body[name]} {words}" for name, words in told.items() if body[name]]
    lines.append("count MAE:         " + ", ".join(f"{name} {one:.3f}" for name, one in body["mae"].items()))
    ranks = body["average_precision"].items()
    lines.append("average precision: " + ", ".join(f"{name} {one:.3f}" for name, one in ranks))
    return "\n".join(lines) + "\n"
