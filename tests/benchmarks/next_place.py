"""The next place on named data, kept in benchmarks.json.

python -m tests.benchmarks.next_place --only foursquare
"""

import argparse
import datetime
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from tests.benchmarks.routing.report import RESULTS
from tests.conftest import SHARED

PARTS = ("train", "valid", "test")
DEGREE_M = 111_320.0
STAY_M, STAY_S, PLACE_M = 200.0, 1200, 250.0
"""A stay is 20 min within 200 m (Li et al. 2008, ACM GIS, section 4); stays within 250 m of a place are there."""
SHARES = (0.0, 0.6, 0.8, 1.0)
MUST = {
    "foursquare": "time unknown: acc@1 >= 0.305, acc@5 >= 0.66, acc@10 >= 0.76, <= 30 us an event",
    "geolife": "told: two persons only",
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command on each data set and keep what it gave."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.next_place", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=sorted(MUST), default=sorted(MUST))
    parser.add_argument("--shared", type=Path, default=SHARED / "mobility", help="folder of the development data")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parser.parse_args(arguments)
    for name in asked.only:
        with tempfile.TemporaryDirectory() as folder:
            words = foursquare(asked.shared) if name == "foursquare" else geolife(asked.shared, Path(folder))
            argv = [sys.executable, "-m", "dashboard", "--home", folder, "score", "movement", *words, "--json"]
            result = json.loads(subprocess.run(argv, check=True, capture_output=True, text=True).stdout)
        told = json.loads(asked.results.read_text("utf-8"))
        told.setdefault("E", {})[f"next place, {name}"] = record(name, words, result)
        asked.results.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")
        for one in result["models"]:
            figures = " ".join(f"{one[key]:.4f}" for key in ("acc_1", "acc_5", "acc_10", "ndcg_10", "log_loss"))
            sys.stdout.write(f"{name}: {one['model']:38} {figures}\n")


def record(name: str, words: Sequence[str], result: dict[str, Any]) -> dict[str, Any]:
    """What is kept of one run."""
    shown = [Path(word).name if "/" in word else word for word in words]
    return {
        "date": datetime.date.today().isoformat(),
        "command": "python -m dashboard score movement " + " ".join(shown),
        "must": MUST[name],
        "result": result,
    }


def foursquare(shared: Path) -> list[str]:
    """New York in its published split."""
    files = [word for part in PARTS for word in (f"--{part}", str(shared / f"fsq_nyc_{part}.csv.gz"))]
    return [*files, "--map-column", "user_id=user", "--map-column", "location_id=place"]


def geolife(shared: Path, folder: Path) -> list[str]:
    """Stays of two persons of Beijing, each person's split by number into 60, 20 and 20 %."""
    points = pd.read_csv(shared / "geolife_points_users_1_5.csv.gz")
    points["t_s"] = (pd.to_datetime(points["datetime"]) - pd.Timestamp(0)).dt.total_seconds()
    rows = [
        (user, f"{user}-{place}", f"{np.datetime64(int(start_s), 's')}Z")
        for user, track in points.sort_values("t_s").groupby("uid")
        for place, start_s in stays(track["lat"].to_numpy(), track["lng"].to_numpy(), track["t_s"].to_numpy())
    ]
    visits = pd.DataFrame(rows, columns=["user", "place", "time"])
    nth = visits.groupby("user").cumcount() / visits.groupby("user")["user"].transform("size")
    words = []
    for part, low, high in zip(PARTS, SHARES, SHARES[1:], strict=False):
        visits[(nth >= low) & (nth < high)].to_csv(folder / f"{part}.csv", index=False)
        words += [f"--{part}", str(folder / f"{part}.csv")]
    return [*words, "--zone", "Asia/Shanghai"]


def stays(lat_deg: np.ndarray, lon_deg: np.ndarray, t_s: np.ndarray) -> list[tuple[int, float]]:
    """Number of the place and start of each stay of one track."""
    x_m, y_m = lon_deg * DEGREE_M * np.cos(np.radians(lat_deg.mean())), lat_deg * DEGREE_M
    centres: list[tuple[float, float]] = []
    out, i, n = [], 0, len(t_s)
    while i < n:
        j = i + 1
        while j < n and np.hypot(x_m[j] - x_m[i], y_m[j] - y_m[i]) <= STAY_M:
            j += 1
        if t_s[min(j, n - 1)] - t_s[i] < STAY_S:
            i += 1
            continue
        here = float(x_m[i:j].mean()), float(y_m[i:j].mean())
        near = [k for k, (x, y) in enumerate(centres) if np.hypot(here[0] - x, here[1] - y) < PLACE_M]
        if not near:
            centres.append(here)
        out.append((near[0] if near else len(centres) - 1, float(t_s[i])))
        i = j
    return out


if __name__ == "__main__":
    main()
