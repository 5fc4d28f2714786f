"""An engine in a process of its own: asked over a pipe, given up when it fails, ends or takes too long."""

import gc
import importlib
import multiprocessing
import os
import signal
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, Final, NamedTuple

from tests.benchmarks.routing.graphs import Graph
from tests.benchmarks.routing.peer import Peer
from tests.benchmarks.routing.peers import PLACES

PATIENCE_S: Final = 1200.0
"""Wall time after which one question to an engine is given up."""

ONE_THREAD: Final = ("OMP_NUM_THREADS", "NUMBA_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class PeerFailedError(Exception):
    """The engine could not be installed, failed, ended or took too long; the message says which."""


class Facts(NamedTuple):
    """What an engine reports once it is ready."""

    version: str
    prepare_s: float
    memory_mb: float
    memory_bytes: int | None
    prices_like_us: bool
    limits: dict[str, int]


class Spent(NamedTuple):
    """CPU seconds of one question, and its answer where it was wanted; None where it is not offered."""

    cpu_s: float | None
    answer: Any


class Host:
    """One engine, started and prepared.

    Raises
    ------
    PeerFailedError
        From every method, and for good: the process is ended then.
    """

    def __init__(self, name: str, graph: Graph, patience_s: float = PATIENCE_S) -> None:
        self.name = name
        self.patience_s = patience_s
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        for variable in ONE_THREAD:
            os.environ[variable] = "1"
        self._process = context.Process(target=serve, args=(theirs, PLACES[name]), name=name, daemon=False)
        self._process.start()
        theirs.close()
        self.facts: Facts = self._ask("prepare", graph)

    def run(self, job: str, *args: Any, wants_answer: bool = False) -> Spent:
        """Put one question to the engine."""
        return self._ask("run", job, args, wants_answer)

    def tell(self, what: str) -> Any:
        """Something that is not timed: `order` or `notes`."""
        return self._ask("tell", what)

    def close(self) -> None:
        """End the engine and whatever it started."""
        self._pipe.close()
        self._process.join(20)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(20)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _ask(self, *message: Any) -> Any:
        try:
            self._pipe.send(message)
            if not self._pipe.poll(self.patience_s):
                raise PeerFailedError(f"no answer within {self.patience_s:.0f} s")
            is_good, answer = self._pipe.recv()
        except (EOFError, OSError) as error:
            self._process.join(5)
            self.close()
            raise PeerFailedError(f"its process ended, exit code {self._process.exitcode}") from error
        except PeerFailedError:
            self._process.terminate()
            self.close()
            raise
        if not is_good:
            self.close()
            raise PeerFailedError(answer)
        return answer


def serve(pipe: Connection, place: str) -> None:
    """Answer questions until the pipe closes; runs in the engine's process."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, _leave)
    peer: Peer | None = None
    try:
        module, _, name = place.partition(":")
        peer = getattr(importlib.import_module(f"{__package__}.{module}"), name)()
        while True:
            question, *args = pipe.recv()
            pipe.send((True, ANSWERS[question](peer, *args)))
    except (EOFError, SystemExit):
        # whoever asked has gone, or asked this process to go
        return
    except BaseException as error:
        # what a panic in Rust raises is no Exception
        pipe.send((False, f"{type(error).__name__}: {error}"[:300] + _where(error)))
    finally:
        if peer is not None:
            peer.close()


def _leave(*_: object) -> None:
    raise SystemExit(1)


def _where(error: BaseException) -> str:
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f" ({os.path.basename(last.filename)}:{last.lineno})"


def _prepare(peer: Peer, graph: Graph) -> Facts:
    before_mb, before_s = peer.resident_mb(), peer.clock_s()
    peer.prepare(graph)
    spent_s, memory_mb = peer.clock_s() - before_s, peer.resident_mb() - before_mb
    limits = {"pair": peer.n_pair, "path": peer.n_path, "source": peer.n_source, "cell": peer.n_cell}
    return Facts(peer.version(), spent_s, memory_mb, peer.memory_bytes(), peer.prices_like_us, limits)


def _run(peer: Peer, job: str, args: tuple[Any, ...], wants_answer: bool) -> Spent:
    if job == "reweight":
        args = (peer.as_weights(*args),)
    gc.collect()
    begin_s = peer.clock_s()
    found = getattr(peer, job)(*args)
    spent_s = peer.clock_s() - begin_s
    if found is None:
        return Spent(None, None)
    if not wants_answer:
        return Spent(spent_s, None)
    if job == "paths":
        return Spent(spent_s, [peer.as_nodes(path) for path in found])
    return Spent(spent_s, True if found is True else peer.as_costs(found))


def _tell(peer: Peer, what: str) -> Any:
    return peer.order() if what == "order" else peer.notes


ANSWERS: Final[dict[str, Callable[..., Any]]] = {"prepare": _prepare, "run": _run, "tell": _tell}
