"""CPU of a keyed GET risk, and how much of it is not the answer itself.

    python -m tests.benchmarks.bench_api [--requests 300] [--rounds 40] [--write]

Everything runs in this process on the tiny area: the whole WSGI request with key, quota, validation, headers and body;
the bare handler, which finds the risk, says it in a language and writes the JSON; and what an answer of the same bytes
costs in bare Flask. Seconds are of the process's CPU. Rounds of the three take turns; told is the least of the rounds,
since what other processes do to the caches only ever adds (as in the notes of `timeit`), and the median beside it.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from flask import Flask, Response, request
from numpy.typing import NDArray

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.schemas.risk import RiskBody
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from tests.answers.small_world import make_library, write_next
from tests.tiny import node_position

TARGET_US = 250.0
MOST_PER_MIN = 100_000
"""A quota that is counted and never met."""
BENCHMARKS = Path(__file__).parent / "benchmarks.json"


def cpu_us(acts: Sequence[Callable[[], object]], n: int, rounds: int) -> NDArray[np.float64]:
    """Microseconds of CPU of one act of each, shape=(n_act, rounds); the acts take turns, so that all meet the same."""
    spent = np.zeros((len(acts), rounds))
    for act in acts:
        act()
    for round_ in range(rounds):
        for k, act in enumerate(acts):
            begin = time.process_time()
            for _ in range(n):
                act()
            spent[k, round_] = (time.process_time() - begin) / n * 1e6
    return spent


def environ_of(lat: float, lon: float, headers: dict[str, str]) -> dict[str, object]:
    """WSGI environment of the request, without a test client's own work."""
    from werkzeug.test import EnvironBuilder

    query = {"lat": str(lat), "lon": str(lon), "lang": "en"}
    return EnvironBuilder("/v1/risk", query_string=query, headers=headers).get_environ()


def asker(app: Callable[..., object], environ: dict[str, object]) -> Callable[[], bytes]:
    """Send the request to a WSGI app and read the answer."""

    def ask() -> bytes:
        told: list[str] = []
        body = b"".join(app(dict(environ), lambda status, headers, info=None: told.append(status)))
        assert told == ["200 OK"], (told, body[:200])
        return body

    return ask


def bare_flask(data: bytes) -> Flask:
    """An app that reads two numbers and sends given bytes."""
    app = Flask("bare")

    @app.get("/v1/risk")
    def risk() -> Response:
        float(request.args["lat"]), float(request.args["lon"])
        return Response(data, mimetype="application/json")

    return app


def main() -> int:
    """Measure and report."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--write", action="store_true", help="put the figures under G of benchmarks.json")
    args = parser.parse_args()
    home = Path(tempfile.mkdtemp())
    library = Library(make_library(home).settings.replace(keyed_per_min=MOST_PER_MIN), marks_use=False)
    write_next(library, 70.0)
    answers = Answers(library)
    lat, lon = node_position(0)
    app = create_api(library, answers)
    presented = library.keys.make("bench", Role.NONE, (Scope.READ,), None, time.time())[1]
    ask = asker(app, environ_of(lat, lon, {"Authorization": f"Bearer {presented}"}))
    data = ask()

    def handler() -> str:
        point = answers.risk_at("tiny", lat, lon)
        return RiskBody.from_point(point, library.area("tiny"), "en").model_dump_json(by_alias=True)

    assert json.loads(handler()) == json.loads(data)
    plain = asker(bare_flask(data), environ_of(lat, lon, {}))
    spent = cpu_us((ask, handler, plain), args.requests, args.rounds)
    whole, bare, flask = spent.min(axis=1).tolist()
    above = np.median(spent[0] - spent[1])
    figures = {
        "command": "python -m tests.benchmarks.bench_api --write",
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
        "request_cpu_us": round(whole, 1),
        "handler_cpu_us": round(bare, 1),
        "above_handler_cpu_us": round(whole - bare, 1),
        "above_handler_cpu_us_median": round(float(above), 1),
        "target_above_handler_cpu_us": TARGET_US,
        "bare_flask_cpu_us": round(flask, 1),
    }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    if args.write:
        kept = json.loads(BENCHMARKS.read_text(encoding="utf-8"))
        kept.setdefault("G", {})["keyed GET risk"] = figures
        BENCHMARKS.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return 0 if whole - bare < TARGET_US else 1


if __name__ == "__main__":
    raise SystemExit(main())
