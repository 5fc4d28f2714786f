"""Entry points of the processes that `serve` starts; no help line shows them, since nobody needs to give them."""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from dashboard.serve.keeper import keep_store
from dashboard.serve.nursery import (
    ENGINE_MODULES,
    FEED_MODULES,
    WEB_MODULES,
    WORKER_MODULES,
    keep_forked,
    load,
    share_memory,
)
from dashboard.serve.processes import end_with_parent, follow_parent, hold_lock
from dashboard.settings import Settings

if TYPE_CHECKING:
    from flask import Flask

AREAS_SHARE: Final = 0.8
"""Share of the work of a preparation that building the sample areas takes."""


NICE: Final = 15
"""How far work beside the server steps back."""


def run_prepare(args: argparse.Namespace, settings: Settings) -> int:
    """Prepare the home; one line on stdout for each step: share done and name.

    The readers of map files and the compiler need much memory once; a process of its own gives it back.
    """
    from dashboard.prepare.kernels import warm_kernels
    from dashboard.prepare.state import mark_prepared

    if args.parent is not None:
        follow_parent(args.parent)
    share = AREAS_SHARE if settings.samples else 0.0
    names: tuple[str, ...] = ()
    if settings.samples:
        from dashboard.areas.embedded import EMBEDDED, ensure_embedded

        names = EMBEDDED
        ensure_embedded(settings.home, lambda step, part: _tell(step, share * part), time.time())
    warm_kernels(settings.home, lambda step, part: _tell(step, share + (1.0 - share) * part))
    mark_prepared(settings.home, names)
    return 0


def _tell(step: str, share: float) -> None:
    sys.stdout.write(f"{share:.3f} {step}\n")
    sys.stdout.flush()


def stop_on_end(parent: int | None) -> threading.Event:
    """An event that is set by SIGTERM, by SIGINT, and where the parent process is gone."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    if parent is not None:
        follow_parent(parent)
    return stop


def run_engine(args: argparse.Namespace, settings: Settings) -> int:
    """Refresh until SIGTERM or SIGINT, in a forked process that comes back at once when it dies."""
    load(ENGINE_MODULES)
    return keep_forked("engine", lambda: refresh_until_stopped(settings), args.parent)


def refresh_until_stopped(settings: Settings) -> int:
    """Refresh until SIGTERM or SIGINT; a second engine on the same home is refused."""
    from dashboard.engine import engine
    from dashboard.learn.daily import DailyLearner, start_learning
    from dashboard.refresh import Refresher, produce_drill
    from dashboard.store.library import Library
    from dashboard.views.format import area_zone

    stop = stop_on_end(None)
    with hold_lock(settings.home / "engine.lock", "engine"):
        threads = engine(settings)
        library = Library(settings, marks_use=False)
        learner = DailyLearner(library, area_zone, start_learning(settings))
        keep_store(settings, stop)
        Refresher(library, produce_drill, time.time, threads, learner).run(stop)
        threads.close()
    return 0


def run_web(args: argparse.Namespace, settings: Settings) -> int:
    """Run the web server until SIGTERM or SIGINT, in a forked process that comes back at once when it dies.

    The app is made and its kernels are loaded once, before anything is forked: a worker that begins has only to open
    its own connections. What was opened meanwhile is closed before the fork.
    """
    load(WEB_MODULES)
    from dashboard.web import make_wsgi

    server = make_wsgi(settings.to_environ(), time.time)
    share_memory()
    return keep_forked(
        "web", lambda: serve_until_stopped(server, settings, args.listener), args.parent, end_with_parent
    )


def serve_until_stopped(server: "Flask", settings: Settings, listener: int | None) -> int:
    """Let gunicorn fork the web workers and watch over them; each ends when it is gone."""
    from dashboard.web import FOLLOW, run_server

    master = os.getpid()

    def begin_worker() -> None:
        follow_parent(master)
        server.extensions[FOLLOW]()

    run_server(server, settings, begin_worker, listener)
    return 0


def run_worker(args: argparse.Namespace, settings: Settings) -> int:
    """Do long work and tell webhooks until SIGTERM or SIGINT, in a forked process that comes back when it dies."""
    os.nice(NICE)
    load(WORKER_MODULES)
    return keep_forked("worker", lambda: work_until_stopped(settings), args.parent)


def work_until_stopped(settings: Settings) -> int:
    """Do long work and tell webhooks; a second worker on the same home is refused."""
    from dashboard.api.evacuation_job import plan_evacuation
    from dashboard.contributions.trust import TrustKeeper
    from dashboard.hooks.courier import Courier
    from dashboard.jobs.runner import Runner
    from dashboard.store.library import Library

    stop = stop_on_end(None)
    with hold_lock(settings.home / "worker.lock", "worker"):
        courier = Courier(Library(settings, marks_use=False), time.time)
        threading.Thread(target=courier.run, args=(stop,), name="courier", daemon=True).start()
        keeper = TrustKeeper(Library(settings, marks_use=False), time.time)
        threading.Thread(target=keeper.run, args=(stop,), name="trust", daemon=True).start()
        Runner(Library(settings), {"evacuation": plan_evacuation}, time.time).run(stop)
    return 0


def run_feeds(args: argparse.Namespace, settings: Settings) -> int:
    """Read the live feeds until SIGTERM or SIGINT, in a forked process that comes back at once when it dies."""
    load(FEED_MODULES)
    return keep_forked("read-feeds", lambda: read_until_stopped(settings), args.parent)


def read_until_stopped(settings: Settings) -> int:
    """Read the live feeds; a second reader on the same home is refused."""
    from dashboard.feeds.live import command
    from dashboard.store.library import Library

    stop = stop_on_end(None)
    with hold_lock(settings.home / "feeds.lock", "reader of feeds"):
        command.run_feeds(Library(settings, marks_use=False), stop, time.time)
    return 0


def run_warm_paths(args: argparse.Namespace, settings: Settings) -> int:
    """Compile the kernels of paths and plans with low priority, beside the server."""
    from dashboard.prepare.kernels import warm_paths

    if args.parent is not None:
        follow_parent(args.parent)
    os.nice(NICE)
    warm_paths(settings.home)
    return 0


COMMANDS: Final[Mapping[str, tuple[str, Callable[[argparse.Namespace, Settings], int]]]] = {
    "prepare": ("Build the sample areas and compile every kernel.", run_prepare),
    "engine": ("Refresh the snapshots of every area until stopped.", run_engine),
    "read-feeds": ("Read the live feeds until stopped.", run_feeds),
    "warm-paths": ("Compile the kernels of paths and plans beside the server.", run_warm_paths),
    "worker": ("Do long work and tell webhooks until stopped.", run_worker),
    "web": ("Serve pages and API, without the engine, until stopped.", run_web),
}
"""Description and function of each command."""


def register(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands to the parser."""
    for name, (description, run) in COMMANDS.items():
        parser = subparsers.add_parser(name, description=description)
        parser.add_argument("--parent", type=int, default=None, help="process whose end ends this one")
        parser.add_argument("--listener", type=int, default=None, help="number of an open socket to serve on")
        parser.set_defaults(run=run)
