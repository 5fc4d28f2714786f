"""A desk over the tiny town, and requests that come from this machine, a keyed client or a stranger."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from dashboard.acts.desk import Desk
from dashboard.keys.door import Door
from dashboard.store.keys import Role, Scope
from dashboard.store.library import Library
from tests.answers.small_world import make_library, write_next

NOW_S = 1_800_000_000.0
FAR = {"REMOTE_ADDR": "198.51.100.7", "HTTP_HOST": "risk.example", "SERVER_PROTOCOL": "HTTP/1.1"}


class Clock:
    """Seconds that a test sets."""

    def __init__(self) -> None:
        self.now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    """The tiny town, its drill under way."""
    library = make_library(tmp_path)
    write_next(library)
    return library


@pytest.fixture
def desk(library: Library, clock: Clock) -> Desk:
    return Desk(library, Door(library, clock), clock)


@pytest.fixture
def acting(library: Library) -> Callable[..., AbstractContextManager[Any]]:
    """Request context of somebody who holds a fresh key of a role; of nobody for None."""

    def enter(role: Role | None = Role.COORDINATE, name: str = "Hall") -> AbstractContextManager[Any]:
        headers = {}
        if role is not None:
            _, presented = library.keys.make(name, role, (Scope.READ,), None, NOW_S - 10)
            headers["Authorization"] = f"Bearer {presented}"
        return Flask("t").request_context(EnvironBuilder("/", method="POST", headers=headers).get_environ() | FAR)

    return enter
