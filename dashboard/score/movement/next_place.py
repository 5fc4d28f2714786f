"""`score movement`: the next place of each person, on visits of one's own."""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from dashboard.score.maps import pairs
from dashboard.settings import Settings


def register_movement(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score movement` to the command line."""
    parser = models.add_parser("movement", help="the next place of each person against a Markov chain of one's own")
    told = "csv, csv.gz or parquet: user, place, time (or start_day, start_min, weekday instead of time)"
    parser.add_argument("--train", type=Path, required=True, help=told)
    parser.add_argument("--valid", type=Path, required=True, help="later visits: decay times are chosen on them")
    parser.add_argument("--test", type=Path, required=True, help="last visits: asked one by one, then learned")
    parser.add_argument("--zone", default="", help="time zone of times with an offset, where the file names none")
    parser.add_argument("--map-column", action="append", default=[], metavar="THEIRS=OURS", help="rename a column")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_movement)


def run_movement(args: argparse.Namespace, settings: Settings) -> int:
    """Score the models and print a table, or JSON."""
    import pandas as pd

    from dashboard.score.movement.place_scores import number_visits, score_visits
    from dashboard.score.movement.visits import check_order, read_visits

    ours = pairs("--map-column", args.map_column)
    read = [read_visits(getattr(args, name), ours, name, args.zone) for name in ("train", "valid", "test")]
    rows = pd.concat([one.rows for one in read], ignore_index=True)
    check_order(rows)
    visits = number_visits(rows)
    body = {
        "n_user": int(visits.person.max()) + 1,
        "n_place": int(visits.place.max()) + 1,
        **{f"n_{name}": len(one.rows) for name, one in zip(("train", "valid", "test"), read, strict=True)},
        "n_repeated": sum(one.n_repeated for one in read),
        **score_visits(visits),
    }
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def _words(body: dict[str, Any]) -> str:
    lines = [
        f"{body['n_user']} users, {body['n_place']} places; {body['n_train']} visits taught, {body['n_valid']} to "
        f"choose on, {body['n_test']} asked and then learned"
    ]
    if body["n_repeated"]:
        lines.append(f"{body['n_repeated']} rows given twice, kept as visits")
    lines.append("model                                   acc@1   @5   @10   NDCG@10   MRR   log loss   calib.   us")
    for one in body["models"]:
        us = f"{one['event_us']:5.1f}" if "event_us" in one else "    -"
        lines.append(
            f"{one['model']:38}  {one['acc_1']:.4f} {one['acc_5']:.4f} {one['acc_10']:.4f}  {one['ndcg_10']:.4f}  "
            f"{one['mrr']:.4f}  {one['log_loss']:8.3f}  {one['calibration_error']:.4f}  {us}"
        )
    return "\n".join(lines) + "\n"
