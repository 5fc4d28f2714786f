"""Dear questions are answered a few at a time, so that a crowd of them leaves room for everybody else's."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from risk_core.errors import Fault, UnavailableError

DEAR: Final = frozenset(
    {"routes", "choices", "matrix", "reach", "shelters", "paths", "risk_many", "cut_outs", "contributions"}
    | {"osrm", "ors", "valhalla"}
)
"""Resources whose answer takes a processor for long; by name of their blueprint."""
AT_ONCE: Final = 2 * (os.cpu_count() or 1)
"""Dear questions that one process works on at once: as many as keep the processors busy."""
PATIENCE_S: Final = 2.0
"""A dear question waits this long for its turn."""


class Gate:
    """Lets at most so many in at once.

    Parameters
    ----------
    at_once
        How many.
    patience_s
        Seconds one waits for its turn.
    """

    def __init__(self, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
        self._at_once = at_once
        self._patience_s = patience_s
        self._places = threading.BoundedSemaphore(at_once)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold a place, however what is done there ends.

        Raises
        ------
        risk_core.errors.UnavailableError
            When none was free in time.
        """
        if not self._places.acquire(timeout=self._patience_s):
            wanted = f"at most {self._at_once} of this kind at once"
            raise UnavailableError(Fault("questions", f"more than {self._at_once}", wanted, "Ask again in a moment."))
        try:
            yield
        finally:
            self._places.release()
