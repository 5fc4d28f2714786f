import json
import re
from urllib.parse import quote

import gpxpy
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openapi_spec_validator import OpenAPIV31SpecValidator
from werkzeug.exceptions import NotFound
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client

from dashboard.api import examples, examples_contributions, examples_jobs, examples_path, examples_texts
from dashboard.api.contributions import BatchRequest, SourceRequest
from dashboard.api.held import DecisionRequest
from dashboard.api.problem_types import ProblemTypeBody
from dashboard.api.reading import (
    AlternativesRequest,
    ChoicesRequest,
    MatrixRequest,
    NearestRequest,
    ReachRequest,
    RiskRequest,
    RoutesRequest,
)
from dashboard.api.reading_path import PathsRequest
from dashboard.api.reading_stay import StayRequest
from dashboard.api.repeats import CHANGING
from dashboard.api.schemas.advice import InfectionAdviceBody
from dashboard.api.schemas.areas import AreasBody
from dashboard.api.schemas.contributions import (
    GivenSourceDetailBody,
    GivenSourcesBody,
    HeldListBody,
    MovementBody,
    ReceiptBody,
    UpdateReceiptBody,
)
from dashboard.api.schemas.fields import FieldsBody
from dashboard.api.schemas.jobs import JobBody, JobsBody
from dashboard.api.schemas.many import MatrixBody, NearestBody, ReachBody
from dashboard.api.schemas.paths import PathsBody, WalkerBody
from dashboard.api.schemas.risk import RiskBody
from dashboard.api.schemas.routes import ChoicesBody, RoutesBody
from dashboard.api.schemas.version import VersionBody
from dashboard.api.schemas.webhooks import DeliveriesBody, WebhookMadeBody, WebhooksBody
from dashboard.api.webhooks import WebhookRequest
from dashboard.feeds.cap import parse_cap
from dashboard.feeds.xml import open_xml
from tests.tiny import node_position

FILES = (".bin", ".png", ".mvt", ".tif", "/docs", "/docs/{file}")
"""Answers that nobody reads as text, and the page of the document itself."""
LAT, LON = node_position(0)
FAR = node_position(5)


@pytest.fixture(scope="module")
def document(api):
    return api.test_client().get("/v1/openapi.json").get_json()


def test_document_is_valid_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    OpenAPIV31SpecValidator(document).validate()


def test_every_reference_leads_somewhere(document):
    for part, told in document["components"].items():
        names = set(re.findall(rf"'#/components/{part}/([^']+)'", str(document)))
        assert names == set(told) or (part in ("schemas", "securitySchemes") and names <= set(told)), part


def test_every_route_is_in_the_document(api, document):
    routes = {re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule) for rule in api.url_map.iter_rules()}
    assert routes - {"/v1/openapi.json"} == set(document["paths"])


def test_operations_have_ids_summaries_examples_and_problem_errors(document):
    ids = []
    for path, operations in document["paths"].items():
        for operation in operations.values():
            ids.append(operation["operationId"])
            assert operation["summary"]
            good = {status: one for status, one in operation["responses"].items() if status.startswith("2")}
            assert good and all("content" in one or status == "204" for status, one in good.items())
            for kind, content in (pair for one in good.values() for pair in one.get("content", {}).items()):
                assert path.endswith(FILES) or {"example", "examples"} & set(content), (path, kind)
            asked = operation.get("requestBody", {}).get("content", {})
            assert all({"example", "examples"} & set(one) for one in asked.values()), path
            wanted = "application/problem+json" if path.startswith(("/v1/", "/docs")) else "application/json"
            for status, response in operation["responses"].items():
                if status >= "400":
                    part = response.get("$ref", "").rpartition("/")[2]
                    assert list((document["components"]["responses"].get(part) or response)["content"]) == [wanted]
            assert {"400", "422"} <= set(operation["responses"])
    assert len(ids) == len(set(ids))


def test_parameters_are_named_as_a_reader_writes_them(document):
    parts = document["components"]["parameters"]
    given = document["paths"]["/v1/routes"]["get"]["parameters"]
    names = {(parts[one["$ref"].rpartition("/")[2]] if "$ref" in one else one)["name"] for one in given}
    assert names == {"area", "lang", "from", "to", "profile", "kinds", "t", "arrive_by", "format"}
    assert document["paths"]["/v1/routes"]["post"]["requestBody"]["required"] is True


