"""The house keeps its shape: what lies at the top, how long files are, what is refused."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
VISIBLE = {
    "dashboard", "components", "risk_core", "assets", "tests",
    "requirements.txt", "README.md", "Makefile", "LICENSE",
}  # fmt: skip
STOP_FILE_LINES = 500
STOP_BODY_LINES = 60


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [path for path in (ROOT / name for name in listed.stdout.splitlines()) if path.is_file()]


def python_files(*rooms: str) -> list[Path]:
    return tracked(*[f"{room}/**/*.py" for room in rooms], *[f"{room}/*.py" for room in rooms])


PRODUCT = python_files("risk_core", "components", "dashboard")


def test_nothing_else_is_visible_at_the_top() -> None:
    tops = {path.relative_to(ROOT).parts[0] for path in tracked(".")}
    assert {name for name in tops if not name.startswith(".")} <= VISIBLE


def test_there_is_product_code() -> None:
    assert len(PRODUCT) > 80


@pytest.mark.parametrize("path", PRODUCT, ids=lambda p: str(p.relative_to(ROOT)))
def test_file_is_short_and_clean(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert source.count("\n") <= STOP_FILE_LINES
    assert not re.search(r"\b(TODO|FIXME|XXX|HACK)\b", source)
    assert path.stem not in {"utils", "helpers", "common", "misc"}
    tree = ast.parse(source)
    assert ast.get_docstring(tree), "a module says in one line what it is for"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            assert (node.end_lineno or 0) - first.lineno + 1 <= STOP_BODY_LINES, node.name


def test_only_the_refresh_loop_and_commands_read_the_clock() -> None:
    allowed = re.compile(r"^dashboard/(refresh|web|cli|app)\.py$|/command\.py$|^dashboard/(pages|api|serve)/")
    for path in PRODUCT:
        name = str(path.relative_to(ROOT))
        if not allowed.search(name):
            assert not re.search(r"\btime\.time\(\)|datetime\.now\(", path.read_text(encoding="utf-8")), name


def test_no_path_of_one_machine_is_named() -> None:
    for path in tracked("."):
        if path.suffix in {".py", ".js", ".css", ".md", ".toml", ".txt", ""} and path.stat().st_size < 1_000_000:
            text = path.read_text(encoding="utf-8", errors="replace")
            assert not re.search(r"(?<![\w.])/(work|root|home/\w+)/", text), path
