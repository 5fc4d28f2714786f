"""The tiny area with a cell for each street alone, so that a test can say what risk each street has."""

from dataclasses import replace

import pytest

from risk_core.state.area import Area
from tests.routes.cities import own_cells
from tests.tiny import tiny_area


@pytest.fixture(scope="session")
def area() -> Area:
    """The tiny area, its streets' cells their own."""
    tiny = tiny_area()
    return replace(tiny, network=own_cells(tiny.network))
