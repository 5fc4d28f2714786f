"""A library on disk, made once for the tests that only read it."""

from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.store.library import Library
from tests.answers.small_world import closure, make_library, write_ill, write_next, write_stormy


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Tiny town under heavy rain with a closed street."""
    home: Path = tmp_path_factory.mktemp("home")
    library = make_library(home)
    write_next(library, 30.0)
    write_next(library, 70.0, (closure(),))
    return library


@pytest.fixture(scope="module")
def api(library: Library) -> APIFlask:
    """The API over it."""
    return create_api(library, Answers(library))


@pytest.fixture
def client(api: APIFlask) -> FlaskClient:
    """A client of it; English unless a test says otherwise."""
    client = api.test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture(scope="module")
def ill_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Tiny town during an outbreak, dry."""
    library = make_library(tmp_path_factory.mktemp("ill"))
    write_ill(library)
    return library


@pytest.fixture(scope="module")
def stormy_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Tiny town with a typhoon on its way."""
    library = make_library(tmp_path_factory.mktemp("stormy"))
    write_stormy(library)
    return library


@pytest.fixture
def stormy_client(stormy_library: Library) -> FlaskClient:
    """A client of the API over it, in English."""
    client = create_api(stormy_library, Answers(stormy_library)).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def ill_client(ill_library: Library) -> FlaskClient:
    """A client of the API over it, in English."""
    client = create_api(ill_library, Answers(ill_library)).test_client()
    client.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
