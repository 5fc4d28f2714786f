"""What every test may ask for."""

from pathlib import Path

import pytest

from risk_core.state.area import Area
from tests.tiny import tiny_area

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def area() -> Area:
    """The tiny area, built once."""
    return tiny_area()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Folder of the development data; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip(f"development data is not beside the checkout ({SHARED.name} folder missing)")
    return SHARED
