"""The callback graph: ids exist, outputs have one owner, callbacks are short and without arithmetic."""

import ast
import json
from pathlib import Path

import pytest
from dash import Dash

from dashboard.pages.frame import MORE, PAGES
from tests.components.tree import walk

ROOT = Path(__file__).resolve().parents[2]
PAGE_FILES = sorted((ROOT / "dashboard" / "pages").rglob("*.py"))


def dependencies(app: Dash) -> list[dict]:
    return app.server.test_client().get("/_dash-dependencies").get_json()


def layout_ids(app: Dash) -> set[str]:
    ids = [getattr(part, "id", None) for part in walk(app.validation_layout)]
    return {one if isinstance(one, str) else json.dumps(one, sort_keys=True) for one in ids if one}


def test_every_id_of_the_graph_stands_in_a_layout(app: Dash) -> None:
    known = {*layout_ids(app), "_pages_location"}
    named = {part["id"] for one in dependencies(app) for part in (*one["inputs"], *one["state"])}
    plain = {one for one in named if not one.startswith("{")}
    assert plain - known == set()
    types = {json.loads(one)["type"] for one in known if one.startswith("{")}
    patterns = {json.loads(one)["type"] for one in named if one.startswith("{")}
    later = {"citizen-route-card", "citizen-found-place", "sources-back", "ops-do", "ops-set-shelter"}
    assert patterns - types <= later, "these exist only once ways are known, or something was closed"


def test_no_output_has_two_owners(app: Dash) -> None:
    outputs = [
        part
        for one in dependencies(app)
        for part in one["output"].strip(".").split("...")
        if "@" not in part and "." in part
    ]
    assert len(outputs) == len(set(outputs))


def test_callbacks_take_few_inputs(app: Dash) -> None:
    assert max(len(one["inputs"]) + len(one["state"]) for one in dependencies(app)) <= 8


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_callbacks_are_short_and_calculate_nothing(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef) and any("callback" in ast.dump(one) for one in node.decorator_list):
            first, last = node.body[0], node.body[-1]
            assert (last.end_lineno or 0) - first.lineno < 15, node.name
            sums = [
                part for part in ast.walk(node) if isinstance(part, ast.BinOp) and not isinstance(part.op, ast.BitOr)
            ]
            loops = [part for part in ast.walk(node) if isinstance(part, ast.For | ast.While | ast.ListComp)]
            assert not sums and not loops, node.name


@pytest.mark.parametrize(("name", "path"), PAGES + MORE)
def test_pages_answer_at_their_address(app: Dash, name: str, path: str) -> None:
    answer = app.server.test_client().get(path)
    assert answer.status_code == 200
    page = answer.get_data(as_text=True)
    assert '<html lang="ko">' in page and "width=device-width" in page
    assert "http://" not in page.replace("http://www.w3.org", "") and "https://" not in page, (
        "nothing foreign is loaded"
    )


def test_what_is_sent_to_every_browser_is_small(app: Dash) -> None:
    assert len(app.server.test_client().get("/").data) < 60_000
