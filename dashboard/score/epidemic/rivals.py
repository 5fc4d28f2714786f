"""Forecasts that others published for the same rows, as quantiles or as scores."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd

from dashboard.score.rows import read_rows
from risk_core.errors import Fault, InputError
from risk_core.scores.quantile import weighted_interval_score

LOG: Final = "_log"
"""End of the name of a score on log(1 + count)."""
_QUANTILE: Final = re.compile(r"q?(0?\.\d+)")
KEY: Final = ["location", "target", "horizon"]


def read_scores(path: Path, ours: Mapping[str, str]) -> pd.DataFrame:
    """Read `location, origin, horizon` and one column a rival: its WIS, or with a name on `_log` that on log(1 + x).

    Horizons are weeks after the last complete one, from 1. Returns those columns.
    """
    names = [ours.get(name, name) for name in _columns(path)]
    rivals = [name for name in names if name not in ("location", "origin", "horizon")]
    rows = read_rows(path, ours, ("origin",), ("horizon", *rivals))
    rows["horizon"] = rows["horizon"].astype(int)
    return rows.drop(columns="row")


def read_quantiles(path: Path, ours: Mapping[str, str], truth: pd.DataFrame, first_horizon: int) -> pd.DataFrame:
    """Score published quantiles against `truth`: one row a place, target week and horizon.

    Parameters
    ----------
    path
        A file with model, location, target (last day of the week), horizon, and one column a level (q0.025 or 0.025).
    ours
        Our column names by the file's.
    truth
        location, target, value.
    first_horizon
        What the file calls the first week not yet known (0 or 1).

    Returns
    -------
    DataFrame
        location, target, horizon (from 1), and for each model its name and name_log.
    """
    levels = {name: float(match[1]) for name in _columns(path) if (match := _QUANTILE.fullmatch(name))}
    if len(levels) < 3:
        wanted = "columns of quantiles such as q0.025, q0.500, q0.975"
        raise InputError(Fault("column", ", ".join(_columns(path)), wanted, "Rename them.", path.name))
    order = sorted(levels, key=lambda name: levels[name])
    models = _models(path, ours)
    rows = read_rows(path, ours, ("target",), ("horizon", *order)).drop(columns="row")
    rows["model"] = models
    rows["horizon"] = rows["horizon"].astype(int) + 1 - first_horizon
    rows = rows.merge(truth, on=["location", "target"])
    prob, quantile = np.array([levels[name] for name in order]), np.maximum(rows[order].to_numpy(float), 0.0)
    value = rows["value"].to_numpy(float)
    rows["wis"] = weighted_interval_score(prob, quantile, value)
    rows["log"] = weighted_interval_score(prob, np.log1p(quantile), np.log1p(value))
    wide = rows.pivot_table(index=KEY, columns="model", values=["wis", "log"], aggfunc="first")
    wide.columns = [model + (LOG if kind == "log" else "") for kind, model in wide.columns]
    return wide.reset_index()


def _columns(path: Path) -> list[str]:
    try:
        if path.suffix == ".parquet":
            return [str(name) for name in pd.read_parquet(path).columns]
        return [str(name) for name in pd.read_csv(path, nrows=0).columns]
    except (OSError, ValueError) as error:
        fault = Fault("file", path.name, "a csv, csv.gz or parquet table", str(error).splitlines()[0][:200], path.name)
        raise InputError(fault) from error


def _models(path: Path, ours: Mapping[str, str]) -> np.ndarray:
    theirs = next((name for name in _columns(path) if ours.get(name, name) == "model"), None)
    if theirs is None:
        raise InputError(Fault("column", "model", "the name of each forecast's model", "Add the column.", path.name))
    table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, usecols=[theirs], dtype=str)
    return np.asarray(table[theirs].astype(str))
