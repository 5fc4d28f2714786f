import gzip
import json

import brotli
import pytest

from dashboard.i18n import has_text, languages
from risk_core import errors
from risk_core.errors import AnsimgilError
from tests.tiny import node_position

LAT, LON = node_position(0)
JSON = {"Content-Type": "application/json"}


def check(answer, status: int, code: str) -> dict:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    body = answer.get_json()
    assert set(body) == {"type", "title", "status", "detail", "code", "faults"}
    assert (body["status"], body["code"]) == (status, code) and body["type"].endswith(f"/v1/problems/{code}")
    assert answer.headers["Cache-Control"] == "no-store"
    return body


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/", "/v2/risk", "/v1/risk/", "/v1/risk/x", "/v1/fields/rain/x.png"])
def test_unknown_path(client, path):
    check(client.get(path), 404, "unknown_path")


@pytest.mark.parametrize("end", ["%0A", "%0A1,2", "x%0Ay%C3%AB", "%0D%0A"])
@pytest.mark.parametrize("service", ["route", "table", "nearest"])
def test_a_line_end_in_an_address_is_refused_in_the_words_of_the_face(client, service, end):
    answer = client.get(f"/osrm/{service}/v1/walking/{end}?area=tiny")
    assert answer.status_code == 400 and answer.content_type == "application/json"
    assert answer.get_json()["code"].startswith("Invalid")


def test_wrong_method_names_the_right_ones(client):
    answer = client.delete("/v1/risk")
    check(answer, 405, "method")
    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
def test_body_that_is_not_json(client, kind):
    check(client.post("/v1/risk", data=b"{}", headers={"Content-Type": kind}), 415, "media_type")


def test_body_that_is_too_large(client):
    check(client.post("/v1/risk", data=b"[" + b" " * 70_000 + b"]", headers=JSON), 413, "too_large")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[" * 30_000,
        b'{"lat":' * 5_000 + b"1" + b"}" * 5_000,
        b'{"lat": NaN, "lon": 1}',
        b'{"lat": Infinity, "lon": 1}',
        b'{"lat": 1e999, "lon": 1}',
        b'{"lat": 1' + b"0" * 5_000 + b', "lon": 1}',
        b'{"lat": "\xff", "lon": 1}',
        b'{"area": "\\ud800", "lat": 1, "lon": 1}',
        b"\x00",
        b"null",
        b"[]",
        b"1",
        b'"x"',
        b'{"lat": ' + b"[" * 900 + b"]" * 900 + b', "lon": 1}',
        b'{"lat": true, "lon": false}',
        b'{"' + b"k" * 60_000 + b'": 1}',
        b"{" + b",".join(b'"k%d": 1' % k for k in range(4_000)) + b"}",
    ],
)
@pytest.mark.parametrize("path", ["/v1/risk", "/v1/routes"])
def test_hostile_bodies_are_refused_never_an_error_of_ours(client, path, data):
    answer = client.post(path, data=data, headers=JSON)
    assert answer.status_code in (400, 422)
    body = check(answer, answer.status_code, {400: "bad_request", 422: "input"}[answer.status_code])
    assert len(answer.data) < 20_000 and len(body["faults"]) <= 20


@pytest.mark.parametrize("query", ["lat=1&lat=2&lon=3", f"lat={LAT}&lon={LON}&area=tiny&area=tiny"])
def test_name_given_twice(client, query):
    body = check(client.get(f"/v1/risk?{query}"), 422, "repeated")
    assert body["faults"][0]["argument"] in ("lat", "area")


@pytest.mark.parametrize("query", ["lat=%ff&lon=1", "lat=%00&lon=1", "%ff=1", "area=%F0%9F%98%80&lat=1&lon=1", "&&==&"])
def test_hostile_addresses(client, query):
    assert client.get(f"/v1/risk?{query}").status_code == 422


@pytest.mark.parametrize(
    ("header", "query", "language"),
    [
        ("ko", "", "ko"),
        ("en-US,en;q=0.9,ko;q=0.5", "", "en"),
        ("fr", "", "ko"),
        ("", "", "ko"),
        ("\x00;;q=x", "", "ko"),
        ("en", "&lang=ko", "ko"),
        ("ko", "&lang=en", "en"),
        ("en", "&lang=zz", "en"),
    ],
)
def test_language_of_an_error(client, header, query, language):
    answer = client.get(f"/v1/risk?lat=x&lon=1{query}", headers={"Accept-Language": header})
    body = check(answer, 422, "input")
    has_hangul = any("가" <= letter <= "힣" for letter in json.dumps(body, ensure_ascii=False))
    assert has_hangul == (language == "ko") and answer.headers["Content-Language"] == language


def test_korean_faults_of_the_core_are_in_korean(client):
    answer = client.get(f"/v1/risk?lat={LON}&lon={LAT}&lang=ko")
    fault = check(answer, 422, "swapped_coordinates")["faults"][0]
    assert "위도" in fault["remedy"] and fault["value"]


def test_every_error_has_words_and_an_address(client):
    codes = {
        value.code for value in vars(errors).values() if isinstance(value, type) and issubclass(value, AnsimgilError)
    }
    codes |= {"bad_request", "unknown_path", "method", "too_large", "media_type", "internal", "repeated"}
    for code in codes:
        assert all(has_text(f"{topic}.{code}", lang) for topic in ("error", "problem") for lang in languages()), code
        body = client.get(f"/v1/problems/{code}").get_json()
        assert body["code"] == code and body["title"]["ko"] and body["detail"]["en"]
    check(client.get("/v1/problems/nothing"), 404, "not_found")


def test_unforeseen_error_hides_its_words_and_logs_no_value(client, api, caplog, monkeypatch):
    word = "sec" + "ret"

    def fail(*_args, **_kwargs):
        raise RuntimeError(word)

    monkeypatch.setattr("dashboard.answers.answers.assess_point", fail)
    body = check(client.get(f"/v1/risk?lat={LAT}&lon={LON}"), 500, "internal")
    assert word not in json.dumps(body)
    assert "RuntimeError" in caplog.text and "/v1/risk" in caplog.text
    assert word not in caplog.text and str(LON) not in caplog.text


def test_headers_of_every_answer(client):
    for path in ("/v1/areas", "/v1/nowhere", "/v1/fields/rain/overlay.png", f"/v1/risk?lat={LAT}&lon={LON}"):
        headers = client.get(path).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert headers["Access-Control-Allow-Origin"] == "*"
        assert "Access-Control-Allow-Credentials" not in headers and "Set-Cookie" not in headers
        assert "Strict-Transport-Security" not in headers
    assert "Access-Control-Allow-Origin" not in client.post("/v1/risk", json={}).headers


def test_json_is_compressed_where_wanted_and_pictures_never(client):
    plain = client.get("/v1/fields")
    best = client.get("/v1/fields", headers={"Accept-Encoding": "br, gzip"})
    assert best.headers["Content-Encoding"] == "br" and brotli.decompress(best.data) == plain.data
    small = client.get("/v1/fields", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert small.headers["Content-Encoding"] == "gzip" and gzip.decompress(small.data) == plain.data
    assert int(small.headers["Content-Length"]) == len(small.data) < len(plain.data)
    assert "Accept-Encoding" in small.headers["Vary"]
    picture = client.get("/v1/fields/rain/overlay.png", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in picture.headers
    refused = client.get("/v1/fields", headers={"Accept-Encoding": "gzip;q=0"})
    assert "Content-Encoding" not in refused.headers
