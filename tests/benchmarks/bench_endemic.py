"""Whether the endemic-epidemic model would be taken: a round of learning on Seoul's 25 gu at several dates.

    python -m tests.benchmarks.bench_endemic --data ../shared/data

Neighbours are gu with a common border, no trips are given. Below 1 the model beats the trend's week totals on the
last 8 weekly origins before the date, each read as it was known.
"""

import argparse
import dataclasses
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
from shapely.geometry import shape

from dashboard.learn.endemic import judge_endemic, try_endemic
from dashboard.learn.history import CaseHistory
from dashboard.learn.weekly import trend_weeks
from dashboard.learn.weeks import week_origins
from risk_core.hazards.epidemic.endemic import neighbourhood_orders
from risk_core.hazards.epidemic.options import TREND_DEFAULTS
from risk_core.state.area import District
from risk_core.units import S_PER_DAY
from tests.tiny import tiny_area

DATES = ("2020-09-30", "2020-12-31", "2021-02-28", "2021-04-30", "2021-06-20")
TOUCH_DEG = 1e-4


def districts(data: Path) -> tuple[list[District], np.ndarray]:
    """The gu with their residents, and which touch."""
    geo = data / "geo"
    told = json.loads((geo / "boundaries_kr" / "seoul_gu_2017_kor_eng.geojson").read_text("utf-8"))["features"]
    people = pd.read_csv(geo / "population_seoul" / "seoul_gu_night_day_living_population_2024-26.csv")
    homes = people.groupby("gu")["night_population"].mean()
    names = [one["properties"]["SIG_KOR_NM"] for one in told]
    outlines = [shape(one["geometry"]).buffer(TOUCH_DEG) for one in told]
    touch = np.array([[a is not b and a.intersects(b) for b in outlines] for a in outlines])
    return [District(name, name, name, name, float(homes[name]), 37.5, 127.0) for name in names], touch


def history_at(data: Path, gu: list[District], now_s: float) -> CaseHistory:
    """Cases known at a moment, each day from the midnight after it on."""
    rows = pd.read_csv(data / "epidemic" / "seoul_gu_daily.csv.gz", parse_dates=["date"])
    names = {one.district_id for one in gu}
    day_s = rows["date"].astype("datetime64[s]").astype("int64").astype(float)
    common = {"source": "seoul", "revision": 0, "simulated": False}
    found = [
        common | {"district_id": name, "day_s": day, "as_of_s": day + S_PER_DAY, "count": float(count)}
        for name, day, count in zip(rows["gu"], day_s, rows["cases"], strict=True)
        if name in names and day + S_PER_DAY <= now_s
    ]
    area = dataclasses.replace(tiny_area(), districts=tuple(gu))
    return CaseHistory(area, now_s, tuple(sorted(found, key=lambda row: row["day_s"])))


def rounds(data: Path) -> Iterator[str]:
    """One line a date."""
    gu, touch = districts(data)
    order = neighbourhood_orders(touch).astype(float)
    for date in DATES:
        now_s = pd.Timestamp(date).timestamp()
        history, began = history_at(data, gu, now_s), time.process_time()
        origins = list(week_origins(history, {}))
        trial = try_endemic(
            history, {}, origins, lambda one, told=history: trend_weeks(told, {}, TREND_DEFAULTS, one), (order, None)
        )
        if trial is None:
            yield f"{date}: {len(origins)} weeks, too few"
            continue
        each = ", ".join(f"{score:.3f}" for score in trial.score.horizon)
        verdict, _ = judge_endemic(trial.score)
        took_s = time.process_time() - began
        yield f"{date}: {trial.score.mean:.3f} of the trend (weeks 1-4: {each}), {verdict}, {took_s:.1f} s CPU"


def main() -> None:
    """Print the rounds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    for line in rounds(parser.parse_args().data):
        sys.stdout.write(line + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
