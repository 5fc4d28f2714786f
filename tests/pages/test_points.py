"""Every point of the list names tests that exist, or a command that starts."""

import ast
import importlib
from pathlib import Path

import pytest

from tests.browser.points import POINTS, Point

ROOT = Path(__file__).resolve().parents[2]


def test_all_points_are_there() -> None:
    assert [point.number for point in POINTS] == list(range(1, 23))


@pytest.mark.parametrize("point", POINTS, ids=lambda point: str(point.number))
def test_what_shows_a_point_exists(point: Point) -> None:
    assert point.tests or point.command
    for test in point.tests:
        path, _, name = test.partition("::")
        tree = ast.parse((ROOT / path).read_text("utf-8"))
        assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}, test
    if point.command:
        assert callable(importlib.import_module(point.command.split()[2]).main)
