"""`score wind`: typhoon winds at stations, leave one storm out."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any, Final

from dashboard.settings import Settings
from risk_core.errors import Fault, InputError

DISTANCE_KM: Final = (50.0, 1500.0)


def register_wind(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score wind` to the command line."""
    wind = models.add_parser("wind", help="typhoon winds at stations, leave one storm out")
    tracks = "RSMC Tokyo best track (.txt), IBTrACS csv, or a tidy table: storm_id, time, lat_deg, lon_deg, ..."
    wind.add_argument("--tracks", type=Path, required=True, metavar="FILE", help=tracks)
    wind.add_argument(
        "--stations", type=Path, required=True, metavar="FILE", help="station_id, lat_deg, lon_deg, height_m"
    )
    reports = "hourly reports: station_id, time, speed_m_per_s (10-minute mean)"
    wind.add_argument("--observations", type=Path, required=True, metavar="FILE", help=reports)
    rename = "rename a column; begin with tracks:, stations: or observations: to mean one file"
    for name in ("tracks", "observations"):
        more = f"further {name}, only learned from; may be given again"
        wind.add_argument(f"--learn-{name}", type=Path, action="append", default=[], metavar="FILE", help=more)
    wind.add_argument("--map-column", action="append", default=[], metavar="[FILE:]THEIRS=OURS", help=rename)
    wind.add_argument("--utc-offset", default=None, metavar="+09:00", help="offset of report times that name none")
    wind.add_argument("--within", type=float, default=500.0, metavar="KM", help="distance of the centre (500)")
    learn = "what is learned from: all other storms, or those before (others)"
    wind.add_argument("--training", choices=("others", "earlier"), default="others", help=learn)
    wind.add_argument("--json", action="store_true", help="print one JSON object")
    wind.set_defaults(run=run_wind)


def run_wind(args: argparse.Namespace, settings: Settings) -> int:
    """Score the wind models and print a table, or JSON."""
    from dashboard.score.wind.inputs import column_maps, read_inputs
    from dashboard.score.wind.score import score_wind

    if not DISTANCE_KM[0] <= args.within <= DISTANCE_KM[1]:
        wanted = f"{DISTANCE_KM[0]:g}..{DISTANCE_KM[1]:g}"
        raise InputError(Fault("--within", f"{args.within:g}", wanted, "Give kilometres, for example 500."))
    paths = {"tracks": args.tracks, "stations": args.stations, "observations": args.observations}
    more = {"tracks": args.learn_tracks, "observations": args.learn_observations}
    every = [*paths.items(), *((f"learn-{name}", path) for name, given in more.items() for path in given)]
    for name, path in every:
        if not path.is_file():
            raise InputError(Fault(f"--{name}", str(path), "a file", "Check the path."))
    inputs = read_inputs(paths, column_maps(args.map_column, paths, more), args.utc_offset, more)
    body: dict[str, Any] = {
        "model": "Holland 2010 with reported radii, station law from other storms",
        "training": args.training,
        "track": "best track as given: no track error is in the hourly figures",
        **score_wind(inputs, args.within, args.training == "earlier"),
        "n_negative": inputs.n_negative,
        "n_repeated": inputs.n_repeated,
        "n_between_hours": inputs.n_between,
        "track_notes": list(inputs.notes),
    }
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def _words(body: dict[str, Any]) -> str:
    head = (
        "{n_storm} storms, {n_station} stations, {n_hour} hours within {within_km:g} km; learned from {training} storms"
    )
    lines = [head.format(**body)]
    told = {
        "n_negative": "negative reports left out",
        "n_repeated": "reports given twice counted once",
        "n_between_hours": "reports between full hours left out",
        "n_hour_in_track_gaps": "hours in gaps of the tracks left out",
    }
    lines += [f"{body[name]} {words}" for name, words in told.items() if body[name]]
    if body["storms_without_training"]:
        lines.append("not scored, too little to learn from: " + ", ".join(body["storms_without_training"]))
    lines.append(f"{'hourly':24s}{'RMSE m/s':>9s}{'/ station mean':>16s}{'/ plain Holland':>17s}")
    for name, one in body["hourly"].items():
        ratios = "".join(f"{_figure(one.get(key)):>{width}s}"
                         for key, width in (("over_station_mean", 16), ("over_plain_holland", 17)))  # fmt: skip
        lines.append(f"{name:24s}{_figure(one['rmse_m_per_s']):>9s}{ratios}")
    peaks = {name: one for name, one in body["storm_maximum"].items() if name != "n"}
    shown = ", ".join(f"{name} {_figure(one['rmse_m_per_s'])}" for name, one in peaks.items())
    lines.append(f"largest wind of a storm ({body['storm_maximum']['n']}), RMSE m/s: {shown}")
    for hours, one in body["ahead"].items():
        ours, other = _figure(one["rmse_m_per_s"]), _figure(one["persistence_rmse_m_per_s"])
        lines.append(f"+{hours} h with the station's own report: {ours}, persistence {other} ({one['n']})")
    for name in ("best_track", "lead_24_h"):
        one = body["probability"][name]
        gap = _figure(one["mean_gap"])
        lines.append(f"probabilities {name}: Brier {_figure(one['brier'])}, skill {_figure(one['skill'])}, gap {gap}")
    return "\n".join(lines) + "\n"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
