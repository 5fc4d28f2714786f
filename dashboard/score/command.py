"""`score`: measure a model on a file of one's own."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dashboard.score.days import day_range
from dashboard.score.epidemic.prevalence import register_prevalence
from dashboard.score.epidemic.rt import register_rt
from dashboard.score.epidemic.weekly_command import add_arguments, figure, run_weekly
from dashboard.score.flood.closures import register_closures
from dashboard.score.flood.exposure import register_exposure
from dashboard.score.flood.reports import register_flood_reports
from dashboard.score.maps import pairs
from dashboard.score.movement.next_place import register_movement
from dashboard.score.movement.path import register_path
from dashboard.score.rain.command import register_rain
from dashboard.score.small_area.command import register_small_area
from dashboard.score.wind.command import register_wind
from dashboard.settings import Settings
from risk_core.errors import Fault, InputError
from risk_core.state.surveillance import N_DAY_AHEAD


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score` to the command line."""
    score = subparsers.add_parser("score", help="measure a model against a named baseline on your own data")
    models = score.add_subparsers(title="models", metavar="MODEL", required=True)
    epidemic = models.add_parser("epidemic", help="the case forecast, by day or by week as it was known")
    epidemic.add_argument("--cases", type=Path, required=True, help="csv, csv.gz or parquet: location, date, value")
    epidemic.add_argument("--origins", required=True, metavar="FROM..TO", help="first day not yet known, first..last")
    epidemic.add_argument("--every", type=int, default=7, metavar="DAYS", help="days between two origins (7)")
    epidemic.add_argument("--horizons", default="1,7,14", help="days after the last known one, 1..14 (1,7,14)")
    epidemic.add_argument("--map-column", action="append", default=[], metavar="THEIRS=OURS", help="rename a column")
    epidemic.add_argument("--without", action="append", default=[], metavar="LOCATION", help="leave a location out")
    add_arguments(epidemic)
    epidemic.add_argument("--json", action="store_true", help="print one JSON object")
    epidemic.set_defaults(run=run_epidemic)
    register_prevalence(models)
    register_rt(models)
    register_small_area(models)
    register_movement(models)
    register_path(models)
    register_wind(models)
    register_flood_reports(models)
    register_closures(models)
    register_exposure(models)
    register_rain(models)


def run_epidemic(args: argparse.Namespace, settings: Settings) -> int:
    """Score the case forecast and print a table, or JSON."""
    if args.vintages is not None or args.unit == "week":
        return run_weekly(args)
    from dashboard.score.epidemic.daily import score_days
    from dashboard.score.epidemic.table import read_daily

    horizons = _horizons(args.horizons)
    ours = pairs("--map-column", args.map_column)
    table = read_daily(args.cases, ours, args.without)
    origins, n_outside = _origins(args, table.day, max(horizons))
    scores = [one.to_dict() for one in score_days(table, origins, horizons)]
    body = {
        "model": "trend of the place and of the area",
        "baseline": "same weekday",
        "n_place": len(table.places),
        "n_origin": len(origins),
        "n_origin_outside": n_outside,
        "n_negative": table.n_negative,
        "n_repeated": table.n_repeated,
        "horizons": scores,
    }
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def _words(body: dict[str, object]) -> str:
    lines = [f"{body['n_place']} places, {body['n_origin']} origins"]
    told = {
        "n_origin_outside": "origins left out: too few days before or after them in the file",
        "n_negative": "negative rows taken as missing",
        "n_repeated": "rows given twice counted once",
    }
    lines += [f"{body[name]} {words}" for name, words in told.items() if body[name]]
    lines.append("day   rows  WIS/baseline (95 %)     log WIS/baseline     inside 50/80/95 %")
    for one in body["horizons"]:  # type: ignore[attr-defined]
        inside = " / ".join(figure(share) for share in one["coverage"].values())
        low, high = one["relative_wis_interval"]
        ratio = f"{figure(one['relative_wis'])} ({figure(low)}-{figure(high)})"
        lines.append(f"{one['horizon_day']:3d}  {one['n_row']:5d}  {ratio:22}  "
                     f"{figure(one['relative_log_wis']):19}  {inside}")  # fmt: skip
    return "\n".join(lines) + "\n"


def _horizons(text: str) -> list[int]:
    try:
        horizons = [int(one) for one in text.split(",")]
    except ValueError:
        horizons = []
    if not horizons or not all(1 <= one <= N_DAY_AHEAD for one in horizons):
        wanted = f"whole days in 1..{N_DAY_AHEAD}, separated by commas"
        raise InputError(Fault("--horizons", text, wanted, "For example --horizons 1,7,14."))
    return horizons


def _origins(args: argparse.Namespace, day: Sequence[np.datetime64], last_horizon: int) -> tuple[list[int], int]:
    """Positions of the origins that have enough days before and after them, and how many have not."""
    from dashboard.score.epidemic.daily import LEAST_DAY

    first, last = day_range(args.origins)
    if args.every < 1:
        raise InputError(Fault("--every", str(args.every), "a whole number from 1", "Take 1 for every day."))
    wanted_days = np.arange(first, last + 1, args.every)
    at = [int((one - day[0]).astype(int)) for one in wanted_days]
    fitting = [k for k in at if LEAST_DAY <= k <= len(day) - last_horizon]
    if not fitting:
        low, high = day[0] + LEAST_DAY, day[-1] - last_horizon + 1
        raise InputError(Fault("--origins", args.origins, f"days in {low}..{high}", "Choose days the file covers."))
    return fitting, len(at) - len(fitting)
