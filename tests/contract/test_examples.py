"""Every example in a docstring runs and tells what it gives."""

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
ALONE = ROOT / "dashboard" / "client" / "examples"
"""Programs of users: they import the client by its own name, and tests of their own run them."""


def modules_with_examples() -> list[str]:
    files = sorted(path for room in ("risk_core", "components", "dashboard") for path in (ROOT / room).rglob("*.py"))
    with_examples = (path for path in files if ALONE not in path.parents and ">>> " in path.read_text("utf-8"))
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in with_examples]


MODULES = modules_with_examples()


def test_there_are_examples() -> None:
    assert len(MODULES) > 150


@pytest.mark.parametrize("name", MODULES)
def test_examples_of_a_module_run(name: str) -> None:
    told: list[str] = []
    runner = doctest.DocTestRunner(verbose=False)
    for example in doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name)):
        runner.run(example, out=told.append)
    assert not runner.summarize(verbose=False).failed, "".join(told)
