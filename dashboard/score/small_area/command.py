"""`score small-area`: one-step forecasts of counts in small areas, with neighbours and without."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from dashboard.settings import Settings
from risk_core.errors import Fault, raise_faults

YEAR_DAY: Final = 364.0
"""52 weeks: the season of weekly counts as the literature takes it."""
YEAR_STEP: Final = 52.0


def register_small_area(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score small-area` to the command line."""
    parser = models.add_parser(
        "small-area", help="weekly counts of small areas against the plain endemic-epidemic model"
    )
    parser.add_argument("--cases", type=Path, required=True, help="csv, csv.gz or parquet: location, date, value")
    parser.add_argument("--neighbours", type=Path, required=True,
                        help="location, neighbour, value: borders between them, or 1 for those that touch")  # fmt: skip
    parser.add_argument("--population", type=Path, required=True, help="location, population (people or shares)")
    parser.add_argument("--flows", type=Path, help="location, neighbour, value: people who travel; used if better")
    layout = "wide: a column a place, rows in order of time, of places in --neighbours and --flows (long)"
    parser.add_argument("--layout", choices=("long", "wide"), default="long", help=layout)
    parser.add_argument("--held-out", type=int, default=52, metavar="STEPS", help="last steps, forecast singly (52)")
    parser.add_argument("--refit-every", type=int, default=1, metavar="STEPS", help="0 fits once (1)")
    parser.add_argument("--period", type=float, metavar="STEPS", help="steps in a season (52 weeks)")
    parser.add_argument("--harmonics", type=int, default=3, help="waves of the season, 0 for none (3)")
    parser.add_argument("--map-column", action="append", default=[], metavar="THEIRS=OURS", help="rename a column")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_small_area)


def run_small_area(args: argparse.Namespace, settings: Settings) -> int:
    """Score the models and print a table, or JSON."""
    body = measure(args)
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def measure(args: argparse.Namespace) -> dict[str, Any]:
    """Read the files, fit up to the first held-out step, forecast the held-out ones and score them.

    Raises
    ------
    InputError
        When files or options do not fit.
    """
    from dashboard.score.small_area import table
    from dashboard.score.small_area.models import AreaData, ScorePlan, score_models

    files = [args.cases, args.neighbours, args.population, *([args.flows] if args.flows else [])]
    ours = dict(zip(files, _maps(args.map_column, [table.columns_of(path) for path in files]), strict=True))
    wide = args.layout == "wide"
    cases = (table.read_wide_counts if wide else table.read_long_counts)(args.cases, ours[args.cases])
    n_step = len(cases.count)
    year = YEAR_STEP if cases.step_day is None else YEAR_DAY / cases.step_day
    period = year if args.period is None else args.period
    _check(args, n_step, period)
    first, named = n_step - args.held_out, ours[args.population]
    read_matrix = table.read_wide_matrix if wide else table.read_long_matrix
    data = AreaData(
        count=cases.count,
        population=(
            table.read_wide_population(args.population, named, cases.places, n_step, first - 1)
            if wide
            else table.read_long_population(args.population, named, cases.places)
        ),
        order=table.orders_of(read_matrix(args.neighbours, ours[args.neighbours], cases.places)),
        flow=read_matrix(args.flows, ours[args.flows], cases.places) if args.flows else None,
    )
    return {
        "n_place": len(cases.places),
        "n_step": n_step,
        "n_held_out": args.held_out,
        "first_held_out": cases.step[first],
        "last_held_out": cases.step[-1],
        "refit_every": args.refit_every,
        "n_negative": cases.n_negative,
        **score_models(data, ScorePlan(args.held_out, args.refit_every, period, args.harmonics)),
    }


def _words(body: Mapping[str, Any]) -> str:
    lines = [
        f"{body['n_place']} places, {body['n_step']} steps; {body['n_held_out']} held out, {body['first_held_out']} to "
        f"{body['last_held_out']}; weights by {body['weights']}"
    ]
    if body["n_negative"]:
        lines.append(f"{body['n_negative']} negative counts taken as missing")
    lines.append("model            rows  log score  ranked score  log score/plain (95 %)  fit s")
    for one in body["models"]:
        low, high = ("-" if end is None else f"{end:.3f}" for end in one["relative_log_score_interval"])
        ratio = f"{one['relative_log_score']:.3f} ({low}-{high})"
        lines.append(f"{one['model']:13}  {one['n_row']:6d}  {one['log_score']:9.5f}  {one['ranked_score']:12.5f}  "
                     f"{ratio:22}  {one['fit_s']:5.2f}")  # fmt: skip
    return "\n".join(lines) + "\n"


def _maps(texts: Sequence[str], headers: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """The renamings that each file has a column for; each must be of use to one file at least."""
    pairs = [text.partition("=") for text in texts]
    wanted, remedy = "THEIRS=OURS, a column of one of the files", "For example --map-column cases=value."
    faults = [
        Fault("--map-column", text, wanted, remedy)
        for text, (theirs, _, ours) in zip(texts, pairs, strict=True)
        if not ours or not any(theirs in names for names in headers)
    ]
    raise_faults(faults)
    return [{theirs: ours for theirs, _, ours in pairs if theirs in names} for names in headers]


def _check(args: argparse.Namespace, n_step: int, period: float) -> None:
    """Options that have to fit the length of the data; a season is learnt from two of it at least."""
    faults = []
    if not 1 <= args.held_out <= n_step - 2:
        remedy = f"The file has {n_step} steps."
        faults.append(Fault("--held-out", str(args.held_out), f"a whole number in 1..{n_step - 2}", remedy))
    if args.refit_every < 0:
        faults.append(Fault("--refit-every", str(args.refit_every), "a whole number from 0", "0 fits once."))
    if args.harmonics > 0 and n_step - args.held_out < 2 * period:
        known = f"the {n_step - args.held_out} steps before the held-out ones"
        wanted = f"0, as {known} are fewer than two seasons of {period:g}"
        remedy = "Give --harmonics 0, a shorter --period or fewer --held-out."
        faults.append(Fault("--harmonics", str(args.harmonics), wanted, remedy))
    raise_faults(faults)
