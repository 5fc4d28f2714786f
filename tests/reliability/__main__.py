"""Measure rows of the table: `python -m tests.reliability [--short] [--rows 6,18] [--write]`."""

import argparse
import importlib
import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.reliability.figures import Plan

HERE: Final = Path(__file__).parent
REPORT: Final = HERE / "RELIABILITY.json"
TITLES: Final[Mapping[int, str]] = {
    1: "GET risk, 16 connections", 2: "POST routes with 3 avoid polygons", 3: "POST 10k observations",
    4: "80 listeners and 100 requests a second", 5: "soak", 6: "kill -9", 7: "disk full", 8: "changed bytes",
    9: "feeds that misbehave", 10: "any order and repetition of a feed", 11: "clock, zone and day edges",
    12: "schemathesis", 13: "fuzzing of parsers", 14: "bad inputs", 15: "authorisation, headers, spec, log of places",
    16: "unmodified clients", 17: "cluster", 18: "graceful stop",
}  # fmt: skip
SELECTIONS: Final[Mapping[int, tuple[str, ...]]] = {
    9: ("tests/feeds/live",),
    10: ("tests/store/test_observation_order.py", "tests/feeds/live/test_shuffles.py"),
    11: ("tests/feeds/live/test_loop.py", "tests/store/test_clocks.py"),
    12: ("tests/api/test_schemathesis.py",),
    13: ("tests/api/test_fuzz.py",),
    14: ("tests/api/test_bad_inputs.py",),
    15: ("tests/contract/test_authorisation.py", "tests/api/threats", "tests/observe/test_probes.py"),
    16: ("tests/api/clients",),
}
"""Rows that are tests: they pass or fail."""
PATIENCE_S: Final = 900


def main(words: Sequence[str]) -> int:
    """Measure, show, and write with ``--write``; status 1 if something happened that must never happen."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability")
    parser.add_argument("--short", action="store_true", help="the sizes of the tests")
    parser.add_argument("--rows", default="", help="numbers, separated by commas")
    parser.add_argument("--seed", type=int, default=20_220_808)
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}; rows not measured now are kept")
    args = parser.parse_args(words)
    wanted = [int(word) for word in args.rows.split(",") if word] or list(TITLES)
    told = json.loads(REPORT.read_text()) if REPORT.is_file() else {"rows": {}}
    for number in wanted:
        row = measure(number, args.short, args.seed)
        told["rows"][str(number)] = row
        sys.stdout.write(f"{number:2d} {row['state']:8s} {row['title']}\n   {json.dumps(row.get('figures', {}))}\n")
        for line in (*row.get("failed", ()), *row.get("missed", ())):
            sys.stdout.write(f"   ! {line}\n")
        sys.stdout.flush()
    told["rows"] = dict(sorted(told["rows"].items(), key=lambda item: int(item[0])))
    if args.write:
        REPORT.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
    return int(any(row["state"] == "failed" for row in told["rows"].values()))


def measure(number: int, is_short: bool, seed: int) -> dict[str, object]:
    """One row: its state (met, missed, failed, absent), figures, machine and load."""
    head: dict[str, object] = {"title": TITLES[number], **machine(), "seed": seed, "short": is_short}
    (name, *_) = [path.stem for path in HERE.glob(f"row_{number:02d}_*.py")] or [""]
    if not name:
        return head | run_tests(SELECTIONS.get(number, ()))
    module = importlib.import_module(f"tests.reliability.{name}")
    head |= {"title": module.TITLE, "target": module.TARGET}
    if not getattr(module, "is_possible", lambda: True)():
        return head | {"state": "absent", "why": f"{module.NEEDS} is not installed"}
    begun_s = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        try:
            found = module.measure(Plan(Path(folder) / "home", seed, is_short))
        except AssertionError as error:
            return head | {"state": "failed", "failed": [str(error)], "took_s": round(time.monotonic() - begun_s)}
    state = "failed" if found.failed else "missed" if found.missed else "met"
    told = {"state": state, "figures": dict(found.values), "failed": found.failed, "missed": found.missed}
    return head | told | {"took_s": round(time.monotonic() - begun_s)}


def run_tests(selection: Sequence[str]) -> dict[str, object]:
    """Run the tests of a row that is tests; absent where they are not there."""
    there = [word for word in selection if Path(word).exists()]
    if not there:
        return {"state": "absent", "why": "not there yet"}
    command = [sys.executable, "-m", "pytest", "-p", "no:dash", "-q", *there]
    done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    last = done.stdout.strip().splitlines()[-1:] or [""]
    return {"state": "met" if done.returncode == 0 else "failed", "command": " ".join(command[1:]), "figures": {
        "status": done.returncode, "last_line": last[0][:200]}}  # fmt: skip


def machine() -> dict[str, object]:
    """Where and beside what it was measured."""
    made = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    return {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}",
        "load_average": round(os.getloadavg()[0], 1), "day": time.strftime("%Y-%m-%d"), "commit": made.stdout.strip(),
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
