"""`score`: measure a model on a file of one's own."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from dashboard.score.prevalence import register_prevalence
from dashboard.score.rt import register_rt
from dashboard.settings import Settings
from risk_core.errors import Fault, InputError
from risk_core.state.surveillance import N_DAY_AHEAD


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score` to the command line."""
    score = subparsers.add_parser("score", help="measure a model against a named baseline on your own data")
    models = score.add_subparsers(title="models", metavar="MODEL", required=True)
    epidemic = models.add_parser("epidemic", help="the daily case forecast against the same weekday a week before")
    epidemic.add_argument("--cases", type=Path, required=True, help="csv, csv.gz or parquet: location, date, value")
    epidemic.add_argument("--origins", required=True, metavar="FROM..TO", help="first day not yet known, first..last")
    epidemic.add_argument("--every", type=int, default=7, metavar="DAYS", help="days between two origins (7)")
    epidemic.add_argument("--horizons", default="1,7,14", help="days after the last known one, 1..14 (1,7,14)")
    epidemic.add_argument("--map-column", action="append", default=[], metavar="THEIRS=OURS", help="rename a column")
    epidemic.add_argument("--without", action="append", default=[], metavar="LOCATION", help="leave a location out")
    epidemic.add_argument("--json", action="store_true", help="print one JSON object")
    epidemic.set_defaults(run=run_epidemic)
    register_prevalence(models)
    register_rt(models)


def run_epidemic(args: argparse.Namespace, settings: Settings) -> int:
    """Score the case forecast and print a table, or JSON."""
    import dataclasses

    from dashboard.score.epidemic import score_days
    from dashboard.score.table import read_daily

    horizons = _horizons(args.horizons)
    ours = dict(_pair(one) for one in args.map_column)
    table = read_daily(args.cases, ours)
    kept = [k for k, place in enumerate(table.places) if place not in args.without]
    table = dataclasses.replace(
        table, places=tuple(table.places[k] for k in kept), count=np.ascontiguousarray(table.count[:, kept])
    )
    origins = _origins(args, table.day, max(horizons))
    scores = [one.to_dict() for one in score_days(table, origins, horizons)]
    body = {
        "model": "damped trend",
        "baseline": "same weekday",
        "n_place": len(table.places),
        "n_origin": len(origins),
        "n_negative": table.n_negative,
        "n_repeated": table.n_repeated,
        "horizons": scores,
    }
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def _words(body: dict[str, object]) -> str:
    negative = f"negative rows {body['n_negative']} (taken as missing)"
    lines = [f"{body['n_place']} places, {body['n_origin']} origins; {negative}"]
    lines.append("day  rows   WIS/baseline  log WIS/baseline  inside 50/80/95 %")
    for one in body["horizons"]:  # type: ignore[attr-defined]
        inside = " / ".join(f"{share:.2f}" for share in one["coverage"].values())
        lines.append(f"{one['horizon_day']:3d}  {one['n_row']:5d}  {one['relative_wis']:12}  "
                     f"{one['relative_log_wis']:16}  {inside}")  # fmt: skip
    return "\n".join(lines) + "\n"


def _pair(text: str) -> tuple[str, str]:
    theirs, sign, ours = text.partition("=")
    if not sign or not theirs or not ours:
        raise InputError(Fault("--map-column", text, "THEIRS=OURS", "For example --map-column cases=value."))
    return theirs, ours


def _horizons(text: str) -> list[int]:
    try:
        horizons = [int(one) for one in text.split(",")]
    except ValueError:
        horizons = []
    if not horizons or not all(1 <= one <= N_DAY_AHEAD for one in horizons):
        wanted = f"whole days in 1..{N_DAY_AHEAD}, separated by commas"
        raise InputError(Fault("--horizons", text, wanted, "For example --horizons 1,7,14."))
    return horizons


def _origins(args: argparse.Namespace, day: Sequence[np.datetime64], last_horizon: int) -> list[int]:
    """Positions of the origins that have enough days before and after them."""
    from dashboard.score.epidemic import LEAST_DAY

    try:
        first, last = (np.datetime64(one, "D") for one in args.origins.split(".."))
    except ValueError as error:
        wanted = "FROM..TO, two days"
        raise InputError(Fault("--origins", args.origins, wanted, "For example 2020-11-15..2021-06-20.")) from error
    if args.every < 1:
        raise InputError(Fault("--every", str(args.every), "a whole number from 1", "Take 1 for every day."))
    wanted_days = np.arange(first, last + 1, args.every)
    at = [int((one - day[0]).astype(int)) for one in wanted_days]
    fitting = [k for k in at if LEAST_DAY <= k <= len(day) - last_horizon]
    if not fitting:
        low, high = day[0] + LEAST_DAY, day[-1] - last_horizon + 1
        raise InputError(Fault("--origins", args.origins, f"days in {low}..{high}", "Choose days the file covers."))
    return fitting
