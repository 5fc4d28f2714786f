"""A large file from a server: size first, progress, resume after a broken connection, and nothing but what was asked.

Only https is followed unless plain http was asked for (a test's own server); redirects are few and stay on https.
"""

import http.client
import json
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from risk_core.errors import Fault, InputError, UnavailableError

AGENT: Final = "Ansimgil area fetch"
TIMEOUT_S: Final = 30.0
N_ATTEMPT: Final = 6
"""Connections in a row that bring nothing new before the download is given up."""

CHUNK_BYTES: Final = 1 << 18
MAX_REDIRECTS: Final = 5
PBF_MARK: Final = b"OSMHeader"
PBF_HEAD_BYTES: Final = 64
"""A PBF begins with a block header that names its type within the first bytes (OpenStreetMap wiki, PBF Format)."""

Progress = Callable[[int, int], None]
"""Called with bytes had and bytes in all."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A file on a server: where, how long, and the server's mark of this version of it."""

    url: str
    n_byte: int
    etag: str


class _Redirects(urllib.request.HTTPRedirectHandler):
    """Few redirects, kept on the allowed schemes, keeping the method."""

    max_redirections = MAX_REDIRECTS

    def __init__(self, schemes: tuple[str, ...]) -> None:
        self._schemes = schemes

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """Follow with the same method and headers, or refuse."""
        _check_scheme(newurl, self._schemes)
        return urllib.request.Request(newurl, headers=dict(req.headers), method=req.get_method())


class Downloader:
    """Asks one server for files.

    Parameters
    ----------
    allow_http
        Whether plain http may be used.
    wait
        Called with seconds before another attempt.
    """

    def __init__(self, wait: Callable[[float], None], allow_http: bool = False) -> None:
        self._schemes = ("https", "http") if allow_http else ("https",)
        self._wait = wait
        self._opener = urllib.request.OpenerDirector()
        for handler in (
            urllib.request.ProxyHandler(),
            urllib.request.HTTPHandler(),
            urllib.request.HTTPSHandler(),
            urllib.request.HTTPDefaultErrorHandler(),
            urllib.request.HTTPErrorProcessor(),
            _Redirects(self._schemes),
        ):
            self._opener.add_handler(handler)

    def ask(self, url: str) -> RemoteFile:
        """Ask for a file's length without fetching it.

        Raises
        ------
        UnavailableError
            When the server does not answer, does not have it, or does not say how long it is.
        InputError
            For an address that may not be used.
        """
        with self._open(url, "HEAD", {}) as answer:
            n_byte = int(answer.headers.get("Content-Length") or 0)
            etag = answer.headers.get("ETag") or ""
        if n_byte <= 0:
            raise _fault(url, "an answer without a length", "a file of known length")
        return RemoteFile(url, n_byte, etag)

    def fetch(self, remote: RemoteFile, target: Path, progress: Progress) -> Path:
        """Fetch an OpenStreetMap PBF to `target`; a part fetched before is continued.

        The file appears under its own name only when it is whole; until then it is ``<name>.part``.

        Raises
        ------
        UnavailableError
            When the file cannot be had whole, changed meanwhile, or is no PBF.
        InputError
            When the disk has no room for it.
        """
        if _is_same(target, remote):
            progress(remote.n_byte, remote.n_byte)
            return target
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(target.name + ".part")
        if not _is_same(part, remote, is_part=True):
            part.unlink(missing_ok=True)
            _mark_file(part).write_text(json.dumps(asdict(remote)), encoding="utf-8")
        _check_room(part, remote)
        self._complete(remote, part, progress)
        with part.open("rb") as file:
            os.fsync(file.fileno())
        _mark_file(target).write_text(json.dumps(asdict(remote)), encoding="utf-8")
        part.replace(target)
        _mark_file(part).unlink(missing_ok=True)
        return target

    def _complete(self, remote: RemoteFile, part: Path, progress: Progress) -> None:
        """Connect until the part is whole; give up after `N_ATTEMPT` connections that brought nothing."""
        n_idle, reason = 0, "nothing"
        while (had := _size(part)) < remote.n_byte:
            if n_idle == N_ATTEMPT:
                found = f"{had:,} of {remote.n_byte:,} bytes after {N_ATTEMPT} attempts in vain ({reason})"
                raise _fault(remote.url, found, "the whole file")
            if n_idle:
                self._wait(float(2**n_idle))
            try:
                self._continue(remote, part, progress)
                reason = "the connection ended early"
            except (OSError, http.client.HTTPException) as error:
                reason = str(error) or type(error).__name__
            n_idle = 0 if _size(part) > had else n_idle + 1

    def _continue(self, remote: RemoteFile, part: Path, progress: Progress) -> None:
        """One connection: from where the part ends to wherever it breaks."""
        had = _size(part)
        headers = {"Range": f"bytes={had}-"} if had else {}
        if had and remote.etag:
            headers["If-Range"] = remote.etag
        with self._open(remote.url, "GET", headers) as answer:
            if (answer.headers.get("ETag") or "") != remote.etag:
                _forget(part)
                raise _fault(remote.url, "another version than a moment ago", "a file that stays the same")
            start = _start_of(answer, had)
            n_byte = start + int(answer.headers.get("Content-Length") or 0)
            if n_byte != remote.n_byte:
                _forget(part)
                raise _fault(remote.url, f"{n_byte:,} bytes", f"the {remote.n_byte:,} bytes it promised")
            with part.open("r+b" if start else "wb") as file:
                file.seek(start)
                while chunk := answer.read(CHUNK_BYTES):
                    if file.tell() == 0:
                        _check_pbf(chunk, answer, remote, part)
                    file.write(chunk)
                    progress(file.tell(), remote.n_byte)

    def _open(self, url: str, method: str, headers: dict[str, str]) -> Any:
        _check_scheme(url, self._schemes)
        request = urllib.request.Request(url, headers={"User-Agent": AGENT} | headers, method=method)
        try:
            return self._opener.open(request, timeout=TIMEOUT_S)
        except urllib.error.HTTPError as error:
            found = f"status {error.code} ({error.reason})"
            error.close()
            if error.code >= http.client.INTERNAL_SERVER_ERROR and method == "GET":
                raise ConnectionError(found) from error
            raise _fault(url, found, "a file that is there") from error
        except (OSError, http.client.HTTPException) as error:
            if method == "GET":
                raise
            raise _fault(url, f"no answer ({getattr(error, 'reason', error)})", "an answer") from error


