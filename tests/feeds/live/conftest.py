"""A stub server for every test."""

from collections.abc import Iterator

import pytest

from tests.feeds.live import stub as plays
from tests.feeds.live.stub import Stub


@pytest.fixture
def stub() -> Iterator[Stub]:
    with plays.running() as one:
        yield one
