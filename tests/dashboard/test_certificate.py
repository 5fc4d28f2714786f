"""The certificate of https: made for this machine's names, kept, renewed, and the operator's own checked."""

import ssl
import stat
import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
import requests
from cryptography import x509

from dashboard.prepare.certificate import LASTS_DAY, ensure_certificate, own_names, visitor_address
from dashboard.serve.greeting import greeting, qr_code
from dashboard.settings import Settings
from dashboard.web import gunicorn_options, without_hsts
from risk_core.errors import InputError

NOW_S = 1_782_000_000.0
DAY_S = 86_400.0


def settings_of(home, **more) -> Settings:
    return Settings(home=home, tls=True, **more)


def test_it_names_this_machine_and_only_its_owner_reads_the_key(tmp_path):
    made = ensure_certificate(settings_of(tmp_path, host="0.0.0.0"), NOW_S)
    found = x509.load_pem_x509_certificate(made.cert.read_bytes())
    told = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(one.value) for one in told} == set(own_names("0.0.0.0")) >= {"localhost", "127.0.0.1", "::1"}
    assert stat.S_IMODE(made.key.stat().st_mode) == 0o600
    lasts = found.not_valid_after_utc - found.not_valid_before_utc
    assert lasts.days == LASTS_DAY and found.not_valid_before_utc < datetime.fromtimestamp(NOW_S, UTC)
    assert len(made.fingerprint.split(":")) == 32


def test_it_is_kept_and_renewed_before_it_ends_or_when_the_host_changes(tmp_path):
    settings = settings_of(tmp_path)
    first = ensure_certificate(settings, NOW_S)
    assert ensure_certificate(settings, NOW_S + 300 * DAY_S) == first
    later = ensure_certificate(settings, NOW_S + 370 * DAY_S)
    assert later.fingerprint != first.fingerprint
    other = ensure_certificate(settings_of(tmp_path, host="10.1.2.3"), NOW_S + 371 * DAY_S)
    assert other.fingerprint != later.fingerprint


@pytest.mark.parametrize("damage", [b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_damaged_one_of_ours_is_made_anew(tmp_path, damage):
    first = ensure_certificate(settings_of(tmp_path), NOW_S)
    first.cert.write_bytes(damage)
    assert ensure_certificate(settings_of(tmp_path), NOW_S).fingerprint != first.fingerprint


def test_the_operators_own_has_to_hold_and_to_match_its_key(tmp_path):
    ours = ensure_certificate(settings_of(tmp_path / "a"), NOW_S)
    other = ensure_certificate(settings_of(tmp_path / "b"), NOW_S)
    own = settings_of(tmp_path, tls_cert=str(ours.cert), tls_key=str(ours.key))
    assert ensure_certificate(own, NOW_S) == ours
    with pytest.raises(InputError):
        ensure_certificate(own, NOW_S + 400 * DAY_S)
    with pytest.raises(InputError):
        ensure_certificate(settings_of(tmp_path, tls_cert=str(ours.cert), tls_key=str(other.key)), NOW_S)
    with pytest.raises(InputError):
        settings_of(tmp_path, tls_cert=str(ours.cert))


def test_a_client_that_trusts_it_is_served(tmp_path):
    made = ensure_certificate(settings_of(tmp_path), datetime.now(UTC).timestamp())

    class Hello(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            return

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(made.cert, made.key)
    server = HTTPServer(("127.0.0.1", 0), Hello)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.handle_request, daemon=True)
    thread.start()
    answer = requests.get(f"https://127.0.0.1:{server.server_address[1]}/", verify=str(made.cert), timeout=10)
    thread.join()
    server.server_close()
    assert answer.status_code == 204


def test_gunicorn_gets_the_files_only_for_https(tmp_path):
    plain = gunicorn_options(Settings(home=tmp_path), lambda: None)
    secure = gunicorn_options(settings_of(tmp_path), lambda: None)
    assert "certfile" not in plain
    assert secure["certfile"].endswith("tls/cert.pem") and secure["keyfile"].endswith("tls/key.pem")


def test_the_address_is_said_and_drawn_for_a_phone(tmp_path):
    settings = settings_of(tmp_path, host="192.168.7.9", port=8443)
    assert visitor_address(settings) == "https://192.168.7.9:8443"
    words = greeting(settings, ensure_certificate(settings, NOW_S))
    assert "https://192.168.7.9:8443" in words and qr_code("https://192.168.7.9:8443") in words
    assert "SHA-256" in words
    assert "phone" not in greeting(Settings(home=tmp_path), None)


def test_a_self_signed_server_binds_no_browser_to_https():
    def application(_environ, start_response):
        start_response("200 OK", [("Strict-Transport-Security", "max-age=1"), ("X-Other", "kept")])
        return [b""]

    told = []
    without_hsts(application)({}, lambda status, headers: told.append((status, headers)))
    assert told == [("200 OK", [("X-Other", "kept")])]
