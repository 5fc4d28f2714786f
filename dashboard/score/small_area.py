"""`score small-area`: one-step forecasts of counts in small areas, with neighbours and without."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from dashboard.settings import Settings
from risk_core.errors import Fault, InputError
from risk_core.hazards.epidemic.endemic import (
    ENDEMIC_DEFAULTS,
    HHH4_OPTIONS,
    EndemicOptions,
    NeighbourWeights,
    fit_endemic,
)
from risk_core.hazards.epidemic.endemic_forecast import choose_weights, score_held_out
from risk_core.scores.bootstrap import block_bootstrap_ratio
from risk_core.scores.count import CountScores
from risk_core.scores.persistence import fit_persistence, score_persistence

YEAR_DAY: Final = 364.0
"""52 weeks: the season of weekly counts as the literature takes it."""
YEAR_STEP: Final = 52.0
PLAIN: Final = "plain"


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
    parser.add_argument("--layout", choices=("long", "wide"), default="long",
                        help="wide: one column a place, rows in order of time (neighbours: of places) (long)")  # fmt: skip
    parser.add_argument(
        "--held-out", type=int, default=52, metavar="STEPS", help="last steps, forecast one by one (52)"
    )
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
    from dashboard.score import small_area_table as table

    files = [args.cases, args.neighbours, args.population, *([args.flows] if args.flows else [])]
    ours = dict(zip(files, _maps(args.map_column, [table.columns_of(path) for path in files]), strict=True))
    wide = args.layout == "wide"
    cases = (table.read_wide_counts if wide else table.read_long_counts)(args.cases, ours[args.cases])
    n_step = len(cases.count)
    _check_steps(args, n_step)
    first, places = n_step - args.held_out, cases.places
    read_matrix = table.read_wide_matrix if wide else table.read_long_matrix
    order = table.orders_of(read_matrix(args.neighbours, ours[args.neighbours], places))
    if wide:
        named = ours[args.population]
        population = table.read_wide_population(args.population, named, places, n_step, first - 1)
    else:
        population = table.read_long_population(args.population, ours[args.population], places)
    period = args.period or (YEAR_STEP if cases.step_day is None else YEAR_DAY / cases.step_day)
    season = {"period_step": period, "n_harmonic": args.harmonics}
    _check_season(period, args.harmonics, first)
    flow = read_matrix(args.flows, ours[args.flows], places) if args.flows else None
    weights, choice = _chosen(cases.count[:first], population, order, flow, args.held_out, season)
    matrix = flow if flow is not None and weights is NeighbourWeights.FLOW else order
    models = _models(cases.count, population, matrix, weights, args, season)
    return {
        "n_place": len(places),
        "n_step": n_step,
        "n_held_out": args.held_out,
        "first_held_out": cases.step[first],
        "last_held_out": cases.step[-1],
        "refit_every": args.refit_every,
        "n_negative": cases.n_negative,
        "weights": weights.value,
        "weights_log_score": choice,
        "baseline": PLAIN,
        "models": models,
    }


def _chosen(
    known: NDArray[np.float64],
    population: NDArray[np.float64],
    order: NDArray[np.float64],
    flow: NDArray[np.float64] | None,
    n_held_out: int,
    season: Mapping[str, Any],
) -> tuple[NeighbourWeights, dict[str, float] | None]:
    """Orders or flows, by the last steps before the held-out ones."""
    if flow is None:
        return NeighbourWeights.ORDER, None
    n_tried = min(n_held_out, len(known) // 4)
    found = choose_weights(known, population, order, flow, n_tried, replace(ENDEMIC_DEFAULTS, **season))
    return found.weights, {kind.value: round(score, 5) for kind, score in found.log_score.items()}


def _models(
    count: NDArray[np.float64],
    population: NDArray[np.float64],
    matrix: NDArray[np.float64],
    weights: NeighbourWeights,
    args: argparse.Namespace,
    season: Mapping[str, Any],
) -> list[dict[str, Any]]:
    """Scores of every model on the same rows."""
    options = {
        PLAIN: replace(HHH4_OPTIONS, weights=weights, **season),
        "shrunken": replace(ENDEMIC_DEFAULTS, weights=weights, **season),
        "no neighbours": replace(HHH4_OPTIONS, weights=NeighbourWeights.NONE, **season),
    }
    known = count[: len(count) - args.held_out]
    scores = {
        name: score_held_out(count, population, matrix, args.held_out, one, args.refit_every)
        for name, one in options.items()
    }
    seconds = {name: _fit_seconds(known, population, matrix, one) for name, one in options.items()}
    scores["last count"] = score_persistence(count, args.held_out, args.refit_every)
    start = perf_counter()
    fit_persistence(known)
    seconds["last count"] = perf_counter() - start
    return [_model(name, one, scores[PLAIN], seconds[name]) for name, one in scores.items()]


def _fit_seconds(
    known: NDArray[np.float64], population: NDArray[np.float64], matrix: NDArray[np.float64], options: EndemicOptions
) -> float:
    """Wall time of one fit from scratch; the kernels have been compiled by the scoring before."""
    start = perf_counter()
    fit_endemic(known, population, matrix, options)
    return perf_counter() - start


def _model(name: str, scores: CountScores, plain: CountScores, fit_s: float) -> dict[str, Any]:
    known = np.isfinite(scores.log_score)
    if not known.any():
        raise InputError(Fault("--held-out", "steps without any count", "known counts", "Hold more steps out."))
    by_step, of_plain = (np.nansum(one.log_score, axis=1) for one in (scores, plain))
    low, high = block_bootstrap_ratio(by_step, of_plain)
    return {
        "model": name,
        "n_row": int(known.sum()),
        "log_score": round(float(np.nanmean(scores.log_score)), 5),
        "ranked_score": round(float(np.nanmean(scores.ranked_score)), 5),
        "relative_log_score": round(float(by_step.sum() / of_plain.sum()), 4),
        "relative_log_score_interval": [round(end, 4) if np.isfinite(end) else None for end in (low, high)],
        "fit_s": round(fit_s, 3),
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
    faults = [
        Fault(
            "--map-column", text, "THEIRS=OURS, a column of one of the files", "For example --map-column cases=value."
        )
        for text, (theirs, _, ours) in zip(texts, pairs, strict=True)
        if not ours or not any(theirs in names for names in headers)
    ]
    if faults:
        raise InputError(*faults)
    return [{theirs: ours for theirs, _, ours in pairs if theirs in names} for names in headers]


def _check_steps(args: argparse.Namespace, n_step: int) -> None:
    faults = []
    if not 1 <= args.held_out < n_step - 1:
        remedy = f"The file has {n_step} steps."
        faults.append(Fault("--held-out", str(args.held_out), f"a whole number in 1..{n_step - 2}", remedy))
    if args.refit_every < 0:
        faults.append(Fault("--refit-every", str(args.refit_every), "a whole number from 0", "0 fits once."))
    if faults:
        raise InputError(*faults)


def _check_season(period: float, n_harmonic: int, n_known: int) -> None:
    """A season is learnt from two of it at least."""
    if n_harmonic > 0 and n_known < 2 * period:
        wanted = f"0, as the {n_known} steps before the held-out ones are less than two seasons of {period:g}"
        raise InputError(Fault("--harmonics", str(n_harmonic), wanted, "Give --harmonics 0, or a shorter --period."))
