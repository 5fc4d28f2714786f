"""One way to do many independent calculations at once: `engine(settings).map(function, *columns)`.

Threads suffice on one machine, because every kernel releases the interpreter lock. With ``DASK_SCHEDULER_ADDRESS`` set,
`cluster_engine` gives the machines of a Dask cluster instead, for work whose arguments and results are small records or
chunks: functions have to be importable, and each chunk carries its own seed, so that results depend on no engine.
"""

import contextlib
import logging
import os
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any, Final, Protocol, TypeVar

from dashboard.settings import Settings

log = logging.getLogger(__name__)

ADDRESS: Final = "DASK_SCHEDULER_ADDRESS"
"""Environment variable that Dask itself knows."""
PATIENCE_S: Final = 8.0
"""How long nobody may answer before the work is done here."""
LOOK_S: Final = 0.5
RETRIES: Final = 2
"""How often a calculation is begun again after its worker died."""

T = TypeVar("T")


class Engine(Protocol):
    """Whatever can map a function over columns of arguments."""

    def map(self, function: Callable[..., T], *columns: Iterable[Any]) -> list[T]:
        """Results in the order of the columns; the first failure in that order is raised."""
        ...

    def close(self) -> None:
        """Free threads or connections; the engine cannot be used afterwards."""
        ...


class LocalEngine:
    """Threads of this process.

    Parameters
    ----------
    n_thread
        How many calculations run at once.

    Examples
    --------
    >>> local = LocalEngine()
    >>> local.map(pow, [2, 3], [3, 2]), local.map(abs, [])
    ([8, 9], [])
    >>> local.close()
    """

    def __init__(self, n_thread: int = 2) -> None:
        self._pool = ThreadPoolExecutor(n_thread, thread_name_prefix="engine")

    def submit(self, function: Callable[..., T], *row: Any) -> Future[T]:
        """Begin one call, behind those begun before."""
        return self._pool.submit(function, *row)

    def map(self, function: Callable[..., T], *columns: Iterable[Any]) -> list[T]:
        """Call `function` once for each row of the columns.

        Every call is made even when another fails, so that one bad row does not hide the work of the rest.

        Returns
        -------
        list
            Results in the order of the columns.

        Raises
        ------
        ValueError
            When the columns differ in length.
        Exception
            Whatever the first failing row, in the order of the columns, raised.
        """
        rows = list(zip(*columns, strict=True))
        futures = [self.submit(function, *row) for row in rows]
        failures = [future.exception() for future in futures]
        for failure in failures:
            if failure is not None:
                raise failure
        return [future.result() for future in futures]

    def close(self) -> None:
        """Wait for the calculations under way and end the threads."""
        self._pool.shutdown(wait=True)


class DaskEngine:
    """Workers of a Dask cluster; threads of this process where the cluster does not answer.

    A scheduler runs whatever code it is sent: it belongs into a private network, with TLS, and never on the internet.

    Parameters
    ----------
    address
        Of the scheduler, for example ``tls://10.0.0.5:8786``.
    n_thread
        Threads to fall back on.
    patience_s
        How long the scheduler may be silent.
    """

    def __init__(self, address: str, n_thread: int = 2, patience_s: float = PATIENCE_S) -> None:
        self._address, self._patience_s = address, patience_s
        self._local = LocalEngine(n_thread)
        self._client: Any = None
        self._is_lost = False

    @property
    def is_lost(self) -> bool:
        """Whether the cluster was given up and everything is done here."""
        return self._is_lost

    def map(self, function: Callable[..., T], *columns: Iterable[Any]) -> list[T]:
        """As `LocalEngine.map`; work that the cluster does not bring back within the patience is done here."""
        rows = list(zip(*columns, strict=True))
        if not rows or self._is_lost:
            return self._here(function, rows)
        try:
            futures = self._connect().map(function, *zip(*rows, strict=True), retries=RETRIES, pure=False)
            self._wait(futures)
        except (OSError, TimeoutError, CancelledError, _LostError) as error:
            self._give_up(error)
            return self._here(function, rows)
        failures = [future.exception() for future in futures]
        for failure in failures:
            if failure is not None:
                raise failure
        return list(self._client.gather(futures))

    def close(self) -> None:
        """Let go of the cluster and end the threads."""
        self._disconnect()
        self._local.close()

    def _here(self, function: Callable[..., T], rows: list[tuple[Any, ...]]) -> list[T]:
        return self._local.map(function, *zip(*rows, strict=True)) if rows else []

    def _connect(self) -> Any:
        if self._client is None:
            from distributed import Client

            self._client = Client(self._address, timeout=self._patience_s, set_as_default=False)
            self._client.get_versions(check=True)
        return self._client

    def _wait(self, futures: list[Any]) -> None:
        """Wait until all are done, as long as the scheduler answers and has workers."""
        from distributed import wait

        silent_s = 0.0
        while True:
            try:
                with self._client.as_current():
                    wait(futures, timeout=LOOK_S)
                return
            except CancelledError as error:
                raise _LostError(str(error).splitlines()[0]) from error
            except TimeoutError:
                silent_s = 0.0 if self._is_alive() else silent_s + LOOK_S
                if silent_s >= self._patience_s:
                    raise _LostError(f"no worker for {self._patience_s:.0f} s") from None

    def _is_alive(self) -> bool:
        """Whether the scheduler is there and has somebody to work."""
        if self._client.status != "running":
            return False
        with contextlib.suppress(Exception):
            return bool(self._client.scheduler_info(n_workers=-1)["workers"])
        return False

    def _give_up(self, error: BaseException) -> None:
        why = str(error) or type(error).__name__
        log.warning("the cluster at %s does not answer (%s); its work is done here", self._address, why)
        self._is_lost = True
        self._disconnect()

    def _disconnect(self) -> None:
        if self._client is not None:
            with contextlib.suppress(Exception):
                self._client.close(timeout=1)
            self._client = None


class _LostError(Exception):
    """The scheduler, or all of its workers, were silent for too long."""


def engine(settings: Settings) -> LocalEngine:
    """Make the engine of the refresh loop, whose work needs the open store of this process: threads."""
    return LocalEngine(settings.engine_threads)


def cluster_engine(settings: Settings, environ: Mapping[str, str] = os.environ) -> Engine:
    """Make the engine for heavy work: a cluster where the environment names one and Dask is installed, else threads."""
    address = environ.get(ADDRESS, "").strip()
    if not address:
        return LocalEngine(settings.engine_threads)
    try:
        import distributed  # noqa: F401
    except ImportError:
        log.warning("%s is set, but Dask is not installed: pip install -r .deploy/requirements-cluster.txt", ADDRESS)
        return LocalEngine(settings.engine_threads)
    return DaskEngine(address, settings.engine_threads)
