"""Seconds that each stage of a piece of work took."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Stages:
    """Measures stages by name; a stage within another counts as itself only, so that they add up to the whole.

    Parameters
    ----------
    monotonic_s
        Seconds that never go back.

    Examples
    --------
    >>> moments = iter([0.0, 1.0, 4.0, 10.0])
    >>> stages = Stages(lambda: next(moments))
    >>> with stages.measure("assess"):
    ...     with stages.measure("water"):
    ...         pass
    >>> stages.seconds
    {'water': 3.0, 'assess': 7.0}
    """

    def __init__(self, monotonic_s: Callable[[], float] = time.perf_counter) -> None:
        self.seconds: dict[str, float] = {}
        self._monotonic_s = monotonic_s
        self._within_s: list[float] = []

    @contextmanager
    def measure(self, name: str) -> Iterator[None]:
        """Count the time of the block to a stage, however it ends."""
        begun_s = self._monotonic_s()
        self._within_s.append(0.0)
        try:
            yield
        finally:
            took_s = self._monotonic_s() - begun_s
            self.seconds[name] = self.seconds.get(name, 0.0) + took_s - self._within_s.pop()
            if self._within_s:
                self._within_s[-1] += took_s

    def timed(self, name: str, function: Callable[P, T]) -> Callable[P, T]:
        """Give a function whose calls count to a stage."""

        def measured(*args: P.args, **kwargs: P.kwargs) -> T:
            with self.measure(name):
                return function(*args, **kwargs)

        return measured
