"""What is installed: the lock holds all that is required, runs on every Python named, and serves without the tests."""

import ast
import re
import sys
from importlib.metadata import distributions, packages_distributions

from packaging.specifiers import SpecifierSet

from tests.contract.test_house import PRODUCT, ROOT

OLDEST_PYTHON = "3.11.0"
LOCK, HASHED = ROOT / ".requirements.lock", ROOT / ".deploy" / "requirements.hashed.txt"
OURS = {"risk_core", "dashboard", "components", "ansimgil_client"}
OPTIONAL = {"distributed"}
"""Installed by who has a cluster, see .deploy/README.md."""


def plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\[=<> ;]", name)[0]).lower()


def pins(path) -> dict[str, str]:
    lines = [line.split(" --hash=")[0].strip() for line in path.read_text().splitlines() if line[:1] not in ("", "#")]
    return {plain(name): version for name, version in (line.split("==") for line in lines)}


def required(text: str) -> set[str]:
    return {plain(line.split("#")[0].strip()) for line in text.splitlines() if line.split("#")[0].strip()}


def imported() -> set[str]:
    """Top-level names of every module of others that the product imports."""
    found: set[str] = set()
    for path in PRODUCT:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {one.name.split(".")[0] for one in node.names}
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                found.add(str(node.module).split(".")[0])
    return found - set(sys.stdlib_module_names) - OURS - OPTIONAL - {"_typeshed"}


def test_requirements_are_locked() -> None:
    assert required((ROOT / "requirements.txt").read_text()) <= set(pins(LOCK))


def test_every_locked_package_runs_on_the_oldest_python_we_name() -> None:
    assert "Python 3.11+" in (ROOT / "README.md").read_text()
    here = {plain(one.name): one.metadata.get("Requires-Python") or "" for one in distributions()}
    wanted = {name: here[name] for name in pins(LOCK) if name in here}
    assert len(wanted) > 100
    assert {name: text for name, text in wanted.items() if OLDEST_PYTHON not in SpecifierSet(text)} == {}


def test_the_hashed_lock_agrees_with_the_lock_and_holds_what_the_product_runs_with() -> None:
    hashed, locked = pins(HASHED), pins(LOCK)
    assert {name: version for name, version in hashed.items() if locked.get(name, version) != version} == {}
    runtime, for_tests = (ROOT / "requirements.txt").read_text().split("# tests and gates")
    assert required(runtime) <= set(hashed)
    assert not required(for_tests) & set(hashed), "tests are not run where the product serves"
    lines = [line for line in HASHED.read_text().splitlines() if not line.startswith("#")]
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}$", line) for line in lines)


def test_whatever_the_product_imports_is_in_the_hashed_lock() -> None:
    provided, hashed = packages_distributions(), set(pins(HASHED))
    assert {name for name in imported() if not {plain(one) for one in provided.get(name, [])} & hashed} == set()
