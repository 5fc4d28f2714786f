"""The figures of `score path`."""

import argparse
import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd

from dashboard.score.maps import pairs
from dashboard.score.movement.tracks import TrackTable, read_tracks
from risk_core.errors import Fault, InputError
from risk_core.kernels.analogue import energy_score
from risk_core.movement.path_ahead import END, Cloud, predict_cloud, weighted_radius
from risk_core.movement.path_book import Trip, TripBook
from risk_core.movement.path_options import PathOptions
from risk_core.units import S_PER_H

TEST_SHARE: Final = 0.2
RULES: Final = {"stay": 0.0, "dead reckoning 0.6": 0.6, "constant velocity": 1.0}
END_MINUTES: Final = 5.0
"""Minutes that dead reckoning carries on towards an unknown end."""

OPTIONS: Final = PathOptions(most_spread_m=1e6)
"""For scoring everything is told, so that no hard question is left out."""


def measure(args: argparse.Namespace, home: Path) -> dict[str, Any]:
    """Read, learn, ask and score.

    Raises
    ------
    InputError
        When files or options do not fit.
    """
    minutes = _minutes(args.horizons)
    table = read_tracks(args.tracks, pairs("--map-column", args.map_column), args.gap_s, args.zone_h * S_PER_H)
    train, test = _split(table, args)
    book = _book_of(table, train)
    path_of = None
    if args.network:
        from dashboard.score.movement.path_streets import street_scorer

        path_of = street_scorer(home, args.network, table, train)
    horizons = []
    for minute in (*minutes, None):
        questions = _questions(test, minute, args.queries, args.seed)
        if questions:
            learner = _Learner(_book_of(table, train), test) if args.online else _Learner(book, [])
            horizons.append(_score(learner, questions, minute, args, path_of))
    shares = []
    for share in [float(one) for one in args.shares.split(",") if one]:
        part = _part(table, train, share)
        five = _questions(test, 5, args.queries, args.seed)
        end = _questions(test, None, args.queries, args.seed)
        energy = {name: _score(_Learner(part, []), some, minute, args, None)["models"]["ours"]["energy_score_m"]
                  for name, some, minute in (("5", five, 5), ("end", end, None))}  # fmt: skip
        shares.append({"share": share, "n_trip": part.n_trip, "energy_score_m": energy})
    return {
        "model": "analogues",
        "n_train": len(train),
        "n_test": len(test),
        "n_user": table.n_user,
        "n_refused": table.n_refused,
        "horizons": horizons,
        "shares": shares,
    }


def _minutes(text: str) -> list[int]:
    try:
        minutes = [int(one) for one in text.split(",")]
    except ValueError:
        minutes = []
    if not minutes or not all(1 <= one <= 60 for one in minutes):
        raise InputError(Fault("--horizons", text, "whole minutes in 1..60, separated by commas", "Try 1,5,10."))
    return minutes


def _moment(argument: str, text: str) -> float:
    try:
        when = pd.Timestamp(text)
    except ValueError:
        raise InputError(Fault(argument, text, "a moment in ISO 8601", "For example 2008-06-05T08:00.")) from None
    return float((when if when.tzinfo else when.tz_localize("UTC")).timestamp())


def _split(table: TrackTable, args: argparse.Namespace) -> tuple[list[Trip], list[Trip]]:
    """Trips to learn from and trips to test, by the moment they begin; what is learnt has ended before."""
    begin = np.array([trip.begin_s for trip in table.trips])
    cut = _moment("--train-until", args.train_until) if args.train_until else np.quantile(begin, 1 - TEST_SHARE)
    end = _moment("--test-until", args.test_until) if args.test_until else np.inf
    train = [trip for trip in table.trips if trip.begin_s < cut]
    test = [trip for trip in table.trips if cut <= trip.begin_s < end]
    if not train or not test:
        wanted = "a moment between the first and the last trip"
        remedy = f"Trips begin from {pd.Timestamp(begin.min(), unit='s')} to {pd.Timestamp(begin.max(), unit='s')}."
        raise InputError(Fault("--train-until", str(args.train_until), wanted, remedy))
    return train, test


def _questions(test: list[Trip], minute: int | None, n: int, seed: int) -> list[tuple[Trip, int]]:
    """Trips and the position asked from: any that leaves two minutes behind and enough ahead; half way for the end."""
    rng = np.random.default_rng(seed)
    least = 5 if minute is None else minute + 4
    fit = [trip for trip in test if len(trip.east_m) >= least]
    if not fit:
        return []
    chosen = rng.choice(len(fit), min(n, len(fit)), replace=False) if n <= len(fit) else rng.choice(len(fit), n)
    out = []
    for i in np.sort(chosen):
        last = len(fit[i].east_m) - 1
        at = round(last / 2) if minute is None else 2 + int(rng.random() * (last - minute - 1))
        out.append((fit[i], at))
    return out


