"""One way to do many independent calculations at once: `engine(settings).map(function, *columns)`.

Threads suffice on one machine, because every kernel releases the interpreter lock.
"""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol, TypeVar

from dashboard.settings import Settings

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
        futures = [self._pool.submit(function, *row) for row in rows]
        failures = [future.exception() for future in futures]
        for failure in failures:
            if failure is not None:
                raise failure
        return [future.result() for future in futures]

    def close(self) -> None:
        """Wait for the calculations under way and end the threads."""
        self._pool.shutdown(wait=True)


def engine(settings: Settings) -> Engine:
    """Make the engine the settings ask for."""
    return LocalEngine(settings.engine_threads)
