"""CPU of a keyed GET risk, and how much of it is not the answer itself.

    python -m tests.benchmarks.bench_api [--requests 300] [--rounds 40] [--write]

Everything runs in this process on the tiny area. The bare handler is the same question answered without key, quota,
reading and checking of the address, language, words, JSON, our headers and compression: a bare Flask route that takes
two numbers, asks `Answers.risk_on` and sends given bytes (design file, section 2: "same handler"). What a keyed request
costs above it is the figure. Stricter, and told beside it, is what it costs above the question itself: a counter in the
process takes the CPU of the thread inside `risk_on` during the same requests, so that Flask's own work counts too.

The two take turns. Told is the least of the rounds, since what other processes do to the caches only ever adds (as in
the notes of `timeit`), and the median. Garbage is collected as in a web process: what was loaded before is left out.
"""

import argparse
import json
import os
import platform
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
from flask import Flask, Response, request
from numpy.typing import NDArray

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.serve.nursery import share_memory
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from risk_core.state.assessment import PointRisk
from tests.answers.small_world import make_library, write_next
from tests.benchmarks.results import keep
from tests.tiny import node_position

TARGET_US = 250.0
MOST_PER_MIN = 100_000
"""A quota that is counted and never met."""
Rows = NDArray[np.float64]


class CountedAnswers(Answers):
    """Answers that count the CPU of the question itself, nanoseconds of the thread."""

    handler_ns = 0

    def risk_on(self, *asked: Any, **more: Any) -> PointRisk:
        """Answer, and count."""
        begin = time.thread_time_ns()
        try:
            return super().risk_on(*asked, **more)
        finally:
            self.handler_ns += time.thread_time_ns() - begin


def cpu_us(ask: Callable[[], object], bare: Callable[[], object], answers: CountedAnswers, n: int, rounds: int) -> Rows:
    """Microseconds of CPU of a request, of the question inside it, and of the bare route, shape=(3, rounds)."""
    spent = np.zeros((3, rounds))
    for round_ in range(rounds):
        answers.handler_ns = 0
        marks = [time.thread_time_ns()]
        for _ in range(n):
            ask()
        marks.append(time.thread_time_ns())
        question_ns = answers.handler_ns
        for _ in range(n):
            bare()
        marks.append(time.thread_time_ns())
        spent[:, round_] = marks[1] - marks[0], question_ns, marks[2] - marks[1]
    return spent / n / 1e3


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


def bare_route(answers: Answers, data: bytes) -> Flask:
    """An app that reads two numbers, asks the question and sends given bytes."""
    app = Flask("bare")
    area, assessment = answers.area("tiny"), answers.assessment("tiny")

    @app.get("/v1/risk")
    def risk() -> Response:
        answers.risk_on(area, assessment, float(request.args["lat"]), float(request.args["lon"]))
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
    answers = CountedAnswers(library)
    lat, lon = node_position(0)
    app = create_api(library, answers)
    presented = library.keys.make("bench", Role.NONE, (Scope.READ,), None, time.time())[1]
    ask = asker(app, environ_of(lat, lon, {"Authorization": f"Bearer {presented}"}))
    bare = asker(bare_route(answers, ask()), environ_of(lat, lon, {}))
    bare()
    share_memory()
    spent = cpu_us(ask, bare, answers, args.requests, args.rounds)
    whole, question, route = spent.min(axis=1).tolist()
    above, strictly = spent[0] - spent[2], spent[0] - spent[1]
    figures = {
        "command": "python -m tests.benchmarks.bench_api --write",
        "machine": f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores",
        "load": round(os.getloadavg()[0], 1),
        "request_cpu_us": round(whole, 1),
        "bare_handler_cpu_us": round(route, 1),
        "above_bare_handler_cpu_us": round(whole - route, 1),
        "above_bare_handler_cpu_us_median": round(float(np.median(above)), 1),
        "target_above_bare_handler_cpu_us": TARGET_US,
        "question_alone_cpu_us": round(question, 1),
        "above_question_alone_cpu_us": round(float(strictly.min()), 1),
        "above_question_alone_cpu_us_median": round(float(np.median(strictly)), 1),
    }
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    if args.write:
        keep("G", {"keyed GET risk": figures})
    return 0 if whole - route < TARGET_US else 1


if __name__ == "__main__":
    raise SystemExit(main())
