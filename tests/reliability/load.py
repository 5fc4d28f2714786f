"""Asks a server from many threads and keeps account of every single question."""

import contextlib
import http.client
import itertools
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

Question = tuple[str, str, bytes | None]
"""Method, path, body (JSON) or None."""


@dataclass
class Account:
    """What became of the questions.

    Attributes
    ----------
    outcomes
        Number of each: a status; ``refused`` (not connected); ``lost`` (connected, no answer began); ``cut`` (an answer
        began and did not come to its end).
    seconds
        Of the answered ones; where a rhythm is kept, from the moment a question was due.
    retries
        Questions asked once more after one was refused, lost or cut.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    retries: int = 0

    @property
    def n(self) -> int:
        """Questions that came to an end."""
        return sum(self.outcomes.values())

    @property
    def n_failed(self) -> int:
        """Questions that had no answer, or one of the server's own failure."""
        return self.n - sum(count for name, count in self.outcomes.items() if name.isdigit() and int(name) < 500)

    def quantile_ms(self, prob: float) -> float:
        """Milliseconds within which this share of the answers came."""
        return round(1000 * float(np.quantile(self.seconds, prob)), 1) if self.seconds else float("nan")


class Load:
    """Threads that ask without pause, from `begin` to `end`.

    Parameters
    ----------
    port
        Where the server listens on this machine.
    ask
        Gives question k.
    n_thread
        How many ask at once.
    is_kept
        Whether a thread keeps its connection open.
    n_retry
        How often a question without an answer is asked again; only for questions that change nothing.
    per_s
        Questions a second of all threads together; None for as many as possible.
    """

    def __init__(
        self,
        port: int,
        ask: Callable[[int], Question],
        n_thread: int = 8,
        is_kept: bool = True,
        n_retry: int = 0,
        per_s: float | None = None,
    ) -> None:
        self.account = Account()
        self._port, self._ask, self._is_kept, self._n_retry, self._per_s = port, ask, is_kept, n_retry, per_s
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(n_thread)]

    def __enter__(self) -> "Load":
        self._begun_s = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
        self.took_s = time.monotonic() - self._begun_s

    @property
    def rate_per_s(self) -> float:
        """Questions answered a second."""
        return round(self.account.n / self.took_s, 1)

    def _run(self) -> None:
        connection = self._connect()
        while not self._stop.is_set():
            with self._lock:
                number = next(self._numbers)
            begun_s = self._pace(number)
            question = self._ask(number)
            for attempt in itertools.count():
                outcome = self._try(connection, question)
                if outcome.isdigit() or attempt == self._n_retry or self._stop.is_set():
                    break
                connection.close()
                connection = self._connect()
                time.sleep(0.05)
                with self._lock:
                    self.account.retries += 1
            with self._lock:
                self.account.outcomes[outcome] += 1
                if outcome.isdigit():
                    self.account.seconds.append(time.monotonic() - begun_s)
            if outcome == "refused":
                self._stop.wait(0.05)
            if not outcome.isdigit() or not self._is_kept:
                connection.close()
                connection = self._connect()
        connection.close()

    def _pace(self, number: int) -> float:
        """Wait until question k is due; gives the moment from which its time counts, also where all were busy then."""
        if self._per_s is None:
            return time.monotonic()
        due_s = self._begun_s + number / self._per_s
        self._stop.wait(max(0.0, due_s - time.monotonic()))
        return due_s

    def _connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)

    def _try(self, connection: http.client.HTTPConnection, question: Question) -> str:
        method, path, body = question
        if connection.sock is None:
            try:
                connection.connect()
            except OSError:
                return "refused"
        try:
            headers = {"Content-Type": "application/json"} if body is not None else {}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
        except (OSError, http.client.HTTPException):
            return "lost"
        with contextlib.closing(answer):
            try:
                answer.read()
            except (OSError, http.client.HTTPException):
                return "cut"
        return str(answer.status)