def test_each_operation_can_be_tried_as_it_is_shown(client, document):
    """What has to stand in an address has an example, and the server reads it."""
    parts, tried = document["components"]["parameters"], 0
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            given = [
                parts[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
                for one in operation.get("parameters", ())
            ]
            wanted = [one for one in given if one.get("required") or "example" in one]
            for one in wanted:
                assert "example" in one or {"enum", "default"} & set(one["schema"]), (path, one["name"])
            if method == "get" and path not in ("/v1/events", "/docs/{file}"):
                values = {one["name"]: one.get("example", one["schema"].get("enum", [""])[0]) for one in wanted}
                filled = re.sub(r"{(\w+)}", lambda found, values=values: quote(str(values[found[1]]), safe=",;"), path)
                query = {one["name"]: values[one["name"]] for one in wanted if one["in"] == "query"}
                answer = client.get(filled, query_string=query)
                words = {} if answer.status_code == 200 else answer.get_json(silent=True) or {}
                assert answer.status_code in (200, 302, 401, 404, 422) or path.startswith(("/o", "/valhalla")), (
                    filled,
                    answer.data,
                )
                assert words.get("code") not in ("input", "unknown_path", "InvalidQuery", "InvalidParameterValue"), (
                    filled
                )
                tried += 1
    assert tried > 40


def test_texts_in_the_document_are_what_they_say():
    for one in (examples_texts.CAP_MESSAGE, examples_texts.ATOM_FEED):
        assert open_xml(one.encode(), "example.xml") is not None
    (record,) = parse_cap(examples_texts.CAP_MESSAGE.encode(), "example.xml").records
    assert record["headline"] == "Heavy rain over the bay"
    assert len(gpxpy.parse(examples_texts.GPX_FILE).routes[0].points) == 2
    lines = dict(line.split(": ", 1) for line in examples_texts.NEWS.strip().splitlines())
    assert lines["event"] == "snapshot" and json.loads(lines["data"])["area"] == "coquimbo"


def test_idempotency_key_is_told_where_it_holds_and_only_there(api, document):
    parts = document["components"]["parameters"]
    adapter = api.url_map.bind("")
    told, held = set(), set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            given = [
                parts[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
                for one in operation.get("parameters", ())
            ]
            name = f"{method.upper()} {path}"
            if any(one["name"] == "Idempotency-Key" for one in given):
                told.add(name)
            endpoint, _ = adapter.match(re.sub(r"{\w+}", "1", path), method.upper())
            if method in ("post", "put", "patch") and endpoint.partition(".")[0] in CHANGING:
                held.add(name)
    assert held <= told and {name for name in told if not name.startswith("DELETE")} == held


@pytest.mark.parametrize(
    ("model", "example"),
    [
        (RiskRequest, examples.RISK_REQUEST),
        (RoutesRequest, examples.ROUTES_REQUEST),
        (StayRequest, examples.ADVICE_REQUEST),
        (InfectionAdviceBody, examples.ADVICE),
        (RiskBody, examples.RISK),
        (RoutesBody, examples.ROUTES),
        (MatrixRequest, examples.MATRIX_REQUEST),
        (MatrixBody, examples.MATRIX),
        (ReachRequest, examples.REACH_REQUEST),
        (ReachBody, examples.REACH),
        (NearestRequest, examples.NEAREST_REQUEST),
        (NearestBody, examples.NEAREST),
        (AlternativesRequest, examples.ALTERNATIVES_REQUEST),
        (ChoicesRequest, examples.CHOICES_REQUEST),
        (ChoicesBody, examples.CHOICES),
        (AreasBody, examples.AREAS),
        (FieldsBody, examples.FIELDS),
        (VersionBody, examples.VERSION),
        (PathsRequest, examples_path.PATHS_REQUEST),
        (PathsBody, examples_path.PATHS),
        (WalkerBody, examples_path.WALKER),
        (ProblemTypeBody, examples.PROBLEM_TYPE),
        (JobBody, examples_jobs.JOB),
        (JobsBody, examples_jobs.JOBS),
        (WebhookRequest, examples_jobs.HOOK_REQUEST),
        (WebhookMadeBody, examples_jobs.HOOK_MADE),
        (WebhooksBody, examples_jobs.HOOKS),
        (DeliveriesBody, examples_jobs.DELIVERIES),
        (SourceRequest, examples_contributions.SOURCE_REQUEST),
        (GivenSourcesBody, examples_contributions.SOURCES),
        (GivenSourceDetailBody, examples_contributions.SOURCE_DETAIL),
        (BatchRequest, examples_contributions.BATCH),
        (ReceiptBody, examples_contributions.RECEIPT),
        (HeldListBody, examples_contributions.HELD_LIST),
        (DecisionRequest, examples_contributions.DECISION),
        (UpdateReceiptBody, examples_contributions.UPDATE_RECEIPT),
        (MovementBody, examples_contributions.MOVEMENT),
    ],
)
def test_examples_fit_their_models(model, example):
    read = model.model_validate(example)
    assert set(example) <= set(read.model_dump(by_alias=True, exclude_unset=True))


def test_real_answers_fit_their_models(client):
    place, points = f"{LAT},{LON}", [{"lat": LAT, "lon": LON}]
    ways = f"from={place}&to={FAR[0]},{FAR[1]}"
    asked = {
        f"/v1/risk?lat={LAT}&lon={LON}": RiskBody,
        f"/v1/routes?{ways}": RoutesBody,
        f"/v1/routes/choices?{ways}": ChoicesBody,
        f"/v1/routes/alternatives?{ways}": RoutesBody,
        f"/v1/reach?from={place}": ReachBody,
        f"/v1/shelters/nearest?from={place}": NearestBody,
        "/v1/areas": AreasBody,
        "/v1/fields": FieldsBody,
        "/v1/version": VersionBody,
    }
    answers = {model: client.get(address).get_json() for address, model in asked.items()}
    answers[MatrixBody] = client.post("/v1/matrix", json={"origins": points, "destinations": points}).get_json()
    for model, answer in answers.items():
        assert model.model_validate(answer).model_dump(mode="json", by_alias=True) == answer


@pytest.mark.parametrize("world", ["client", "ill_client", "stormy_client"])
@pytest.mark.parametrize("more", ["", "&t=1200", "&lang=ko"])
def test_every_risk_fits_its_model(world, more, request):
    for node in (0, 12, 24):
        lat, lon = node_position(node)
        answer = request.getfixturevalue(world).get(f"/v1/risk?lat={lat}&lon={lon}{more}").get_json()
        assert RiskBody.model_validate(answer, strict=True).model_dump(mode="json") == answer


def test_mounted_under_api_every_address_says_so(api):
    client = Client(DispatcherMiddleware(NotFound(), {"/api": api}))
    fields = client.get("/api/v1/fields").get_json()
    assert fields["layers"][0]["overlay_url"].startswith("/api/v1/fields/rain/")
    area = client.get("/api/v1/areas").get_json()["areas"][0]
    assert area["self_url"] == "/api/v1/areas/tiny" and client.get(area["streets_url"]).status_code == 200
    problem = client.get("/api/nothing").get_json()
    assert problem["type"] == "/api/v1/problems/unknown_path" and client.get(problem["type"]).status_code == 200
    for path in ("/api", "/api/", "/api/v1"):
        assert client.get(path).mimetype == "application/problem+json"


WORDS = st.one_of(
    st.sampled_from(
        [
            "cafe",
            "n95",
            "tiny",
            "-29.95",
            "-71.3",
            "nan",
            "0",
            "1e400",
            "walk",
            "fastest",
            "en",
            "../..",
            f"{LAT},{LON}",
        ]
    ),
    st.text(max_size=30),
    st.floats().map(str),
    st.integers().map(str),
)
NAMES = st.sampled_from(
    [
        "preset",
        "pings",
        "time",
        "accuracy",
        "history",
        "minutes",
        "mask",
        "co2_ppm",
        "area",
        "lat",
        "lon",
        "t",
        "v",
        "from",
        "to",
        "profile",
        "kinds",
        "step",
        "lang",
        "x",
    ]
)
PATHS = st.sampled_from(
    (
        *(
            "risk",
            "advice/infection",
            "routes",
            "areas",
            "areas/tiny",
            "areas/tiny/streets.bin",
            "fields",
            "version",
            "openapi.json",
        ),
        *("fields/rain/overlay.png", "fields/combined/streets.bin", "fields/rain/tiles/9/154/303.png"),
        "problems/input",
    )
)
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | WORDS,
    lambda part: st.lists(part, max_size=4) | st.dictionaries(NAMES, part, max_size=6),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(path=PATHS, query=st.dictionaries(NAMES, WORDS, max_size=6))
def test_no_address_makes_an_error_of_ours(api, path, query):
    answer = api.test_client().get(f"/v1/{path}", query_string=query)
    assert answer.status_code in (200, 404, 422)
    assert answer.status_code == 200 or answer.mimetype == "application/problem+json"


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(path=st.sampled_from(["risk", "advice/infection", "routes", "paths"]), body=JSON)
def test_no_body_makes_an_error_of_ours(api, path, body):
    data = json.dumps(body).encode()
    answer = api.test_client().post(f"/v1/{path}", data=data, content_type="application/json")
    assert answer.status_code in (200, 400, 404, 422)
    assert answer.status_code == 200 or answer.mimetype == "application/problem+json"
