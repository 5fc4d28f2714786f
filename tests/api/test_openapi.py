import re

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from dashboard.api import examples
from dashboard.api.problem_types import ProblemTypeBody
from dashboard.api.reading import RiskRequest, RoutesRequest
from dashboard.api.schemas.areas import AreasBody
from dashboard.api.schemas.fields import FieldsBody
from dashboard.api.schemas.risk import RiskBody
from dashboard.api.schemas.routes import RoutesBody
from dashboard.api.schemas.version import VersionBody
from tests.tiny import node_position

LAT, LON = node_position(0)


@pytest.fixture(scope="module")
def document(api):
    return api.test_client().get("/v1/openapi.json").get_json()


def test_document_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_reference_leads_somewhere(document):
    names = set(re.findall(r"'#/components/schemas/([^']+)'", str(document)))
    assert names and names <= set(document["components"]["schemas"])


def test_every_route_is_in_the_document(api, document):
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in api.url_map.iter_rules()}
    assert routes - {"/v1/openapi.json"} == set(document["paths"])


def test_operations_have_ids_summaries_examples_and_problem_errors(document):
    ids = []
    for path, operations in document["paths"].items():
        for operation in operations.values():
            ids.append(operation["operationId"])
            assert operation["summary"]
            (good,) = (r for status, r in operation["responses"].items() if status.startswith("2"))
            for kind, content in good["content"].items():
                is_file = path.endswith((".bin", ".png", ".geojson", "/events"))
                assert is_file or "example" in content, (path, kind)
            for status, response in operation["responses"].items():
                if status >= "400":
                    assert list(response["content"]) == ["application/problem+json"]
            assert {"400", "422"} <= set(operation["responses"])
    assert len(ids) == len(set(ids))


def test_parameters_are_named_as_a_reader_writes_them(document):
    names = {p["name"] for p in document["paths"]["/v1/routes"]["get"]["parameters"]}
    assert names == {"area", "lang", "from", "to", "profile", "kinds", "t"}
    assert document["paths"]["/v1/routes"]["post"]["requestBody"]["required"] is True


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (RiskRequest, examples.RISK_REQUEST),
        (RoutesRequest, examples.ROUTES_REQUEST),
        (RiskBody, examples.RISK),
        (RoutesBody, examples.ROUTES),
        (AreasBody, examples.AREAS),
        (FieldsBody, examples.FIELDS),
        (VersionBody, examples.VERSION),
        (ProblemTypeBody, examples.PROBLEM_TYPE),
    ],
)
def test_examples_fit_their_models(model, example):
    model.model_validate(example)


def test_real_answers_fit_their_models(client):
    place = f"{LAT},{LON}"
    RiskBody.model_validate(client.get(f"/v1/risk?lat={LAT}&lon={LON}").get_json())
    RoutesBody.model_validate(client.get(f"/v1/routes?from={place}&to={place}").get_json())
    AreasBody.model_validate(client.get("/v1/areas").get_json())
    FieldsBody.model_validate(client.get("/v1/fields").get_json())
    VersionBody.model_validate(client.get("/v1/version").get_json())
