"""A page's session: a signed cookie that names a key and holds nothing else."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Final

from flask import Request, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer

from risk_core.units import S_PER_H

COOKIE: Final = "ansimgil_session"
LASTS_S: Final = int(12 * S_PER_H)
"""A shift; then one signs in again."""
SIGNED_OUT: Final = ""
"""The key id of somebody who signed out, so that a demo coordinator can look at pages as a reader."""


def read_secret(home: Path) -> bytes:
    """Secret of the home's server, made at first use; only its owner may read the file."""
    path = home / "secret"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        home.mkdir(parents=True, exist_ok=True)
    made = home / f".secret-{secrets.token_hex(4)}"
    descriptor = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(32))
    with contextlib.suppress(FileExistsError):
        os.link(made, path)
    made.unlink()
    return path.read_bytes()


class Sessions:
    """Signs and reads session cookies with the secret of a home."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._signer: URLSafeTimedSerializer | None = None

    def begin(self, response: Response, key_id: str, is_secure: bool) -> Response:
        """Give the browser a session; `SIGNED_OUT` ends one."""
        response.set_cookie(
            COOKIE,
            str(self._serializer().dumps(key_id)),
            max_age=LASTS_S,
            httponly=True,
            samesite="Lax",
            secure=is_secure,
            path="/",
        )
        return response

    def key_id(self, question: Request) -> str | None:
        """Key id the browser's session names; None without one, or when it is too old or not ours."""
        cookie = question.cookies.get(COOKIE)
        if not cookie:
            return None
        try:
            return str(self._serializer().loads(cookie, max_age=LASTS_S))
        except BadSignature:
            return None

    def _serializer(self) -> URLSafeTimedSerializer:
        if self._signer is None:
            self._signer = URLSafeTimedSerializer(read_secret(self._home), salt="ansimgil session")
        return self._signer
