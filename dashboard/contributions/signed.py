"""Signatures of batches: JWS (RFC 7515) in flattened JSON form, Ed25519 (RFC 8037, RFC 9864), a key pair a source."""

import base64
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from risk_core.errors import AnsimgilError, Fault, InputError

ALGORITHM: Final = "Ed25519"
"""Name of RFC 9864; EdDSA alone would leave open which curve."""
TYPE: Final = "ansimgil-batch+json"
MAX_PAYLOAD_BYTES: Final = 2 * 1024 * 1024
"""Of a batch as it is signed, in base64url: room for as many records as one batch may have."""
WINDOW_S: Final = 300.0
"""A batch is taken this long before and after the time it says it was signed at."""
NONCE: Final = re.compile(r"[A-Za-z0-9_-]{16,64}")
HEADER: Final = frozenset({"alg", "kid", "typ"})


class _Registry(jws.JWSRegistry):
    """Our one algorithm, and batches larger than the 128,000 bytes that are usual for tokens."""

    max_payload_length = MAX_PAYLOAD_BYTES


_REGISTRY: Final = _Registry(algorithms=[ALGORITHM])


class SignatureError(AnsimgilError):
    """The batch was not signed by its source, or was changed on its way."""

    code = "signature"


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch whose signature holds: once-only word, time of signing (unix seconds), what it says."""

    nonce: str
    issued_s: float
    content: Mapping[str, Any]


def make_key() -> tuple[str, str]:
    """(private, public) Ed25519 key as JWK text; the private one never leaves its operator."""
    key = OKPKey.generate_key("Ed25519")
    return json.dumps(key.as_dict(private=True)), json.dumps(key.as_dict(private=False))


def read_public_key(given: Any) -> str:
    """Public key of a JWK as it is kept: only what belongs to it.

    Raises
    ------
    InputError
        For anything but an Ed25519 public key; also for a private one, which must not travel.
    """
    wanted, remedy = "the public JWK of an Ed25519 key", "Make one: python -m dashboard contribute key."
    if isinstance(given, Mapping) and "d" in given:
        raise InputError(
            Fault("public_key", "a private key", wanted, "Keep it secret, make a new one, send its public half.")
        )
    try:
        key = OKPKey.import_key(dict(given))
        if key.curve_name != "Ed25519" or len(base64.urlsafe_b64decode(str(given["x"]) + "==")) != 32:
            raise ValueError
    except (JoseError, ValueError, KeyError, TypeError):
        raise InputError(Fault("public_key", "not one", wanted, remedy)) from None
    return json.dumps({"kty": "OKP", "crv": "Ed25519", "x": given["x"]})


def seal(source_id: str, private_key: str, content: Mapping[str, Any], issued_s: float) -> dict[str, str]:
    """Sign a batch: body of POST /v1/contributions.

    Parameters
    ----------
    source_id
        Whose.
    private_key
        JWK text of `make_key`.
    content
        ``records`` and, for counts of people, ``privacy``; what else goes with them.
    issued_s
        Unix seconds.
    """
    told = {**content, "nonce": secrets.token_urlsafe(18), "issued_s": issued_s}
    header = {"protected": {"alg": ALGORITHM, "kid": source_id, "typ": TYPE}}
    payload = json.dumps(told, ensure_ascii=False).encode()
    key = OKPKey.import_key(json.loads(private_key))
    return {str(name): str(value) for name, value in jws.serialize_json(header, payload, key, [ALGORITHM]).items()}


def sender_of(sealed: Mapping[str, str]) -> str:
    """Source a batch says it is of; nothing is checked but its form.

    Raises
    ------
    InputError
        When the header is not one of ours; "none", other algorithms and critical extensions among them.
    """
    try:
        header = json.loads(base64.urlsafe_b64decode(sealed["protected"] + "=="))
        fits = set(header) == HEADER and header["alg"] == ALGORITHM and header["typ"] == TYPE
        source_id = header["kid"]
    except (ValueError, KeyError, TypeError, RecursionError):
        fits, source_id = False, None
    if not fits or not isinstance(source_id, str):
        wanted = f'{{"alg": "{ALGORITHM}", "kid": SOURCE, "typ": "{TYPE}"}} in base64url'
        raise InputError(Fault("protected", "another header", wanted, "Sign with `python -m dashboard contribute`."))
    return source_id


def open_sealed(sealed: Mapping[str, str], public_key: str, now_s: float) -> Opened:
    """Check a batch's signature and age.

    Raises
    ------
    SignatureError
        When it was not signed with the key, or changed.
    InputError
        When it is too old, from the future, or has no usable nonce.
    """
    try:
        found = jws.deserialize_json(dict(sealed), OKPKey.import_key(json.loads(public_key)), registry=_REGISTRY)  # type: ignore[arg-type]
        payload = found.payload
    except (JoseError, ValueError, KeyError, TypeError):
        wanted = "the signature of its source over these bytes"
        raise SignatureError(Fault("signature", "does not fit", wanted, "Sign again.")) from None
    try:
        content = json.loads(payload)
        nonce, issued_s = content.pop("nonce"), content.pop("issued_s")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        nonce = issued_s = content = None
    if not isinstance(nonce, str) or not NONCE.fullmatch(nonce) or not isinstance(content, dict):
        wanted = "an object with a nonce of 16 to 64 letters and digits, and issued_s"
        raise InputError(Fault("payload", "another", wanted, "Sign with `python -m dashboard contribute`."))
    is_number = isinstance(issued_s, int | float) and not isinstance(issued_s, bool)
    if not is_number or not abs(now_s - issued_s) <= WINDOW_S:
        wanted = f"within {WINDOW_S:g} s of this server's clock, unix seconds"
        raise InputError(Fault("issued_s", str(issued_s)[:40], wanted, "Sign it when you send it; set your clock."))
    return Opened(nonce, float(issued_s), content)
