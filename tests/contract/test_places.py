"""Whoever asks about a place may keep it out of the address: each such GET has a POST that asks the same.

OGC API Features and OSRM know GET alone, and their clients must work as they are; so their addresses stay, and the
POST beside them is ours. Tiles are no questions: everybody who looks at a map there asks for the same few.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.answers import Answers
from dashboard.api import create_api
from dashboard.api.access import QUESTIONS, RULES
from dashboard.api.repeats import CHANGING
from tests.answers.small_world import make_library, write_next
from tests.api.twins import TWINS

PLACES = {"lat", "lon", "bbox", "from", "to", "start", "end", "coordinates", "json", "district"}
"""Names that tell where something is; Valhalla's `json` is a whole question."""
TILES = {"x", "y", "z"}
ELSEWHERE = """
ach alert_id alternatives annotations api_key approaches area area_id arrive_by bbox-crs bearings before by co2_ppm
code collection_id continue_straight cursor crowd_ratio datetime destinations distance_m f feature_id file format
generate_hints geometries hints hook_id job_id kind kinds lang language layer level limit limits_s mask minutes n number
other_masks overview plan_id preference preset profile radiuses reason severity since skip_waypoints slack snapping
source_id sources step steps t v voice closure_id
"""
"""Names that tell nothing of a place. A new name has to be put here or among `PLACES`."""
BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "maxLength", "minLength", "pattern", "enum")
Part = dict[str, Any]


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory) -> Any:
    home: Path = tmp_path_factory.mktemp("home")
    library = make_library(home)
    write_next(library)
    return create_api(library, Answers(library))


@pytest.fixture(scope="module")
def document(api: Any) -> Part:
    found: Part = api.test_client().get("/v1/openapi.json").get_json()
    return found


def told(document: Part, part: Part) -> Part:
    """A part, or what it refers to."""
    while "$ref" in part:
        kind, name = part["$ref"].split("/")[-2:]
        part = document["components"][kind][name]
    return part


def reading(document: Part) -> Iterator[tuple[str, Part]]:
    """Path, and parameters by name, of every GET."""
    for path, operations in document["paths"].items():
        if "get" in operations:
            every = [told(document, one) for one in operations["get"].get("parameters", ())]
            yield path, {one["name"]: one["schema"] for one in every if one["in"] != "header"}


def body_of(document: Part, path: str) -> tuple[Part, Part]:
    """Schema and example of the body that a POST wants."""
    operation = document["paths"][path]["post"]
    (content,) = operation["requestBody"]["content"].values()
    (example,) = [content["example"]] if "example" in content else content["examples"].values()
    example = told(document, example)
    return told(document, content["schema"]), example.get("value", example)


def test_every_name_of_an_address_is_known_to_tell_of_a_place_or_not(document: Part) -> None:
    names = {name for _, parameters in reading(document) for name in parameters}
    assert names - TILES - set(ELSEWHERE.split()) - PLACES == set(), "say whether these tell where somebody is"
    assert names >= PLACES | set(ELSEWHERE.split()), "and every name looked for is met"


def test_every_question_about_a_place_has_a_post_that_asks_the_same(document: Part) -> None:
    asked = {path for path, parameters in reading(document) if PLACES & set(parameters)}
    twins = {twin.rule: twin for twin in TWINS}
    assert asked == set(twins), "a GET that takes a place, and no POST beside it"
    for path, parameters in reading(document):
        if path not in asked:
            continue
        twin = twins[path]
        schema, example = body_of(document, twin.post)
        in_path = {name for name in parameters if f"{{{name}}}" in twin.post}
        missing = set(parameters) - in_path - twin.renamed - set(schema["properties"])
        assert missing == set(), (path, "names that the body does not know")
        assert set(example) <= set(schema["properties"]), path
        holders = PLACES | {"coordinates", "locations", "geometry"}
        assert holders & set(example), (path, "the example says where")


def test_both_have_the_same_bounds(document: Part) -> None:
    twins = {twin.rule: twin for twin in TWINS}
    for path, parameters in reading(document):
        if path not in twins:
            continue
        schema, _ = body_of(document, twins[path].post)
        in_path = {name for name in parameters if f"{{{name}}}" in path}
        for name in set(parameters) & set(schema["properties"]) - PLACES - in_path - twins[path].renamed:
            ways = [limits(document, one) for one in (parameters[name], schema["properties"][name])]
            assert ways[0] == ways[1], (path, name)


def limits(document: Part, schema: Part) -> list[Part]:
    """Bounds of a value, whichever of several forms it may have; lists are told in words in an address."""
    schema = told(document, schema)
    forms = [one for form in schema.get("anyOf", [schema]) if (one := told(document, form)).get("type") != "null"]
    bounds = [{word: one[word] for word in BOUNDS if word in one} for one in forms if one.get("type") != "array"]
    return [one for one in bounds if one]


def test_asking_by_post_writes_nothing_and_is_kept_nowhere(api: Any) -> None:
    rules = {rule.rule: rule.endpoint for rule in api.url_map.iter_rules() if "POST" in (rule.methods or ())}
    shown = {rule.rule: rule.endpoint for rule in api.url_map.iter_rules() if "GET" in (rule.methods or ())}
    for twin in TWINS:
        name = rules[as_rule(twin.post)].partition(".")[0]
        assert name in QUESTIONS and name not in CHANGING, (twin.post, "a question needs no role")
        (other,) = {rule for rule in shown if as_rule(twin.rule) == rule.replace("path:", "")}
        assert RULES[name] == RULES[shown[other].partition(".")[0]], (twin.post, "both cost the same")


def as_rule(path: str) -> str:
    return path.replace("{", "<").replace("}", ">")
