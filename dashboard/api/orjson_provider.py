"""JSON by orjson: strict about depth, NaN, huge numbers and bad UTF-8, where the standard library fails or obeys."""

from typing import Any

import orjson
from flask import Response
from flask.json.provider import JSONProvider


def dump_bytes(value: Any) -> bytes:
    """JSON bytes of plain values; NaN becomes null."""
    return orjson.dumps(value, option=orjson.OPT_SERIALIZE_NUMPY)


class OrjsonProvider(JSONProvider):
    """Reads and writes the JSON of a Flask app."""

    def dumps(self, obj: Any, **_options: Any) -> str:
        """JSON text of plain values."""
        return dump_bytes(obj).decode()

    def loads(self, s: str | bytes, **_options: Any) -> Any:
        """Plain values of JSON.

        Raises
        ------
        ValueError
            For anything that is not strict JSON of moderate depth.
        """
        return orjson.loads(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        """JSON answer of plain values."""
        value = self._prepare_response_obj(args, kwargs)
        return Response(dump_bytes(value), mimetype="application/json")
