"""Command `learn`: refit what can be refitted on an area's cases, keep what is no worse, write both down."""

import argparse
import json
import math
import os
import sys
import time
from datetime import UTC, datetime
from typing import Any, Final

from dashboard.settings import Settings

NICENESS: Final = 10
"""A round started by the refresh loop gives way to everything else."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command to the parser."""
    help_text = "refit on the cases observed so far; an update that is worse is refused and what was in use stays"
    parser = subparsers.add_parser("learn", help=help_text)
    parser.add_argument("--area", action="append", default=[], metavar="AREA", help="an area; every one when left out")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--dry-run", action="store_true", help="tell what would be decided, change nothing")
    parser.add_argument("--parent", type=int, default=None, help=argparse.SUPPRESS)
    parser.add_argument("--budget-s", type=float, default=math.inf, help=argparse.SUPPRESS)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Learn area by area; exit status 1 where one failed."""
    from dashboard.learn.learn import WEEKLY_EVERY_S, LearnOptions, OverBudgetError, learn_area
    from dashboard.store.library import Library
    from dashboard.store.models import Verdict
    from dashboard.store.records import record_to_json

    library = Library(settings, marks_use=False)
    is_loop = args.parent is not None
    if is_loop:
        os.nice(NICENESS)
    options = LearnOptions(is_dry=args.dry_run, weekly_every_s=WEEKLY_EVERY_S if is_loop else 0.0)
    areas: list[dict[str, Any]] = []
    for area_id in args.area or library.area_ids():
        began_s, began_cpu_s = time.monotonic(), time.process_time()

        def took_s(began_s: float = began_s) -> float:
            return time.monotonic() - began_s

        def stop(began_cpu_s: float = began_cpu_s) -> None:
            if is_loop and os.getppid() != args.parent:
                raise SystemExit(1)
            if time.process_time() - began_cpu_s > args.budget_s:
                raise OverBudgetError(f"{args.budget_s:.0f} s")

        decisions = learn_area(library, area_id, time.time(), options, took_s, stop)
        areas.append({"area": area_id, "decisions": [_known(record_to_json(one)) for one in decisions]})
        if not args.json:
            sys.stdout.write(_words(areas[-1]))
    if args.json:
        sys.stdout.write(json.dumps({"dry_run": args.dry_run, "areas": areas}, ensure_ascii=False) + "\n")
    verdicts = [one["verdict"] for area in areas for one in area["decisions"]]
    return int(Verdict.FAILED in verdicts and not is_loop)


def _known(value: Any) -> Any:
    """The same with None for numbers that JSON does not know."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {name: _known(one) for name, one in value.items()}
    return [_known(one) for one in value] if isinstance(value, list) else value


def _words(area: dict[str, Any]) -> str:
    if not area["decisions"]:
        return f"{area['area']}: no observed cases, nothing to learn from\n"
    return "".join(f"{area['area']}: {_line(one)}\n" for one in area["decisions"])


def _line(decision: dict[str, Any]) -> str:
    told = f"{decision['subject']} {decision['verdict']} ({decision['cause']})"
    if decision["detail"]:
        told += f": {decision['detail']}"
    if decision["score_before"] is not None:
        first, last = (_day(decision[name]) for name in ("first_origin_s", "last_origin_s"))
        told += f", score {decision['score_before']:.4f} -> {decision['score_after']:.4f}"
        told += f" on {decision['n_origin']} origins {first}..{last}"
    before, after = dict(decision["settings_before"]), dict(decision["settings_after"])
    moved = [f"{name} {before.get(name):g} -> {value:g}" for name, value in after.items() if before.get(name) != value]
    rows = ", ".join(f"{one['source']} {one['n_row']} rows" for one in decision["sources"])
    return "; ".join([told, *moved, rows, f"{decision['took_s']:.1f} s"])


def _day(unix_s: float) -> str:
    return datetime.fromtimestamp(unix_s, UTC).date().isoformat()
