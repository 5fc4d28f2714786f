"""`score path`: how far off the foreseen place is some minutes ahead, beside simple rules, on tracks of one's own."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from dashboard.settings import Settings


def register_path(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score path` to the command line."""
    parser = models.add_parser("path", help="places minutes ahead and ends of trips against dead reckoning")
    parser.add_argument("--tracks", type=Path, required=True,
                        help="csv, csv.gz or parquet: user, time, lat, lon (degrees; lat_e5, lon_e5: x 100,000); "
                             "trip where known")  # fmt: skip
    parser.add_argument("--network", metavar="AREA", help="installed area: share of the true path that was foreseen")
    parser.add_argument("--train-until", metavar="TIME", help="UTC, ISO 8601; trips that begin later are the test "
                                                              "(the last fifth of them)")  # fmt: skip
    parser.add_argument("--test-until", metavar="TIME", help="trips that begin later are left out")
    parser.add_argument("--horizons", default="1,5,10", help="minutes ahead (1,5,10)")
    parser.add_argument("--queries", type=int, default=2000, help="questions for each horizon (2000)")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of questions (1)")
    parser.add_argument("--zone-h", type=float, default=0.0, help="hours the local clock is ahead of UTC (0)")
    parser.add_argument("--gap-s", type=float, default=300.0, help="a longer silence ends a trip (300)")
    parser.add_argument("--online", action="store_true", help="learn each test trip once it has ended")
    parser.add_argument("--own", action="store_true", help="let the person's own trips weigh more")
    parser.add_argument("--shares", default="", help="shares of users to train with, for example 0.01,0.1,1")
    parser.add_argument("--map-column", action="append", default=[], metavar="THEIRS=OURS", help="rename a column")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_path)


def run_path(args: argparse.Namespace, settings: Settings) -> int:
    """Score and print a table, or JSON."""
    from dashboard.score.movement.path_scores import measure

    body = measure(args, settings.home)
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def _words(body: dict[str, Any]) -> str:
    lines = [f"{body['n_train']} trips to learn from, {body['n_test']} to test, {body['n_refused']} pings refused"]
    lines.append("ahead      model                median    mean  energy score")
    for one in body["horizons"]:
        name = "end" if one["minute"] is None else f"{one['minute']} min"
        for model, figures in one["models"].items():
            energy = figures.get("energy_score_m")
            lines.append(f"{name:9}  {model:18}  {figures['median_m']:7.0f} {figures['mean_m']:7.0f}"
                         f"  {'' if energy is None else f'{energy:7.0f}'}")  # fmt: skip
        said = f"{one['share_answered']:.1%} answered, {one['cpu_ms']:.2f} ms each"
        if "share_of_path" in one:
            said += f", {one['share_of_path']:.1%} of the true path foreseen"
        lines.append(f"           ({one['n_query']} questions, {said}; {one['inside_50']:.0%} / {one['inside_90']:.0%}"
                     " inside the 50 / 90 % radius)")  # fmt: skip
    lines += [f"with {one['share']:.0%} of the users: energy score {one['energy_score_m']}" for one in body["shares"]]
    return "\n".join(lines) + "\n"
