"""`score rt`: the reproduction number, on a file or on waves of known R (`dashboard.score.epidemic.reproduction`)."""

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dashboard.settings import Settings
from risk_core.errors import Fault, InputError


def register_rt(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score rt` to the command line."""
    rt = models.add_parser("rt", help="the reproduction number by Cori and by growth, on a file or on waves of known R")
    rt.add_argument("--cases", type=Path, help="csv, csv.gz or parquet: location, date, value; simulated without it")
    rt.add_argument("--map-column", action="append", default=[], metavar="THEIRS=OURS", help="rename a column")
    rt.add_argument("--every", type=int, default=5, metavar="DAYS", help="days between those compared (5)")
    rt.add_argument("--seed", type=int, default=101, help="first seed of the waves (101)")
    rt.add_argument("--n-seed", type=int, default=8, help="seeds from there on (8)")
    rt.add_argument("--n-place", type=int, default=60, help="places for each seed (60)")
    rt.add_argument("--json", action="store_true", help="print one JSON object")
    rt.set_defaults(run=run_rt)


def run_rt(args: argparse.Namespace, settings: Settings) -> int:
    """Score on the file where there is one, else on waves, and print a table, or JSON."""
    from dashboard.score.epidemic.reproduction import LEAST_DAY, score_file, score_known
    from dashboard.score.epidemic.table import read_daily

    for name, most in (("every", 1000), ("n_seed", 1000), ("n_place", 5000)):
        if not 1 <= getattr(args, name) <= most:
            flag = f"--{name.replace('_', '-')}"
            raise InputError(Fault(flag, str(getattr(args, name)), f"a whole number in 1..{most}", "Leave it out."))
    if args.cases is None:
        body = score_known(range(args.seed, args.seed + args.n_seed), args.n_place)
    else:
        pairs = [one.partition("=")[::2] for one in args.map_column]
        wrong = [f"{theirs}={ours}" for theirs, ours in pairs if not (theirs and ours)]
        if wrong:
            raise InputError(Fault("--map-column", wrong[0], "THEIRS=OURS", "For example --map-column cases=value."))
        table = read_daily(args.cases, dict(pairs))
        if len(table.day) <= LEAST_DAY + args.every:
            wanted = f"more than {LEAST_DAY + args.every} days"
            raise InputError(Fault("--cases", f"{len(table.day)} days", wanted, "Give more days.", args.cases.name))
        body = score_file(table.count, args.every)
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def _words(body: Mapping[str, Any]) -> str:
    if body["truth"] == "none":
        lines = [f"{body['n_row']} rows; growth against Cori, median |log| {body['median_abs_log_gap']:.3f}, "
                 f"90 % intervals apart {body['intervals_apart_share']:.3f}"]  # fmt: skip
        for name, one in body["next_day_coverage"].items():
            lines.append(f"next day inside 50/90 %, {name}: {one['50']:.2f} / {one['90']:.2f}")
        return "\n".join(lines) + "\n"
    lines = [f"{'estimate':40}  rows  |log error|  bias   inside 50/90 %  right side of 1"]
    for name, one in body["scores"].items():
        inside = f"{one['coverage_50']:.2f} / {one['coverage_90']:.2f}"
        lines.append(f"{name:40}  {one['n_row']:4d}  {one['median_abs_log_error']:11.3f}  {one['bias']:+.3f}  "
                     f"{inside}     {one['right_side_of_one_share']:.3f}")  # fmt: skip
    return "\n".join(lines) + "\n"
