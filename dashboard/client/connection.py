"""Requests to the API and its errors, on the standard library alone."""

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from typing import Any, Final
from urllib.parse import urlencode

RETRIES: Final = 3
MAX_PAUSE_S: Final = 30.0
BUSY: Final = (429, 503)
"""Statuses after which the same question may be asked again, once the seconds of Retry-After are over."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a question."""

    argument: str
    value: str
    wanted: str
    remedy: str


class ApiError(Exception):
    """The API refused a question, or could not answer it.

    Attributes
    ----------
    status
        HTTP status; 0 where nobody answered.
    code
        Kind of error, for programs.
    detail
        What it means, for people.
    faults
        Everything wrong with the question at once.
    retry_s
        Seconds after which the same question may be asked again.
    """

    def __init__(
        self, status: int, code: str, detail: str, faults: tuple[Fault, ...] = (), retry_s: float = 1.0
    ) -> None:
        self.status = status
        self.code = code
        self.detail = detail
        self.faults = faults
        self.retry_s = retry_s
        told = "; ".join(f"{one.argument} is {one.value}, wanted {one.wanted}. {one.remedy}" for one in faults)
        super().__init__(f"{status} {code}: {detail} {told}".strip())


class Connection:
    """One server.

    Parameters
    ----------
    url
        Its address, for example ``http://127.0.0.1:8050``.
    key
        Key of an operator, or None to ask as anybody.
    lang
        Language of the sentences, ``ko`` or ``en``.
    timeout_s
        Seconds to wait for an answer.
    pause
        Waits some seconds; a test may pass its own.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        lang: str | None = None,
        timeout_s: float = 30.0,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.root = f"{url.rstrip('/')}/api/v1"
        self._timeout_s = timeout_s
        self._pause = pause
        self._headers = {"Accept": "application/json", "User-Agent": "ansimgil-client/1"}
        if key is not None:
            self._headers["Authorization"] = f"Bearer {key}"
        if lang is not None:
            self._headers["Accept-Language"] = lang

    def get(self, path: str, query: Mapping[str, Any]) -> Any:
        """Ask in the address.

        Raises
        ------
        ApiError
            When there is no answer.
        """
        asked = {name: value for name, value in query.items() if value is not None}
        return self._json(urllib.request.Request(f"{self.root}/{path}?{urlencode(asked)}", headers=self._headers))

    def post(self, path: str, body: Mapping[str, Any], prefer: str = "") -> Any:
        """Ask in a body, so that no position stands in an address; errors as `get`.

        `prefer` is the header of that name, ``respond-async`` for a job.
        """
        data = json.dumps({name: value for name, value in body.items() if value is not None}).encode()
        headers = self._headers | {"Content-Type": "application/json"} | ({"Prefer": prefer} if prefer else {})
        return self._json(urllib.request.Request(f"{self.root}/{path}", data, headers))

    def delete(self, path: str) -> Any:
        """Remove something of one's own; what it was, or None. Errors as `get`."""
        return self._json(urllib.request.Request(f"{self.root}/{path}", headers=self._headers, method="DELETE"))

    def lines(self, path: str, query: Mapping[str, Any], last_id: str) -> Iterator[str]:
        """Lines of a stream until it ends; errors as `get`."""
        headers = self._headers | {"Accept": "text/event-stream"}
        if last_id:
            headers["Last-Event-ID"] = last_id
        asked = {name: value for name, value in query.items() if value is not None}
        with self._open(urllib.request.Request(f"{self.root}/{path}?{urlencode(asked)}", headers=headers)) as answer:
            for line in answer:
                yield line.decode("utf-8").rstrip("\r\n")

    def _json(self, request: urllib.request.Request) -> Any:
        for tries_left in range(RETRIES, -1, -1):
            try:
                with self._open(request) as answer:
                    told = self._read(answer)
                    return json.loads(told) if told else None
            except ApiError as error:
                if error.status not in BUSY or not tries_left:
                    raise
                self._pause(min(error.retry_s, MAX_PAUSE_S))
        raise AssertionError("unreachable")

    def _open(self, request: urllib.request.Request) -> HTTPResponse:
        try:
            answer: HTTPResponse = urllib.request.urlopen(request, timeout=self._timeout_s)
            return answer
        except urllib.error.HTTPError as error:
            raise _error_of(error) from None
        except (OSError, HTTPException) as error:
            raise ApiError(0, "no_answer", f"Nobody answers at {self.root}.") from error

    def _read(self, answer: HTTPResponse) -> bytes:
        try:
            return answer.read()
        except (OSError, HTTPException) as error:
            raise ApiError(0, "broken_off", f"The answer of {self.root} broke off.") from error


def _error_of(error: urllib.error.HTTPError) -> ApiError:
    after = error.headers.get("Retry-After", "")
    retry_s = float(after) if after.isdigit() else 1.0
    try:
        told = json.loads(error.read())
        faults = tuple(Fault(**one) for one in told["faults"])
        return ApiError(error.code, told["code"], told["detail"], faults, retry_s)
    except (ValueError, KeyError, TypeError):
        return ApiError(error.code, "unknown", str(error.reason), (), retry_s)
