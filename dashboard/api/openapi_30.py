"""The OpenAPI 3.1 document in the words of 3.0, for readers that know no other: OGC clients among them."""

from collections.abc import Mapping
from typing import Any, Final

UNKNOWN_THERE: Final = ("$schema", "contentMediaType", "propertyNames", "identifier", "patternProperties")


def as_openapi_30(document: Mapping[str, Any], root: str = "/api") -> dict[str, Any]:
    """Give the same document in OpenAPI 3.0.3.

    Parameters
    ----------
    document
        OpenAPI 3.1.
    root
        Where the API is mounted.
    """
    kept = {key: value for key, value in document.items() if key not in ("jsonSchemaDialect", "webhooks")}
    return _simplify(kept) | {"openapi": "3.0.3", "servers": [{"url": root or "/"}]}


def _simplify(value: Any, key: str = "") -> Any:
    if key in ("example", "examples", "default", "enum"):
        return value
    if isinstance(value, list):
        return [_simplify(one) for one in value]
    if not isinstance(value, dict):
        return value
    told = {name: _simplify(one, name) for name, one in value.items() if name not in UNKNOWN_THERE}
    return told if key == "properties" else _schema(told)


def _schema(told: dict[str, Any]) -> dict[str, Any]:
    """One schema, or anything else that holds none of the words looked for."""
    if "const" in told:
        told["enum"] = [told.pop("const")]
    for bound, end in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if isinstance(told.get(bound), int | float) and not isinstance(told.get(bound), bool):
            told[end], told[bound] = told[bound], True
    if isinstance(told.get("type"), list):
        told["anyOf"] = [{"type": one} for one in told.pop("type")]
    if "prefixItems" in told:
        told.pop("prefixItems")
        told.setdefault("items", {})
    if isinstance(told.get("anyOf"), list):
        others = [one for one in told["anyOf"] if one != {"type": "null"}]
        if len(others) < len(told["anyOf"]):
            told.pop("anyOf")
            told |= {"allOf": others} if len(others) == 1 else {"anyOf": others}
            told["nullable"] = True
    return told
