"""Dear questions are answered a few at a time, so that a crowd of them leaves room for everybody else's."""

import os
import threading
from typing import Final

from flask import Flask, g, request

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
EXTENSION: Final = "ansimgil_gate"
_MARK: Final = "ansimgil_inside"


def register_gate(app: Flask, at_once: int = AT_ONCE, patience_s: float = PATIENCE_S) -> None:
    """Let at most so many dear questions in at once.

    Raises
    ------
    risk_core.errors.UnavailableError
        In a request whose turn did not come in time.
    """
    places = threading.BoundedSemaphore(at_once)
    app.extensions[EXTENSION] = places

    @app.before_request
    def enter() -> None:
        if request.blueprint not in DEAR:
            return
        if not places.acquire(timeout=patience_s):
            wanted = f"at most {at_once} of this kind at once"
            raise UnavailableError(Fault("questions", f"more than {at_once}", wanted, "Ask again in a moment."))
        setattr(g, _MARK, True)

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        if g.pop(_MARK, False):
            places.release()
