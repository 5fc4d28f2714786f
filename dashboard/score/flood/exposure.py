"""`score exposure`: whether the declared index of areas without heights names the places that flood."""

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from dashboard.score.rows import MISSING, faults_of, read_table
from dashboard.settings import Settings
from risk_core.errors import Fault, InputError
from risk_core.hazards.flood.exposure_index import exposure_index
from risk_core.scores.probability import average_precision, brier_score, reliability

TERMS: Final = ("underpass_m", "stream_m", "basement_share")
TOP_SHARE: Final = 0.1
"""Places of the highest index that are looked at beside the whole ranking."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class FloodPlaces:
    """Places and whether they flooded.

    Attributes
    ----------
    terms
        By name of `TERMS`, shape=(n_place,) each, NaN where unknown.
    flooded
        Times each flooded, shape=(n_place,).
    before
        Times each had flooded before; None where the file does not tell.
    """

    terms: Mapping[str, Floats]
    flooded: Floats
    before: Floats | None


def register_exposure(models: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `score exposure` to the command line."""
    parser = models.add_parser("exposure", help="the index of places that flood without heights, against chance")
    columns = "flooded (0, 1 or times), one or more of underpass_m, stream_m, basement_share; perhaps flooded_before"
    parser.add_argument("--places", type=Path, required=True, metavar="FILE", help=columns)
    rename = "name of an odd column"
    parser.add_argument("--map-column", action="append", default=[], metavar="THEIRS=OURS", help=rename)
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run_exposure)


def run_exposure(args: argparse.Namespace, settings: Settings) -> int:
    """Score the index and print a table, or JSON."""
    from dashboard.score.maps import pairs

    if not args.places.is_file():
        raise InputError(Fault("--places", str(args.places), "a file", "Check the path."))
    body = score_exposure(read_places(args.places, pairs("--map-column", args.map_column)))
    sys.stdout.write(json.dumps(body) + "\n" if args.json else _words(body))
    return 0


def read_places(path: Path, ours: Mapping[str, str]) -> FloodPlaces:
    """Read places: `flooded` and what is known of each.

    Parameters
    ----------
    path
        csv, csv.gz or parquet.
    ours
        Our column names by the file's.

    Raises
    ------
    InputError
        For a file that cannot be read, columns missing, values that are no numbers, negative, or shares beyond 1.
    """
    table = read_table(path).rename(columns=dict(ours))
    known = [name for name in TERMS if name in table]
    if "flooded" not in table or not known:
        wanted = "flooded and one or more of " + ", ".join(TERMS)
        remedy = f"Name them with --map-column; the file has {', '.join(map(str, table.columns[:-1]))}."
        raise InputError(Fault("columns", "missing", wanted, remedy, path.name))
    if not len(table):
        raise InputError(Fault("file", path.name, "at least one row", "The file has only a header.", path.name))
    faults: list[Fault] = []
    value = {name: _column(table, name, faults) for name in (*known, "flooded", "flooded_before") if name in table}
    if faults:
        raise InputError(*faults)
    unknown = np.full(len(table), np.nan)
    return FloodPlaces(
        {name: value.get(name, unknown) for name in TERMS}, value["flooded"], value.get("flooded_before")
    )


def score_exposure(places: FloodPlaces) -> dict[str, Any]:
    """Rank places by the index and compare with chance, each term alone, and what had flooded before.

    Raises
    ------
    InputError
        When all places flooded, or none.
    """
    happened = places.flooded > 0
    if happened.all() or not happened.any():
        value = f"{int(happened.sum())} of {len(happened)}"
        raise InputError(Fault("flooded", value, "places that did and that did not", "Give both."))
    index = exposure_index(*(places.terms[name] for name in TERMS))
    ranks = {"ours": index} | _terms_alone(places)
    base = float(happened.mean())
    top = np.argsort(-index, kind="stable")[: max(1, round(TOP_SHARE * len(index)))]
    return {
        "model": "declared index of underpasses, streams and basements; nothing is fitted",
        "baseline": "chance: places in any order; flooded_before: those that had flooded before, where the file tells",
        "n_place": len(happened),
        "n_flooded": int(happened.sum()),
        "average_precision": {name: average_precision(one, happened) for name, one in ranks.items()} | {"chance": base},
        "over_chance": average_precision(index, happened) / base,
        "top_tenth_flooded": float(happened[top].mean()),
        "brier": {"ours": brier_score(index, happened), "share_of_all": base * (1.0 - base)},
        "mean_gap": reliability(index, happened).mean_gap,
    }


def _terms_alone(places: FloodPlaces) -> dict[str, Floats]:
    """Ranking by each term that is told, and by earlier floods."""
    far = np.full(len(places.flooded), np.nan)
    found = {}
    for name in TERMS:
        if np.isfinite(places.terms[name]).any():
            found[name] = exposure_index(*(places.terms[one] if one == name else far for one in TERMS))
    return found if places.before is None else found | {"flooded_before": places.before}


def _column(table: pd.DataFrame, name: str, faults: list[Fault]) -> Floats:
    text = table[name].astype(str).str.strip()
    value = pd.to_numeric(text.where(~text.isin(MISSING)), errors="coerce")
    is_needed = name in ("flooded", "flooded_before")
    wrong = (value.isna() & (is_needed | ~text.isin(MISSING))) | (value < 0)
    wrong |= (value > 1) if name == "basement_share" else False
    if wrong.any():
        wanted = "a share of 0..1" if name == "basement_share" else "a number of 0 or more"
        faults += faults_of(table, name, wrong, wanted)
    return np.asarray(value.to_numpy(dtype=np.float64, na_value=np.nan))


def _words(body: Mapping[str, Any]) -> str:
    def told(figures: Mapping[str, float]) -> str:
        return ", ".join(f"{name} {one:.3f}" for name, one in figures.items())

    lines: Sequence[str] = (
        f"{body['n_place']} places, {body['n_flooded']} of them flooded",
        f"average precision: {told(body['average_precision'])} (ours {body['over_chance']:.2f} of chance)",
        f"flooded among the tenth of highest index: {body['top_tenth_flooded']:.3f}",
        f"Brier score:       {told(body['brier'])}; stated and seen differ by {body['mean_gap']:.3f}",
    )
    return "\n".join(lines) + "\n"