def _score(
    learner: "_Learner", questions: list[tuple[Trip, int]], minute: int | None, args: argparse.Namespace, path_of: Any
) -> dict[str, Any]:
    """Errors of the model and of the simple rules on the same questions."""
    step = END if minute is None else minute
    errors: dict[str, list[float]] = {"ours": [], **{name: [] for name in RULES}}
    energy, inside, covered, spent = [], [], [], 0.0
    for trip, at in questions:
        learner.until(trip.begin_s)
        so_far = Trip(trip.east_m[: at + 1], trip.north_m[: at + 1], trip.begin_s, trip.user if args.own else -1)
        began = time.process_time()
        cloud = predict_cloud(learner.book, so_far, step, OPTIONS, given_moving=True)
        spent += time.process_time() - began
        true = (
            (trip.east_m[-1], trip.north_m[-1])
            if minute is None
            else (trip.east_m[at + minute], trip.north_m[at + minute])
        )
        for name, share in RULES.items():
            errors[name].append(_reckoning_error(trip, at, share, minute, true))
        if not cloud.is_enough:
            errors["ours"].append(errors["dead reckoning 0.6"][-1])
            energy.append(errors["ours"][-1])
            continue
        errors["ours"].append(float(np.hypot(cloud.middle_east_m - true[0], cloud.middle_north_m - true[1])))
        energy.append(energy_score(cloud.east_m, cloud.north_m, cloud.weight, *true))
        inside.append(_inside(cloud, errors["ours"][-1]))
        if path_of is not None and minute is not None:
            covered.append(path_of(so_far, trip, at, minute))
    models = {
        name: {"median_m": float(np.median(some)), "mean_m": float(np.mean(some))} for name, some in errors.items()
    }
    models["ours"]["energy_score_m"] = float(np.mean(energy))
    best = min(models[name]["median_m"] for name in RULES)
    body = {
        "minute": minute,
        "n_query": len(questions),
        "models": models,
        "median_ratio_to_best": models["ours"]["median_m"] / best if best > 0 else None,
        "share_answered": len(inside) / len(questions),
        "inside_50": float(np.mean([one[0] for one in inside])) if inside else 0.0,
        "inside_90": float(np.mean([one[1] for one in inside])) if inside else 0.0,
        "cpu_ms": spent / len(questions) * 1e3,
    }
    known = [one for one in covered if one is not None]
    return {**body, "share_of_path": float(np.mean(known)), "n_path": len(known)} if known else body


def _inside(cloud: Cloud, error_m: float) -> tuple[bool, bool]:
    """Whether the truth lies within the 50 % and the 90 % radius."""
    middle = (cloud.middle_east_m, cloud.middle_north_m)
    wide = weighted_radius(cloud.east_m, cloud.north_m, cloud.weight, *middle, 0.9)
    return error_m <= cloud.radius_m, error_m <= wide


def _reckoning_error(trip: Trip, at: int, share: float, minute: int | None, true: tuple[float, float]) -> float:
    back = max(at - 2, 0)
    ahead = share * (END_MINUTES if minute is None else minute) / max(at - back, 1)
    east = trip.east_m[at] + ahead * (trip.east_m[at] - trip.east_m[back])
    north = trip.north_m[at] + ahead * (trip.north_m[at] - trip.north_m[back])
    return float(np.hypot(east - true[0], north - true[1]))


class _Learner:
    """A book, and the trips to be added to it once they have ended."""

    def __init__(self, book: TripBook, trips: list[Trip]) -> None:
        self.book = book
        self._waiting = sorted(trips, key=_end_s)

    def until(self, now_s: float) -> None:
        ended = [trip for trip in self._waiting if _end_s(trip) <= now_s]
        if ended:
            self._waiting = self._waiting[len(ended) :]
            self.book.add(ended)


def _end_s(trip: Trip) -> float:
    return trip.begin_s + 60.0 * len(trip.east_m)


def _book_of(table: TrackTable, trips: list[Trip]) -> TripBook:
    book = TripBook(table.plane)
    book.add(trips)
    return book


def _part(table: TrackTable, train: list[Trip], share: float) -> TripBook:
    """A book of a share of the users, chosen by a fixed draw."""
    rank = np.random.default_rng(0).permutation(table.n_user) / table.n_user
    return _book_of(table, [trip for trip in train if rank[trip.user] < share])
