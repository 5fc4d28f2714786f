"""The whole application over tiny areas, made once."""

from pathlib import Path

import pytest
from dash import Dash

from dashboard.answers import Answers
from dashboard.app import create_app
from dashboard.pages.page import EXTENSION, Services
from dashboard.store.library import Library
from tests.answers.small_world import closure, make_library, write_next

NOW_S = 1_782_000_000.0


@pytest.fixture(scope="session")
def tiny_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Tiny town under heavy rain with a closed street, and an area without streets or snapshot."""
    home: Path = tmp_path_factory.mktemp("home")
    library = make_library(home)
    write_next(library, 70.0, (closure(),))
    return library


@pytest.fixture(scope="session")
def app(tiny_library: Library) -> Dash:
    """The application."""
    return create_app(tiny_library.settings, tiny_library, Answers(tiny_library), lambda: NOW_S)


@pytest.fixture(scope="session")
def services(app: Dash) -> Services:
    """What its pages ask."""
    found: Services = app.server.extensions[EXTENSION]
    return found
