"""From closing a street to the next route that goes round it, and back, on a running server.

    make run OPTIONS=--no-drill &
    python -m tests.benchmarks.bench_closing [--url http://127.0.0.1:8050] [--times 8] [--write]

The clock starts before the POST to /api/v1/closures and stops when the same question to /api/v1/routes is answered
with a way that does not pass the street, so everything between counts: store, engine, snapshot, web process, search.
The street lies in the middle of the fastest way. While a drill plays, the storm may close streets of that way itself:
openings that do not bring it back are told apart. On a server for this machine no key is needed.
"""

import argparse
import json
import math
import os
import sys
import time
import urllib.request
from itertools import pairwise
from typing import Any

from tests.benchmarks.results import dated, keep

WAYS = "/api/v1/routes?area=coquimbo&from=-29.9118,-71.2396&to=-29.9259,-71.2480&profile=walk&kinds=fastest&lang=en"
PAUSE_S, LIMIT_S = 0.02, 20.0


def ask(url: str, method: str = "GET", body: Any = None) -> Any:
    """Answer of the API."""
    data = None if body is None else json.dumps(body).encode()
    question = urllib.request.Request(url, data, {"Content-Type": "application/json"}, method=method)
    with urllib.request.urlopen(question, timeout=30) as answer:
        return json.load(answer)


def way(url: str) -> list[list[float]]:
    """The fastest way now."""
    return ask(url + WAYS)["features"][0]["geometry"]["coordinates"]


def passes(points: list[list[float]], street: list[list[float]]) -> bool:
    """Whether a way goes through two points of a street, one after the other."""
    return any(list(pair) == street for pair in pairwise(points))


def until(url: str, is_there) -> float:
    """Seconds until the way is as wanted; NaN where it never is."""
    begin_s = time.perf_counter()
    while not is_there(way(url)):
        if time.perf_counter() - begin_s > LIMIT_S:
            return math.nan
        time.sleep(PAUSE_S)
    return time.perf_counter() - begin_s


def main() -> None:
    """Close and open the middle of the way again and again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", default="http://127.0.0.1:8050")
    parser.add_argument("--times", type=int, default=8)
    parser.add_argument("--write", action="store_true", help="keep the figures in benchmarks.json")
    args = parser.parse_args()
    closed_s, opened_s = [], []
    for _ in range(args.times):
        before = way(args.url)
        middle = len(before) // 2
        street = before[middle - 1 : middle + 1]
        line = {"type": "LineString", "coordinates": before[middle - 3 : middle + 3]}
        begin_s = time.perf_counter()
        made = ask(f"{args.url}/api/v1/closures", "POST", {"area": "coquimbo", "geometry": line, "reason": "works"})
        posted_s = time.perf_counter() - begin_s
        closed_s.append(posted_s + until(args.url, lambda now, street=street: not passes(now, street)))
        begin_s = time.perf_counter()
        ask(f"{args.url}/api/v1/closures/{made['id']}?area=coquimbo", "DELETE")
        lifted_s = time.perf_counter() - begin_s
        opened_s.append(lifted_s + until(args.url, lambda now, street=street: passes(now, street)))
        time.sleep(1.0)
    told = {}
    for name, taken_s in (("closed", closed_s), ("opened", opened_s)):
        ordered = sorted(one for one in taken_s if math.isfinite(one))
        if not ordered:
            sys.stdout.write(f"{name}: no change seen in {args.times} times\n")
            continue
        median_s, worst_s, n_lost = ordered[len(ordered) // 2], ordered[-1], len(taken_s) - len(ordered)
        found = f"next route after {median_s:.2f} s in the median, {worst_s:.2f} s at worst"
        told[name] = f"{found}; {n_lost} of {args.times} without a change"
        sys.stdout.write(f"{name}: {told[name]}\n")
    sys.stdout.write(f"{args.times} times, load average {os.getloadavg()[0]:.1f}\n")
    if args.write:
        keep("B", {"street closed, next route": dated("python -m tests.benchmarks.bench_closing", told)})


if __name__ == "__main__":
    main()
