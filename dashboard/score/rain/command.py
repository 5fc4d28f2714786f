"""`score rain-nowcast`: rain of the next two hours against persistence, on a file of gauges."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from dashboard.score.maps import pairs
from dashboard.settings import Settings
from risk_core.errors import Fault, InputError

MOST_THRESHOLDS = 10


def register_rain(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score rain-nowcast` to the command line."""
    rain = models.add_parser("rain-nowcast", help="rain of the next two hours against persistence")
    table = "station_id, lat, lon, time and rate_mm_per_h, or amount_mm with interval_s (else the usual spacing)"
    rain.add_argument("--gauges", type=Path, required=True, metavar="FILE", help=f"csv, csv.gz or parquet: {table}")
    rain.add_argument("--map-column", action="append", default=[], metavar="THEIRS=OURS", help="rename a column")
    rain.add_argument("--utc-offset", default=None, metavar="+09:00", help="offset of times that name none")
    rain.add_argument("--thresholds", default="1,5,20", metavar="MM_PER_H", help="rates scored as reached (1,5,20)")
    rain.add_argument("--window-km", type=float, default=10.0, help="side of the windows of the FSS (10)")
    rain.add_argument("--every", type=int, default=3, metavar="STEPS", help="steps between two forecasts (3)")
    rain.add_argument("--json", action="store_true", help="print one JSON object")
    rain.set_defaults(run=run_rain)


def run_rain(args: argparse.Namespace, settings: Settings) -> int:
    """Score the rain nowcast and print a table, or JSON."""
    from dashboard.score.rain.inputs import read_gauges
    from dashboard.score.rain.score import score_rain

    thresholds = _thresholds(args.thresholds)
    if args.every < 1:
        raise InputError(Fault("--every", str(args.every), "a whole number from 1", "Take 1 for every step."))
    if not 0 < args.window_km <= 1000:
        raise InputError(Fault("--window-km", f"{args.window_km:g}", "0..1000", "Give kilometres, for example 10."))
    if not args.gauges.is_file():
        raise InputError(Fault("--gauges", str(args.gauges), "a file", "Check the path."))
    inputs = read_gauges(args.gauges, pairs("--map-column", args.map_column), args.utc_offset)
    body: dict[str, Any] = {
        "model": "kriged gauges moved along their motion, weighted by verified skill",
        "baseline": "persistence: the present field stands still",
        **score_rain(inputs.gauges, thresholds, args.window_km, args.every),
        "n_refused": inputs.n_refused,
        "n_repeated": inputs.n_repeated,
        "notes": list(inputs.notes),
    }
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def _thresholds(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(one) for one in text.split(","))
    except ValueError:
        found = ()
    if not found or len(found) > MOST_THRESHOLDS or not all(0 < one <= 500 for one in found):
        wanted = f"1 to {MOST_THRESHOLDS} rates in mm/h above 0, separated by commas"
        raise InputError(Fault("--thresholds", text, wanted, "For example --thresholds 1,5,20."))
    return found


def _words(body: dict[str, Any]) -> str:
    grid = body["grid"]
    lines = [
        f"{body['n_station']} gauges, {body['n_origin']} forecasts; grid {grid['n_row']} x {grid['n_col']} "
        f"cells of {grid['cell_m']:.0f} m, steps of {body['step_s'] / 60:g} min",
        *body["notes"],
    ]
    lines += [f"{body['n_refused']} rows refused"] if body["n_refused"] else []
    lines += [f"{body['n_repeated']} rows given twice counted once"] if body["n_repeated"] else []
    lines.append("(persistence in brackets; MAE in mm/h)")
    marks = list(body["leads"][0]["thresholds"]) if body["leads"] else []
    head = "".join(f"{'CSI ' + mark:>16s}{'FSS ' + mark:>16s}" for mark in marks)
    lines.append(f"{'lead':>6s}{'MAE field':>16s}{'MAE gauges':>16s}{head}{'weight':>8s}{'in 80 %':>9s}")
    for one in body["leads"]:
        cells = [_pair(one["field_mae"]), _pair(one["gauge_mae"])]
        for mark in marks:
            cells += [_pair(one["thresholds"][mark]["csi"]), _pair(one["thresholds"][mark]["fss"])]
        row = "".join(f"{cell:>16s}" for cell in cells)
        lines.append(f"{one['lead_min']:4d} m{row}{_figure(one['weight']):>8s}{_figure(one['inside_80']):>9s}")
    between = body["interpolation"]
    shown = ", ".join(f"{name} {_figure(mae)}" for name, mae in between["mae"].items())
    lines.append(f"gauges left out one by one ({between['n']}), MAE mm/h: {shown}")
    lines.append(f"correlation length fitted on them: {_kilometres(between['correlation_m'])}")
    return "\n".join(lines) + "\n"


def _pair(two: dict[str, float | None]) -> str:
    return f"{_figure(two['ours'])} ({_figure(two['persistence'])})"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _kilometres(value: float | None) -> str:
    return "-" if value is None else f"{value / 1000:.1f} km"
