"""Whatever a GET of the API tells is kept by nobody, for it tells where somebody is, or is not sent twice."""

import re
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.answers import Answers
from dashboard.api import create_api
from tests.answers.small_world import closure, make_library, write_next
from tests.api.twins import TWINS

FILLED = {
    "area_id": "tiny",
    "layer": "rain",
    "z": 12,
    "x": 1236,
    "y": 2403,
    "code": "input",
    "collection_id": "streets",
    "feature_id": "1",
    "file": "docs.css",
}
ASKED = {"/v1/observations": "kind=rain", "/v1/risk/area": "district=west"}
ENDLESS = {"/v1/events"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> FlaskClient:
    home: Path = tmp_path_factory.mktemp("home")
    library = make_library(home)
    write_next(library, 70.0, (closure(),))
    return create_api(library, Answers(library)).test_client()


def addresses(client: FlaskClient) -> dict[str, str]:
    """Address of every GET that the tiny town can answer, by its rule."""
    document: dict[str, Any] = client.get("/v1/openapi.json").get_json()
    twins = {twin.rule: twin.asked for twin in TWINS}
    found = {"/v1/openapi.json": "/v1/openapi.json"}
    for path, operations in document["paths"].items():
        names = set(re.findall(r"{(\w+)}", path))
        if "get" in operations and path not in ENDLESS and (path in twins or names <= set(FILLED)):
            found[path] = twins.get(path) or f"{path.format(**FILLED)}?{ASKED.get(path, '')}"
    return found


def test_no_answer_is_sent_twice_or_it_is_kept_by_nobody(client: FlaskClient) -> None:
    n_kept = n_private = 0
    for rule, address in addresses(client).items():
        answer = client.get(address)
        if answer.status_code in (401, 404) and ("infection" in rule or "/v1/" in rule):
            continue
        assert answer.status_code == 200, (address, answer.status_code)
        rules = answer.headers.get("Cache-Control", "")
        if rules == "private, no-store":
            n_private += 1
            continue
        assert "ETag" in answer.headers or "immutable" in rules, (rule, rules)
        if "ETag" in answer.headers:
            again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
            assert again.status_code == 304 and again.data == b"", rule
        n_kept += 1
    assert n_kept > 20 and n_private > 15
