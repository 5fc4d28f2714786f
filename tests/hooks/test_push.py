"""Messages to a browser: encrypted as the standards say, told to whom they concern; kept is a district alone."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from joserfc import jwt
from joserfc.jwk import ECKey

from dashboard.hooks.web_push import (
    MOST_TEXT_BYTES,
    encrypt,
    from_words,
    public_words,
    push_headers,
    sender_key,
    to_words,
)
from dashboard.keys.session import read_secret
from risk_core.errors import InputError
from tests.answers.small_world import NOW_S, write_next
from tests.hooks.receiving import receiving
from tests.hooks.test_courier import DRY, WET, World
from tests.tiny import node_position

AUTH = bytes(range(16))


class Browser:
    """A device that can read what is encrypted for it, written from RFC 8291 and not with our code."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        numbers = self._key.public_key().public_numbers()
        self._point = b"\x04" + numbers.x.to_bytes(32) + numbers.y.to_bytes(32)
        self.keys = {"p256dh": to_words(self._point), "auth": to_words(AUTH)}

    def read(self, body: bytes) -> dict[str, str]:
        salt, n_key = body[:16], body[20]
        theirs, sealed = body[21 : 21 + n_key], body[21 + n_key :]
        shared = self._key.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs))
        first = self._expand(AUTH, b"WebPush: info\x00" + self._point + theirs, 32, shared)
        key = self._expand(salt, b"Content-Encoding: aes128gcm\x00", 16, first)
        nonce = self._expand(salt, b"Content-Encoding: nonce\x00", 12, first)
        text = AESGCM(key).decrypt(nonce, sealed, None)
        assert text[-1] == 2, "the last record"
        return json.loads(text[:-1])

    @staticmethod
    def _expand(salt: bytes, info: bytes, n: int, secret: bytes) -> bytes:
        return HKDF(hashes.SHA256(), n, salt, info).derive(secret)


