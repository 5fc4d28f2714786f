"""A small cache of one process whose misses are computed once, however many threads ask."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class KeyedCache(Generic[V]):
    """The `size` most recently used values by key.

    Keys are scalars or tuples of scalars. Threads that miss the same key wait for the one that computes it;
    other keys are not held up. A computation that raises leaves nothing behind.

    Parameters
    ----------
    size
        Values kept.

    Examples
    --------
    >>> cache: KeyedCache[int] = KeyedCache(2)
    >>> cache.get_or_make("a", lambda: 1), cache.get_or_make("a", lambda: 2)
    (1, 1)
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[Hashable, V] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def get_or_make(self, key: Hashable, make: Callable[[], V]) -> V:
        """Value of the key; computed by `make` when it is not there.

        Raises
        ------
        Exception
            Whatever `make` raises.
        """
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
                return self._values[key]
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._values[key]
            try:
                value = make()
                self._keep(key, value)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return value

    def get(self, key: Hashable) -> V | None:
        """Value of the key, None where it is not there; nobody waits."""
        with self._lock:
            return self._values.get(key)

    def __len__(self) -> int:
        return len(self._values)

    def _keep(self, key: Hashable, value: V) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
