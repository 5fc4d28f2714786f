"""Every operation of the document, tried with what fits its schemas and with what does not, by all of schemathesis's
checks.

Places are moved into the area, and names to things that exist, wherever what was made up is of the right form:
otherwise nearly every answer would be "outside the area". A question of the right form that still cannot be answered
(a place no street is near to, a polygon that crosses itself) is refused with 422, by faces with 400; that counts as
accepted. The stream of events is left out: it has no end.
"""

import os
import re
import zlib
from collections.abc import Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.config import SchemathesisConfig
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.faces.asking import PROFILE_OF_WORD
from dashboard.api.listings import LISTINGS
from dashboard.api.reading import AREA_PATTERN, POINT_PATTERN
from tests.answers.small_world import closure, make_library, write_next
from tests.tiny import N, node_position

N_CASE = int(os.environ.get("SCHEMATHESIS_CASES", "3000"))
ENDLESS = {"/v1/events"}
ACCEPTED = ["2xx", "302", "304", "400", "401", "403", "404", "409", "412", "422", "429", "503"]
REFUSED = ["400", "401", "403", "404", "405", "406", "409", "413", "415", "422", "428", "429"]
"""A body that breaks its schema by its size is refused as too large."""
CONFIG = {
    "checks": {
        "positive_data_acceptance": {"expected-statuses": ACCEPTED},
        "negative_data_rejection": {"expected-statuses": REFUSED},
    }
}
SOUTH, WEST = node_position(0)
NORTH, EAST = node_position(N * N - 1)
PAIR = re.compile(r"([^;,]+),([^;,]+)")


def fold(value: float, low: float, high: float) -> float:
    """Move a number into an interval."""
    return low + abs(value) % 1000.0 / 1000.0 * (high - low) if abs(value) < 1e9 else value


def is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def settle(value: Any, name: str = "") -> Any:
    """Move everything of the right form into the area, and names to what exists."""
    if isinstance(value, dict):
        return {key: settle(one, key) for key, one in value.items()}
    if isinstance(value, list):
        if len(value) == 2 and all(map(is_number, value)):
            return [fold(value[0], WEST, EAST), fold(value[1], SOUTH, NORTH)]
        return [settle(one, name) for one in value]
    if is_number(value):
        return {"lat": fold(value, SOUTH, NORTH), "lon": fold(value, WEST, EAST)}.get(name, value)
    if isinstance(value, str):
        return settle_text(value, name)
    return value


def settle_text(value: str, name: str) -> str:
    if name in ("from", "to", "start", "end") and (match := POINT_PATTERN.fullmatch(value)):
        lat, lon = fold(float(match[1]), SOUTH, NORTH), fold(float(match[2]), WEST, EAST)
        return f"{lat},{lon}" if name in ("from", "to") else f"{lon},{lat}"
    if name == "coordinates" and all(PAIR.fullmatch(part) for part in value.split(";")):
        try:
            pairs = [[float(one) for one in part.split(",")] for part in value.split(";")]
        except ValueError:
            return value
        return ";".join(f"{fold(x, WEST, EAST)},{fold(y, SOUTH, NORTH)}" for x, y in pairs[:20])
    known = {"collection_id": LISTINGS, "profile": tuple(PROFILE_OF_WORD), "costing": ("auto", "pedestrian")}
    if name in known and re.fullmatch("[a-z.-]+", value):
        return known[name][zlib.crc32(value.encode()) % len(known[name])]
    return "tiny" if name in ("area", "area_id") and re.fullmatch(AREA_PATTERN, value) else value


def settled(context: Any, value: Any) -> Any:
    """Hook of every part of a request."""
    return settle(dict(value) if isinstance(value, Mapping) else value)


@pytest.fixture(scope="module")
def schema(tmp_path_factory):
    library = make_library(tmp_path_factory.mktemp("home"))
    write_next(library, 30.0)
    write_next(library, 70.0, (closure(),))
    app = DispatcherMiddleware(NotFound(), {"/api": create_api(library, Answers(library))})
    config = SchemathesisConfig.from_dict(CONFIG)
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app, config=config)
    for part in ("query", "body", "path_parameters"):
        schema.hooks.register_hook_with_name(settled, f"map_{part}")
    return schema


def tried_with(operation: Any, n_case: int, broken: dict[str, str]) -> int:
    """Try an operation; what breaks goes into `broken`. Gives the number of cases."""
    name, tried = f"{operation.method.upper()} {operation.path}", 0

    def try_one(case: schemathesis.Case) -> None:
        nonlocal tried
        tried += 1
        case.headers["Accept-Encoding"] = "identity"
        try:
            case.call_and_validate()
        except schemathesis.errors.SchemathesisError:
            raise
        except (AssertionError, BaseExceptionGroup) as error:
            told = "; ".join(map(str, getattr(error, "exceptions", [error])))
            broken.setdefault(name, f"{told}\n{case.as_curl_command()}"[:2000])

    fitting, not_fitting = (
        operation.as_strategy(mode)
        for mode in (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
    )
    bounded = settings(
        max_examples=n_case, deadline=None, database=None, derandomize=True,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    bounded(given(case=fitting | not_fitting)(try_one))()
    return tried


@pytest.mark.slow
def test_all_checks_hold_for_every_operation(schema):
    operations = [one.ok() for one in schema.get_all_operations() if one.ok().path not in ENDLESS]
    broken: dict[str, str] = {}
    n_each = -(-N_CASE // len(operations))
    tried = sum(tried_with(operation, n_each, broken) for operation in operations)
    assert not broken, "\n\n".join(f"{name}: {told}" for name, told in broken.items())
    assert tried >= N_CASE * 0.9