def test_the_example_of_rfc_8291() -> None:
    """Section 5 and appendix A."""
    own = ec.derive_private_key(
        int.from_bytes(from_words("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")), ec.SECP256R1()
    )
    made = encrypt(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
        own,
        from_words("DGv6ra1nlYgDCS1FRnbzlw"),
    )
    assert to_words(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBr"
        "u3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_every_message_has_a_key_and_a_salt_of_its_own_and_must_be_short() -> None:
    browser = Browser()
    one, other = (encrypt(b'{"a": 1}', **browser.keys) for _ in range(2))
    assert one[:16] != other[:16] and one[21:86] != other[21:86]
    assert browser.read(one) == browser.read(other) == {"a": 1}
    with pytest.raises(InputError, match="3000"):
        encrypt(b"x" * (MOST_TEXT_BYTES + 1), **browser.keys)


def test_the_sender_proves_who_it_is_and_is_the_same_after_a_restart() -> None:
    key = sender_key(b"secret")
    assert public_words(key) == public_words(sender_key(b"secret")) != public_words(sender_key(b"other"))
    headers = push_headers(key, "https://push.example.org/send/1", "mailto:ops@city.example", NOW_S)
    scheme, _, words = headers["Authorization"].partition(" ")
    parts = dict(one.split("=", 1) for one in words.split(", "))
    assert scheme == "vapid" and parts["k"] == public_words(key)
    told = jwt.decode(parts["t"], ECKey.import_key(key.public_key()))
    assert told.header["alg"] == "ES256"
    assert told.claims["aud"] == "https://push.example.org" and told.claims["sub"] == "mailto:ops@city.example"
    assert NOW_S < told.claims["exp"] <= NOW_S + 24 * 3600
    assert (headers["Content-Encoding"], headers["Urgency"]) == ("aes128gcm", "high") and int(headers["TTL"]) > 0


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with receiving() as receiver:
        yield World(tmp_path, receiver)


def subscribe(world: World, browser: Browser, lang: str = "ko", **more: object) -> dict[str, object]:
    lat, lon = node_position(0)
    body = {"endpoint": f"http://{world.receiver.host_port}/push/1", "keys": browser.keys, "lang": lang,
            "place": {"lat": lat, "lon": lon}}  # fmt: skip
    return world.client.post("/v1/push", json=body | more)


def test_a_browser_is_told_in_its_language_when_its_district_reaches_the_level(world: World) -> None:
    browser = Browser()
    told = subscribe(world, browser)
    assert told.status_code == 200, told.json
    assert told.json == {"area": "tiny", "district_id": "west", "district": "서구", "level": "alert"}
    world.courier.step()
    assert world.receiver.got == [], "dry: nothing to tell"
    write_next(world.library, WET)
    world.courier.step()
    ((headers, body),) = world.receiver.got
    assert headers["content-encoding"] == "aes128gcm" and headers["authorization"].startswith("vapid t=")
    public = public_words(sender_key(read_secret(world.library.settings.home)))
    assert headers["authorization"].endswith(f"k={public}")
    assert world.client.get("/v1/push/key").json == {"application_server_key": public}
    said = browser.read(body)
    assert "서구" in said["title"] and "(연습)" in said["title"] and "경계" in said["body"] and said["lang"] == "ko"
    assert said["url"] == "/?area=tiny&lang=ko"
    write_next(world.library, DRY)
    world.courier.step()
    assert "내려" in browser.read(world.receiver.got[1][1])["title"]


def test_kept_are_the_district_and_the_address_alone(world: World) -> None:
    subscribe(world, Browser(), lang="en")
    (hook,) = world.library.webhooks.active()
    assert hook.place == {"district": "west"} and hook.name == "West"
    stored = (world.library.settings.home / "observations.sqlite").read_bytes()
    wal = world.library.settings.home / "observations.sqlite-wal"
    stored += wal.read_bytes() if wal.is_file() else b""
    assert b"/push/1" in stored
    assert not any(f"{value:.4f}".encode() in stored for value in node_position(0))


def test_a_browser_is_one_subscription_and_can_be_forgotten(world: World) -> None:
    browser = Browser()
    subscribe(world, browser)
    subscribe(world, browser, level="serious")
    (hook,) = world.library.webhooks.active()
    assert hook.level.name == "SERIOUS"
    end = {"endpoint": hook.url}
    assert world.client.post("/v1/push/forget", json=end).json == {"was_known": True}
    assert world.client.post("/v1/push/forget", json=end).json == {"was_known": False}
    assert world.library.webhooks.active() == ()


def test_what_the_push_service_no_longer_knows_is_forgotten(world: World) -> None:
    subscribe(world, Browser())
    world.receiver.status = 410
    world.courier.step()
    write_next(world.library, WET)
    world.courier.step()
    assert world.library.webhooks.active() == ()


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ({"keys": {"p256dh": "A" * 87, "auth": to_words(AUTH)}}, "p256dh"),
        ({"keys": {"p256dh": "!" * 87, "auth": to_words(AUTH)}}, "p256dh"),
        ({"keys": {**Browser().keys, "auth": "AAAAAAAA"}}, "auth"),
        ({"endpoint": "http://127.0.0.1:9/push"}, '"endpoint"'),
        ({"endpoint": "https://10.0.0.1/push"}, '"endpoint"'),
        ({"place": {"lat": 0.0, "lon": 0.0}}, "place"),
        ({"level": "safe"}, "level"),
    ],
    ids=["no point", "no letters", "short secret", "this machine", "inside the network", "outside", "no level"],
)
def test_what_no_browser_sends_is_refused_by_name(world: World, more: dict[str, object], named: str) -> None:
    told = subscribe(world, Browser(), lang="en", **more)
    assert told.status_code in (400, 422) and named in json.dumps(told.json)
    assert world.library.webhooks.active() == ()
