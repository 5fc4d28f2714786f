"""`score closures`: when a closed road opens again, against the median of the closures before it."""

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.settings import Settings
from risk_core.errors import Fault, InputError
from risk_core.hazards.flood.reopening import (
    REOPENING_DEFAULTS,
    PastClosures,
    ReopeningOptions,
    RoadClosure,
    reopening_quantiles_h,
)
from risk_core.scores.quantile import is_covered, weighted_interval_score

if TYPE_CHECKING:
    from dashboard.score.flood.inputs import RoadClosures

PROB: Final = (0.1, 0.25, 0.5, 0.75, 0.9)
ELAPSED_H: Final = (0.0, 6.0, 24.0)
LEAST_PAST: Final = 100
LEAST_H: Final = 0.1
"""Durations below six minutes count as six in logarithms."""
PLAIN: Final = ReopeningOptions(near_weight=0.0, same_road=1.0, same_cause=1.0)
"""The baseline: every earlier closure counts alike."""


def register_closures(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score closures` to the command line."""
    parser = models.add_parser("closures", help="hours until a closed road opens, against the median of those before")
    table = "reported, reopened; perhaps lat_deg, lon_deg, road, comment"
    parser.add_argument("--closures", type=Path, required=True, metavar="FILE", help=table)
    parser.add_argument("--map-column", action="append", default=[], metavar="THEIRS=OURS", help="rename a column")
    longest = f"durations are cut here ({REOPENING_DEFAULTS.longest_h:g})"
    parser.add_argument("--longest", type=float, default=REOPENING_DEFAULTS.longest_h, metavar="HOURS", help=longest)
    parser.add_argument("--flood-only", action="store_true", help="score closures whose comment speaks of water")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_closures)


def run_closures(args: argparse.Namespace, settings: Settings) -> int:
    """Score the reopening model and print a table, or JSON."""
    from dashboard.score.flood.inputs import read_closures
    from dashboard.score.wind.inputs import column_maps

    if not args.closures.is_file():
        raise InputError(Fault("--closures", str(args.closures), "a file", "Check the path."))
    ours = column_maps(args.map_column, {"closures": args.closures})["closures"]
    body = score_closures(read_closures(args.closures, ours), args.longest, args.flood_only)
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def score_closures(closures: "RoadClosures", longest_h: float, flood_only: bool) -> dict[str, Any]:
    """Tell each closure's end when it is reported, and again hours later, from closures known by then.

    Raises
    ------
    InputError
        When no closure has enough others before it.
    """
    duration = np.minimum(closures.past.duration_h, longest_h)
    rows = []
    for elapsed_h in ELAPSED_H:
        ours, plain = (_tell(closures, one, elapsed_h, longest_h) for one in (REOPENING_DEFAULTS, PLAIN))
        scored = np.isfinite(ours[:, 0]) & (duration > elapsed_h) & (closures.is_flood | (not flood_only))
        if elapsed_h == 0 and not scored.any():
            value, wanted = f"{len(duration)} closures", f"{LEAST_PAST} that are {longest_h:g} h older than another"
            raise InputError(Fault("closures", value, wanted, "Give a longer record."))
        told = {"ours": ours[scored], "median_of_all": plain[scored]}
        figures = {name: _figures(one, duration[scored]) for name, one in told.items() if scored.any()}
        rows.append({"elapsed_h": elapsed_h, "n": int(scored.sum()), **figures})
    return {
        "model": "weighted sample of earlier closures: nearness, same road, same cause",
        "baseline": "median_of_all: every earlier closure alike, of those that lasted longer than the hours elapsed",
        "training": f"closures reported {longest_h:g} h or more before the scored one",
        "n_closure": len(duration),
        "n_open": closures.n_open,
        "n_backward": closures.n_backward,
        "longest_h": longest_h,
        "elapsed": rows,
    }


def _tell(
    closures: "RoadClosures", options: ReopeningOptions, elapsed_h: float, longest_h: float
) -> NDArray[np.float64]:
    """Quantiles of each closure's hours, shape=(n, n_prob), NaN where too few closures were known."""
    past = closures.past
    known = np.searchsorted(closures.reported_h, closures.reported_h - longest_h, side="right")
    cut = ReopeningOptions(options.near_m, options.near_weight, options.same_road, options.same_cause, longest_h)
    out = np.full((len(known), len(PROB)), np.nan)
    for k in np.flatnonzero(known >= LEAST_PAST):
        n = known[k]
        before = PastClosures(past.lat_deg[:n], past.lon_deg[:n], past.road[:n], past.cause[:n], past.duration_h[:n])
        one = RoadClosure(past.lat_deg[k], past.lon_deg[k], int(past.road[k]), int(past.cause[k]))
        out[k] = reopening_quantiles_h(before, one, PROB, elapsed_h, cut)
    return out


def _figures(told_h: NDArray[np.float64], truth_h: NDArray[np.float64]) -> dict[str, float]:
    prob, middle = np.array(PROB), told_h[:, PROB.index(0.5)]
    gap = np.log(np.maximum(middle, LEAST_H)) - np.log(np.maximum(truth_h, LEAST_H))
    return {
        "mae_h": float(np.abs(middle - truth_h).mean()),
        "log_mae": float(np.abs(gap).mean()),
        "wis_h": float(weighted_interval_score(prob, told_h, truth_h).mean()),
        "covered_80": float(is_covered(prob, told_h, truth_h, 0.8).mean()),
    }


def _words(body: dict[str, Any]) -> str:
    lines = [f"{body['n_closure']} closures, durations cut at {body['longest_h']:g} h"]
    told = {"n_open": "without an end left out", "n_backward": "that end before they begin left out"}
    lines += [f"{body[name]} {words}" for name, words in told.items() if body[name]]
    for row in body["elapsed"]:
        lines.append(f"closed for {row['elapsed_h']:g} h ({row['n']}):")
        for name in ("ours", "median_of_all"):
            if name in row:
                figures = ", ".join(f"{key} {value:.3f}" for key, value in row[name].items())
                lines.append(f"  {name:14s}{figures}")
    return "\n".join(lines) + "\n"
