"""The certificate https is served with: the operator's own, or one this machine signs for itself and renews.

A self-signed certificate names this machine's addresses. Browsers warn of it once on each device; what they then show
can be compared with the fingerprint told at the start. It lasts at most 397 days, the longest that browsers accept.
"""

import ipaddress
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dashboard.settings import Settings
from risk_core.errors import Fault, InputError

if TYPE_CHECKING:
    from cryptography import x509

FOLDER: Final = "tls"
LASTS_DAY: Final = 397
RENEWED_DAY: Final = 30
"""Made anew so long before it ends."""
NOWHERE: Final = ("192.0.2.1", 9)
"""An address of no machine (RFC 5737): which of ours would be used towards the outside; nothing is sent."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Where certificate and key lie.

    Attributes
    ----------
    cert, key
        PEM files.
    fingerprint
        SHA-256 of the certificate, as browsers show it.
    """

    cert: Path
    key: Path
    fingerprint: str


def certificate_paths(settings: Settings) -> tuple[Path, Path]:
    """Files of certificate and key, whether they exist or not."""
    if settings.tls_cert:
        return Path(settings.tls_cert), Path(settings.tls_key)
    folder = settings.home / FOLDER
    return folder / "cert.pem", folder / "key.pem"


def ensure_certificate(settings: Settings, now_s: float) -> Certificate:
    """Give the certificate to serve with; a self-signed one is made where it is missing, ends soon or fits no more.

    Raises
    ------
    InputError
        When the operator's own files cannot be read, do not belong together, or have ended.
    """
    cert, key = certificate_paths(settings)
    if not settings.tls_cert:
        names = own_names(settings.host)
        if not _is_good(cert, key, names, now_s):
            _make(cert, key, names, now_s)
    elif not _is_good(cert, key, (), now_s, margin=timedelta(0)):
        wanted = "a certificate that holds now, and its private key, both PEM"
        remedy = "Give ANSIMGIL_TLS_CERT and ANSIMGIL_TLS_KEY files that belong together, or neither."
        raise InputError(Fault("tls_cert", cert.name, wanted, remedy))
    return Certificate(cert, key, _fingerprint(_load(cert)))


def own_names(host: str) -> tuple[str, ...]:
    """Names and addresses a visitor may know this machine by."""
    names = ["localhost", "127.0.0.1", "::1", socket.gethostname(), f"{socket.gethostname()}.local", outside_address()]
    if host not in {"0.0.0.0", "::", ""}:
        names.append(host)
    return tuple(dict.fromkeys(name for name in names if name))


def outside_address() -> str:
    """Address of this machine as others on its network see it; empty without a network."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(NOWHERE)
            return str(probe.getsockname()[0])
    except OSError:
        return ""


def visitor_address(settings: Settings) -> str:
    """Address for a phone on the same network; that of this machine only where it serves itself alone."""
    if settings.is_local:
        return settings.address
    host = outside_address() if settings.host in {"0.0.0.0", "::", ""} else settings.host
    host = f"[{host}]" if ":" in host else host
    scheme = "https" if settings.tls else "http"
    return f"{scheme}://{host}:{settings.port}" if host else settings.address


def _load(cert: Path) -> "x509.Certificate":
    from cryptography import x509

    return x509.load_pem_x509_certificate(cert.read_bytes())


def _is_good(
    cert: Path, key: Path, names: Sequence[str], now_s: float, margin: timedelta = timedelta(days=RENEWED_DAY)
) -> bool:
    """Whether both files belong together, hold long enough and name all of `names`."""
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = _load(cert)
        private = load_pem_private_key(key.read_bytes(), None)
        told: set[str] = set()
        if names:
            alternatives = found.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
            told = {str(one.value) for one in alternatives}
    except (OSError, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    now = datetime.fromtimestamp(now_s, UTC)
    holds = found.not_valid_before_utc <= now < found.not_valid_after_utc - margin
    return holds and private.public_key() == found.public_key() and set(names) <= told


def _make(cert: Path, key: Path, names: Sequence[str], now_s: float) -> None:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Ansimgil")])
    now = datetime.fromtimestamp(now_s, UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=LASTS_DAY - 1))
        .add_extension(x509.SubjectAlternativeName([_general_name(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(private, hashes.SHA256())
    )
    cert.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    _write_secret(key, pem)
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))


def _general_name(name: str) -> "object":
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _write_secret(path: Path, data: bytes) -> None:
    """Write a file that only its owner may ever read."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
    fresh.replace(path)


def _fingerprint(cert: "x509.Certificate") -> str:
    from cryptography.hazmat.primitives import hashes

    return cert.fingerprint(hashes.SHA256()).hex(":").upper()
