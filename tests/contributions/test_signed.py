"""Signed batches: replayed, late, altered, signed by another, with hostile headers."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from dashboard.contributions.signed import make_key, read_public_key, seal
from risk_core.errors import InputError
from tests.answers.small_world import NOW_S
from tests.contributions.world import Operator, World, rain


@pytest.fixture(scope="module")
def operator(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    return World(tmp_path_factory.mktemp("home")).operator("rain")


def packed(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_signed_batch_is_stored_under_its_source(operator: Operator) -> None:
    told = operator.send([rain(12.0, station="a")])
    assert told.status_code == 201 and told.json["n_new"] == 1 and told.json["faults"] == []
    (row,) = operator.world.library.observations.find("rain", "tiny", station_id="a")
    assert row["source"] == operator.source_id and row["rate_mm_per_h"] == 12.0 and not row["simulated"]


def test_a_batch_is_taken_once(operator: Operator) -> None:
    sealed = operator.seal([rain(12.0, station="once")])
    assert operator.post(sealed).status_code == 201
    again = operator.post(sealed)
    assert again.status_code == 409 and again.json["code"] == "replayed"


@pytest.mark.parametrize("late_s", [-3600.0, -301.0, 301.0, 1e12, float("-inf")])
def test_a_batch_outside_the_window_is_refused(operator: Operator, late_s: float) -> None:
    told = operator.post(operator.seal([rain(1.0, station="late")], issued_s=NOW_S + late_s))
    assert told.status_code == 422 and told.json["faults"][0]["argument"] in {"issued_s", "payload"}
    assert "300 s" in told.json["faults"][0]["wanted"] or told.json["faults"][0]["argument"] == "payload"


def test_an_altered_batch_is_refused(operator: Operator) -> None:
    sealed = operator.seal([rain(12.0, station="altered")])
    content = json.loads(base64.urlsafe_b64decode(sealed["payload"] + "=="))
    content["records"][0]["rate_mm_per_h"] = 99.0
    told = operator.post({**sealed, "payload": packed(content)})
    assert told.status_code == 403 and told.json["code"] == "signature"
    assert operator.world.library.observations.find("rain", "tiny", station_id="altered") == []


def test_another_key_does_not_open_it(operator: Operator) -> None:
    sealed = seal(operator.source_id, make_key()[0], {"records": [rain(1.0, station="other")]}, NOW_S)
    assert operator.post(sealed).status_code == 403


def test_one_operator_cannot_send_for_another(operator: Operator) -> None:
    other = operator.world.operator("rain", "Other")
    assert other.post(operator.seal([rain(1.0, station="for")])).status_code == 404
    assert other.world.client.get(
        f"/v1/contributions/sources/{operator.source_id}", headers=other.headers
    ).status_code == 404  # fmt: skip


HOSTILE: list[dict[str, Any]] = [
    {"alg": "none"}, {"alg": "EdDSA"}, {"alg": "HS256"}, {"crit": ["b64"], "b64": False}, {"jku": "x"},
    {"jwk": {"kty": "OKP"}}, {"typ": "JWT"}, {"alg": ["Ed25519"]}, {"kid": 5},
]  # fmt: skip


@pytest.mark.parametrize("header", HOSTILE, ids=str)
def test_hostile_headers_are_refused(operator: Operator, header: dict[str, Any]) -> None:
    sealed = operator.seal([rain(1.0)])
    full = {"alg": "Ed25519", "kid": operator.source_id, "typ": "ansimgil-batch+json", **header}
    told = operator.post({**sealed, "protected": packed(full)})
    assert told.status_code == 422 and told.json["faults"][0]["argument"] == "protected"


@pytest.mark.parametrize("body", [{}, {"payload": "a"}, {"payload": "a", "protected": "b", "signature": "c", "x": 1}])
def test_other_forms_are_refused(operator: Operator, body: dict[str, Any]) -> None:
    assert operator.post(body).status_code == 422


def test_a_public_key_is_one_and_only_that() -> None:
    private, public = make_key()
    assert json.loads(read_public_key(json.loads(public))) == {
        key: value for key, value in json.loads(public).items() if key in {"kty", "crv", "x"}
    }
    for bad in (
        json.loads(private),
        {"kty": "oct", "k": "AAAA"},
        {"kty": "OKP", "crv": "X25519", "x": "AA"},
        "text",
        {},
    ):
        with pytest.raises(InputError, match="Ed25519"):
            read_public_key(bad)


def test_the_signature_is_plain_ed25519_over_the_two_parts(operator: Operator) -> None:
    """Checked with another library than the one that signs: RFC 7515, section 5.1, and RFC 8032."""
    sealed = operator.seal([rain(1.0)])

    def unpacked(word: str) -> bytes:
        return base64.urlsafe_b64decode(word + "==")

    public = Ed25519PublicKey.from_public_bytes(unpacked(json.loads(operator.public)["x"]))
    public.verify(unpacked(sealed["signature"]), f"{sealed['protected']}.{sealed['payload']}".encode())
    header = json.loads(unpacked(sealed["protected"]))
    assert header == {"alg": "Ed25519", "kid": operator.source_id, "typ": "ansimgil-batch+json"}
