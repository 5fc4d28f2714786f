"""Officials' files on the page of sources: what was read is shown, taken in by one press, taken back by another."""

import base64
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder

from dashboard.answers import Answers
from dashboard.pages.page import Opened, Services, open_query
from dashboard.pages.sources.uploading import back_part, preview_part, take_part, taken_part, upload_card
from dashboard.store.keys import Role, Scope
from dashboard.store.kinds import Kind
from tests.answers.small_world import make_library
from tests.components.tree import by_class, words

NOW_S = 1_782_000_000.0
FAR = {"REMOTE_ADDR": "198.51.100.7", "HTTP_HOST": "risk.example", "SERVER_PROTOCOL": "HTTP/1.1"}
TABLE = "district_id,date,cases,memo\nwest,2026-06-20,3,a\neast,yesterday,4,b\n"


def brought(table: str, name: str = "cases.csv", columns: Any = None) -> dict[str, Any]:
    contents = "data:text/csv;base64," + base64.b64encode(table.encode("cp949")).decode()
    return {"contents": contents, "kind": "cases", "columns": columns, "name": name, "source": "hall"}


@pytest.fixture
def opened(tmp_path: Path) -> Opened:
    library = make_library(tmp_path)
    services = Services(library.settings, library, Answers(library), lambda: NOW_S)
    found = open_query(services, {"area": "tiny", "lang": "en"})
    assert found is not None
    return found


def here(opened: Opened) -> Any:
    """Request of somebody with a coordinator's key."""
    _, presented = opened.services.library.keys.make("Hall", Role.COORDINATE, (Scope.READ,), None, NOW_S - 10)
    headers = {"Authorization": f"Bearer {presented}"}
    return Flask("t").request_context(EnvironBuilder("/", method="POST", headers=headers).get_environ() | FAR)


def rows(opened: Opened) -> list[dict[str, Any]]:
    found = opened.services.library.observations.rows(Kind.CASES, "tiny")
    return [row for row in found if row["source"] == "hall"]


def test_columns_units_and_refused_rows_are_shown_before_anything_is_stored(opened: Opened) -> None:
    with here(opened):
        parts = preview_part(opened, brought(TABLE))
    said = words(parts["preview"])
    for wanted in ("1 rows fit", "1 rows refused", "day_s", "2026-06-20", "memo", "not used", "rows 3"):
        assert wanted in said
    assert parts["hidden"] is False and "1" in parts["word"]
    assert rows(opened) == []


def test_a_column_that_is_missing_can_be_named(opened: Opened) -> None:
    table = "구,date,cases\nwest,2026-06-20,3\n"
    with here(opened):
        first = preview_part(opened, brought(table))
        named = preview_part(opened, brought(table, columns={"district_id": "구"}))
    fields = by_class(first["preview"], "field-control")
    assert [one.name for one in fields] == ["district_id"] and first["hidden"] is True
    assert named["hidden"] is False and "구" in words(named["preview"])


def test_one_press_takes_it_in_and_one_takes_it_back(opened: Opened) -> None:
    with here(opened):
        done = take_part(opened, brought(TABLE))
        assert done["contents"] is None and len(rows(opened)) == 1
        act = opened.services.library.acts.newest("tiny")[0]
        assert "Take back" in words(taken_part(opened))
        assert "taken back" in words(back_part(opened, act.act_id)["result"])
        assert rows(opened) == [] and "Take in again" in words(taken_part(opened))


def test_what_cannot_be_read_says_why(opened: Opened) -> None:
    with here(opened):
        parts = preview_part(opened, brought(TABLE, "cases.ods"))
        assert by_class([parts["preview"]], "form-error") and parts["hidden"] is True
        broken = preview_part(opened, {**brought(TABLE), "contents": "data:,%%%"})
        assert by_class([broken["preview"]], "form-error")


def test_strangers_are_asked_to_sign_in(opened: Opened) -> None:
    with Flask("t").request_context(EnvironBuilder("/").get_environ() | FAR):
        shown = upload_card(opened)
    assert "Sign in" in words(by_class([shown], "empty-state"))
    assert by_class([shown], "card-body")[0].children[1].hidden is True
