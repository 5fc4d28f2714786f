"""Every figure of the epidemic models on named data, kept in benchmarks.json.

python -m tests.benchmarks.epidemic --only europe
"""

import argparse
import datetime
import json
import shlex
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.routing.report import RESULTS
from tests.conftest import SHARED

EUROPE = (
    "score epidemic --cases eu_hub_case_final.csv.gz --vintages eu_hub_case_vintages.parquet --map-vintages asof=as_of "
    "--population eu_hub_locations.csv --published-scores eu_hub_case_wis.csv.gz "
    "--map-published-scores mon=origin --map-published-scores loc=location --map-published-scores h=horizon "
    "--map-published-scores base=hub_baseline --map-published-scores ens=hub_ensemble "
    "--map-published-scores lbase=hub_baseline_log --map-published-scores lens=hub_ensemble_log"
)
AMERICA = (
    "score epidemic --unit week --cases covidhub_target_hosp.csv.gz --map-column target_end_date=date "
    "--vintages covidhub_target_vintages.csv.gz --published-quantiles covidhub_quantiles.csv.gz "
    "--map-published-quantiles target_end_date=target --first-horizon 0 --origins 2024-11-20..2025-10-01"
)
VISITS = " --second covidhub_target_ed_share.csv.gz --map-second target_end_date=date --second-lag "
SEOUL = (
    "score epidemic --cases seoul_gu_daily.csv.gz --map-column gu_en=location --map-column cases=value "
    "--without Other --every 1 --origins "
)
SIDO = (
    "score epidemic --cases kr_sido_daily.csv.gz --map-column region_en=location --map-column new_cases=value "
    "--without Quarantine --every 3 --origins "
)


@dataclass(frozen=True)
class Job:
    """One command on the shared data, and what it must show."""

    data: str
    command: str
    must: str


JOBS = {
    "europe": Job(
        "European hub, cases of 32 countries as known on each Monday, all origins",
        EUROPE + " --origins 2021-03-08..2023-03-06",
        "hub_baseline <= 0.69, hub_ensemble <= 0.86, log hub_ensemble <= 0.92; inside 50 0.46-0.54, 95 0.92-0.98",
    ),
    "europe-chosen": Job(
        "European hub, the origins the settings were chosen on", EUROPE + " --origins 2021-03-08..2022-06-27", "told"
    ),
    "europe-rest": Job(
        "European hub, the rest", EUROPE + " --origins 2022-07-04..2023-03-06", "the same, on unseen origins"
    ),
    "america": Job("US hospital admissions as known, no second signal", AMERICA, "told"),
    "america-visits": Job(
        "US hospital admissions as known, emergency visits final and one week late",
        AMERICA + VISITS + "1",
        "CovidHub-baseline <= 0.80",
    ),
    "america-visits-now": Job(
        "US hospital admissions as known, emergency visits final and of the same week", AMERICA + VISITS + "0", "told"
    ),
    "seoul": Job("Seoul, 25 districts, later days", SEOUL + "2020-11-15..2021-06-20", "<= 0.85 at 1, 7, 14 days"),
    "seoul-chosen": Job("Seoul, days the settings were chosen on", SEOUL + "2020-05-01..2020-11-15", "told"),
    "sido": Job("Korea, 17 provinces", SIDO + "2020-11-15..2022-12-10", "<= 0.85 at 1, 7, 14 days"),
    "small-area": Job(
        "Influenza in 140 districts of southern Germany, last 52 weeks one step ahead",
        "score small-area --layout wide --cases flubybw_obs.csv.gz --neighbours flubybw_nb.csv.gz "
        "--population flubybw_pop.csv.gz",
        "plain as hhh4 of R surveillance: log score 0.60989; shrunken <= 0.595, a fit in <= 1 s",
    ),
    "prevalence": Job(
        "Simulated waves, seeds 101..124", "score prevalence", "<= 0.45 of the event-risk rule, 90 % interval 0.88-0.92"
    ),
    "rt": Job("Simulated waves, seeds 101..108", "score rt", "told"),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the jobs one after the other and keep what they gave."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.epidemic", description=__doc__)
    parser.add_argument("--only", nargs="*", choices=sorted(JOBS), default=sorted(JOBS))
    parser.add_argument("--shared", type=Path, default=SHARED / "epidemic", help="folder of the development data")
    parser.add_argument("--results", type=Path, default=RESULTS)
    asked = parser.parse_args(arguments)
    for name in asked.only:
        record = _run(JOBS[name], asked.shared)
        keep(asked.results, name, record)
        sys.stdout.write(f"{name}: {json.dumps(record['result'])}\n")


def keep(results: Path, name: str, record: dict[str, Any]) -> None:
    """Put one record in its place among the others."""
    told = json.loads(results.read_text("utf-8"))
    told.setdefault("C", {})[name] = record
    results.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", "utf-8")


def _run(job: Job, folder: Path) -> dict[str, Any]:
    words = [str(folder / word) if (folder / word).is_file() else word for word in shlex.split(job.command)]
    with tempfile.TemporaryDirectory() as home:
        argv = [sys.executable, "-m", "dashboard", "--home", home, *words, "--json"]
        done = subprocess.run(argv, check=True, capture_output=True, text=True)
    return {
        "date": datetime.date.today().isoformat(),
        "data": job.data,
        "must": job.must,
        "command": f"python -m dashboard {job.command}",
        "result": json.loads(done.stdout),
    }


if __name__ == "__main__":
    main()
