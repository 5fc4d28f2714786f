"""The short form of every row: what must never happen does not; times are reported, not asserted."""

import importlib
import json
import sys
from pathlib import Path

import pytest

from tests.reliability.figures import Plan

ROWS = sorted(path.stem for path in Path(__file__).parent.glob("row_*.py"))


@pytest.mark.fault
@pytest.mark.parametrize("name", ROWS)
def test_row(name: str, tmp_path: Path) -> None:
    figures = importlib.import_module(f"tests.reliability.{name}").measure(Plan(tmp_path / "home"))
    sys.stderr.write(json.dumps(figures.values) + "\n")
    assert figures.failed == []
