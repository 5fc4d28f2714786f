"""What is said once the first page answers: where it is, and for a phone the same as a QR code."""

import io

from dashboard.prepare.certificate import Certificate, visitor_address
from dashboard.settings import Settings


def greeting(settings: Settings, certificate: Certificate | None) -> str:
    """Text for the terminal.

    Parameters
    ----------
    settings
        Where it is served.
    certificate
        Of https; None without.
    """
    lines = ["", f"안심길 Ansimgil: {settings.address}"]
    if not settings.is_local:
        address = visitor_address(settings)
        lines += [f"On a phone in the same network: {address}", qr_code(address)]
    if certificate is not None and not settings.tls_cert:
        lines.append("The certificate is self-signed: the browser warns once. Its SHA-256 fingerprint:")
        lines.append(certificate.fingerprint)
    return "\n".join([*lines, "", ""])


def qr_code(address: str) -> str:
    """An address as a QR code of half blocks, for a terminal."""
    import segno

    out = io.StringIO()
    segno.make(address, error="m", micro=False).terminal(out, border=2, compact=True)
    return out.getvalue().rstrip("\n")