def _start_of(answer: Any, had: int) -> int:
    """Byte the answer begins with: where we were, or 0 when the server gives the whole file again."""
    begins = f"bytes {had}-"
    return had if answer.status == http.client.PARTIAL_CONTENT and begins in answer.headers["Content-Range"] else 0


def _check_pbf(chunk: bytes, answer: Any, remote: RemoteFile, part: Path) -> None:
    if PBF_MARK in chunk[:PBF_HEAD_BYTES]:
        return
    _forget(part)
    kind = answer.headers.get("Content-Type") or "a file of unknown type"
    raise _fault(remote.url, f"{kind} beginning {chunk[:24]!r}", "an OpenStreetMap PBF")


def _check_scheme(url: str, schemes: tuple[str, ...]) -> None:
    if urlsplit(url).scheme not in schemes or not urlsplit(url).hostname:
        wanted = "an address beginning " + " or ".join(f"{scheme}://" for scheme in schemes)
        raise InputError(Fault("address", repr(url), wanted, "Use the default, or another --base-url."))


def _check_room(part: Path, remote: RemoteFile) -> None:
    free = shutil.disk_usage(part.parent).free
    needed = remote.n_byte - _size(part)
    if free < needed:
        remedy = "Free some space, or set ANSIMGIL_HOME to another disk."
        raise InputError(
            Fault("disk", f"{free / 1e6:,.0f} MB free", f"{needed / 1e6:,.0f} MB", remedy, str(part.parent))
        )


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _mark_file(path: Path) -> Path:
    return path.with_name(path.name + ".json")


def _forget(part: Path) -> None:
    part.unlink(missing_ok=True)
    _mark_file(part).unlink(missing_ok=True)


def _is_same(path: Path, remote: RemoteFile, is_part: bool = False) -> bool:
    """Whether a file here is (the beginning of) the one on the server; never true for one without a mark."""
    try:
        mark = json.loads(_mark_file(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    fits = _size(path) <= remote.n_byte if is_part else _size(path) == remote.n_byte
    return bool(fits and remote.etag and mark == asdict(remote))


def _fault(url: str, found: str, wanted: str) -> UnavailableError:
    remedy = "Try again later, or download the file yourself and give it to `area build --streets`."
    return UnavailableError(Fault("download", found, wanted, remedy, url))
