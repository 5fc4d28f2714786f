"""`score epidemic --unit week` and `--vintages`: the weekly forecast on one's own files."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from dashboard.score.days import day_range
from dashboard.score.maps import pairs
from risk_core.errors import Fault, InputError

FILES = {
    "vintages": "counts as they were known: location, date, as_of, value",
    "population": "residents: location, population",
    "second": "a second weekly signal, final values: location, date, value",
    "published-scores": "others' WIS: location, origin, horizon and a column a rival (NAME, NAME_log)",
    "published-quantiles": "others' forecasts: model, location, target, horizon and a column a level (q0.500)",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the weekly score reads to `score epidemic`."""
    parser.add_argument("--unit", choices=("day", "week"), default="day", help="what one row of the files is (day)")
    for name, told in FILES.items():
        parser.add_argument(f"--{name}", type=Path, metavar="FILE", help=told)
        parser.add_argument(f"--map-{name}", action="append", default=[], metavar="THEIRS=OURS", help="rename a column")
    parser.add_argument("--second-lag", type=int, default=1, metavar="WEEKS", help="how late the second is known (1)")
    parser.add_argument("--first-horizon", type=int, choices=(0, 1), default=1, help="the published first week (1)")


def run_weekly(args: argparse.Namespace) -> int:
    """Score the weekly forecast and print a table, or JSON."""
    from dashboard.score.epidemic.weekly import WeeklyInputs, weekly_rows
    from dashboard.score.summary import summarise
    from risk_core.hazards.epidemic.forecast_options import ForecastOptions

    inputs: WeeklyInputs = _inputs(args)
    rows = weekly_rows(inputs, ForecastOptions())
    if not len(rows):
        wanted = "days on which the files know enough weeks before and the weeks after"
        raise InputError(Fault("--origins", args.origins, wanted, "Choose other days, or check the dates."))
    rows, rivals = _with_rivals(args, rows, inputs)
    body = {
        "model": "trend, trees and what was known then" if args.vintages else "trend and trees, final data",
        "second": None if args.second is None else f"final data, {args.second_lag} weeks late",
        "n_place": len(inputs.table.places),
        "n_origin": int(rows["origin"].nunique()),
        "n_negative": inputs.table.n_negative,
        "n_repeated": inputs.table.n_repeated,
        "n_after_known": inputs.table.n_after,
        **summarise(rows, rivals),
    }
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def _inputs(args: argparse.Namespace) -> Any:
    from dashboard.score.epidemic.vintages import read_vintages
    from dashboard.score.epidemic.weekly import WeeklyInputs
    from dashboard.score.epidemic.weekly_inputs import as_if_live, read_population, read_second, read_truth

    first, last = day_range(args.origins)
    truth = read_truth(args.cases, pairs("--map-column", args.map_column), args.unit)
    truth = truth.drop(columns=list(args.without), errors="ignore")
    if args.vintages is None:
        table = as_if_live(truth)
    else:
        table = read_vintages(args.vintages, pairs("--map-vintages", args.map_vintages), args.unit, args.without)
    unknown = sorted(set(table.places) - set(truth.columns))
    if unknown:
        remedy = "Add them, or leave them out with --without."
        raise InputError(Fault("--cases", ", ".join(unknown[:5]), "every place of --vintages", remedy, args.cases.name))
    population, second = None, None
    if args.population is not None:
        population = read_population(args.population, pairs("--map-population", args.map_population), table.places)
    if args.second is not None:
        second = read_second(args.second, pairs("--map-second", args.map_second), args.second_lag)
    return WeeklyInputs(table, truth[list(table.places)], population, second, first, last)


def _with_rivals(args: argparse.Namespace, rows: Any, inputs: Any) -> tuple[Any, list[str]]:
    """Rows with what others published for them, and the names of those."""
    from dashboard.score.epidemic.rivals import KEY, LOG, read_quantiles, read_scores

    known = set(rows)
    if args.published_scores is not None:
        scores = read_scores(args.published_scores, pairs("--map-published-scores", args.map_published_scores))
        rows = rows.merge(scores, on=["location", "origin", "horizon"], how="left")
    if args.published_quantiles is not None:
        ours = pairs("--map-published-quantiles", args.map_published_quantiles)
        truth = inputs.truth.rename_axis(index="target", columns="location").stack().rename("value").reset_index()
        scores = read_quantiles(args.published_quantiles, ours, truth, args.first_horizon)
        rows = rows.merge(scores, on=KEY, how="left")
    rivals = [name for name in rows if name not in known and not name.endswith(LOG)]
    return rows, rivals


def _words(body: dict[str, Any]) -> str:
    lines = [f"{body['n_place']} places, {body['n_origin']} origins"]
    told = {
        "n_negative": "negative rows taken as missing",
        "n_repeated": "rows given twice counted once",
        "n_after_known": "rows of days after they were known left out",
    }
    lines += [f"{body[name]} {words}" for name, words in told.items() if body[name]]
    parts = {"all": body["all"], **{f"week {h}": one for h, one in body["horizons"].items()}, **body["phases"]}
    lines.append(f"{'':8s}{'rows':>7s}  inside 50/80/95 %      WIS over (95 %), log WIS over")
    for name, one in parts.items():
        inside = " / ".join(figure(one["coverage"][width]) for width in ("50", "80", "95"))
        against = "; ".join(_against(rival, ratio) for rival, ratio in one["against"].items())
        lines.append(f"{name:8s}{one['n_row']:7d}  {inside}  {against}")
    return "\n".join(lines) + "\n"


def _against(rival: str, ratio: dict[str, Any]) -> str:
    low, high = ratio["interval"]
    natural = f"{rival} {figure(ratio['relative_wis'])} ({figure(low)}-{figure(high)})"
    return f"{natural}, log {figure(ratio['log']['relative_wis'])}"


def figure(value: float | None) -> str:
    """A figure of a table; a dash for what is not known."""
    return "  -  " if value is None or not np.isfinite(value) else f"{value:.3f}"
