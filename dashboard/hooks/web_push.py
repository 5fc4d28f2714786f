"""A message for one browser: encrypted for it alone and sent through its maker's push service.

Encryption by RFC 8291 (with RFC 8188, one record); who sends is told by RFC 8292 (VAPID). The sender's key follows from
the secret of this server, so it is the same after a restart and is kept nowhere.
"""

import base64
import hashlib
import os
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey

from risk_core.errors import Fault, InputError

RECORD_BYTES: Final = 4096
MOST_TEXT_BYTES: Final = 3000
"""Push services take 4 kB with everything."""
LASTS_S: Final = 3600
"""A warning that could not be delivered for an hour is no longer one."""
SIGNED_S: Final = 12 * 3600
AUTH_BYTES: Final = 16
POINT_BYTES: Final = 65
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the group of P-256 (FIPS 186-5)."""


def sender_key(server_secret: bytes) -> ec.EllipticCurvePrivateKey:
    """Key by which push services know this server."""
    wide = hashlib.shake_256(b"ansimgil web push" + server_secret).digest(48)
    return ec.derive_private_key(int.from_bytes(wide) % (ORDER - 1) + 1, ec.SECP256R1())


def public_words(key: ec.EllipticCurvePrivateKey) -> str:
    """Public half as browsers want it (`applicationServerKey`).

    Examples
    --------
    >>> len(public_words(sender_key(b"secret")))
    87
    """
    return to_words(_point(key.public_key()))


def check_keys(p256dh: str, auth: str) -> None:
    """Refuse keys that no browser makes.

    Raises
    ------
    InputError
        Naming the key.
    """
    for name, words, n_byte in (("p256dh", p256dh, POINT_BYTES), ("auth", auth, AUTH_BYTES)):
        try:
            found = from_words(words)
            if len(found) != n_byte:
                raise ValueError
            if name == "p256dh":
                ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), found)
        except ValueError as error:
            wanted = f"{n_byte} bytes as base64url, as PushSubscription.toJSON gives them"
            raise InputError(Fault(f"keys.{name}", words[:20], wanted, "Subscribe anew.")) from error


def encrypt(
    text: bytes,
    p256dh: str,
    auth: str,
    own: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """Body of a push message (RFC 8291, sections 3.3 and 3.4).

    Parameters
    ----------
    text
        At most `MOST_TEXT_BYTES`.
    p256dh, auth
        Keys of the subscription, base64url.
    own, salt
        Of this message alone; drawn anew where None, as they have to be.
    """
    if len(text) > MOST_TEXT_BYTES:
        raise InputError(Fault("text", f"{len(text)} bytes", f"at most {MOST_TEXT_BYTES}", "Shorten it."))
    own = own or ec.generate_private_key(ec.SECP256R1())
    salt = salt or os.urandom(16)
    theirs, ours = from_words(p256dh), _point(own.public_key())
    shared = own.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
    first = _hkdf(from_words(auth), b"WebPush: info\x00" + theirs + ours, 32).derive(shared)
    key = _hkdf(salt, b"Content-Encoding: aes128gcm\x00", 16).derive(first)
    nonce = _hkdf(salt, b"Content-Encoding: nonce\x00", 12).derive(first)
    head = salt + RECORD_BYTES.to_bytes(4) + bytes([len(ours)]) + ours
    return head + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def push_headers(key: ec.EllipticCurvePrivateKey, url: str, contact: str, at_s: float) -> dict[str, str]:
    """Headers of a push message: who sends (RFC 8292), how long it is worth delivering, and how urgent it is.

    Parameters
    ----------
    key
        `sender_key`.
    url
        Of the subscription.
    contact
        Whom the push service may write to, ``mailto:`` or ``https:``.
    at_s
        Unix seconds.
    """
    parts = urlsplit(url)
    claims = {"aud": f"{parts.scheme}://{parts.netloc}", "exp": int(at_s) + SIGNED_S, "sub": contact}
    signed = jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, ECKey.import_key(key))
    return {
        "Authorization": f"vapid t={signed}, k={public_words(key)}",
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(LASTS_S),
        "Urgency": "high",
    }


def owner_of(url: str) -> str:
    """Name of a browser among the subscriptions: nothing of its address can be read from it."""
    return f"push-{hashlib.sha256(url.encode()).hexdigest()[:32]}"


def push_of(keys: Mapping[str, str], lang: str) -> dict[str, str]:
    """What is kept of a browser beside its address."""
    check_keys(keys["p256dh"], keys["auth"])
    return {"p256dh": keys["p256dh"], "auth": keys["auth"], "lang": lang}


def to_words(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_words(words: str) -> bytes:
    """Bytes of base64url with or without padding."""
    return base64.b64decode(words + "=" * (-len(words) % 4), b"-_", validate=True)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _hkdf(salt: bytes, info: bytes, n_byte: int) -> HKDF:
    return HKDF(hashes.SHA256(), n_byte, salt, info)
