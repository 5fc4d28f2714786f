"""The open API: one resource a file, mounted at /api."""

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apiflask import APIFlask

    from dashboard.answers import Answers
    from dashboard.store.library import Library


def create_api(library: "Library", answers: "Answers", clock: Callable[[], float] = time.time) -> "APIFlask":
    """Make the WSGI app of every path under /api; see `dashboard.api.application`."""
    from dashboard.api.application import build_api

    return build_api(library, answers, clock)
