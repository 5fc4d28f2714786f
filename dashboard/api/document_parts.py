"""Parts of the OpenAPI document that are the same in many places, told once: schemas of parts, and errors."""

import json
import re
from collections import defaultdict
from typing import Any, Final

_REFERENCE: Final = re.compile(r'"#/components/schemas/([^"]+)"')


def share_parts(document: dict[str, Any]) -> dict[str, Any]:
    """Tell equal schemas and equal errors once.

    A schema of a part is generated under the name of each answer it is part of, as ``RoutesBody.StepBody``. Where all
    of that last name are the same, they become one of it.
    """
    schemas = document["components"]["schemas"]
    shared = _shareable(schemas)
    text = _renamed(json.dumps(document), shared)
    told: dict[str, Any] = json.loads(text)
    told["components"]["schemas"] = {_short(name, shared): one for name, one in told["components"]["schemas"].items()}
    _share_errors(told)
    return told


def _base(name: str) -> str:
    return name.rpartition(".")[2]


def _short(name: str, shared: set[str]) -> str:
    return _base(name) if _base(name) in shared else name


def _renamed(text: str, shared: set[str]) -> str:
    return _REFERENCE.sub(lambda found: f'"#/components/schemas/{_short(found[1], shared)}"', text)


def _shareable(schemas: dict[str, Any]) -> set[str]:
    """Last names under which every schema says the same, also through what it refers to."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name, schema in schemas.items():
        groups[_base(name)].append(json.dumps(schema, sort_keys=True))
    shared = set(groups)
    while True:
        differ = {name for name in shared if len({_renamed(one, shared) for one in groups[name]}) > 1}
        if not differ:
            return shared
        shared -= differ


def _share_errors(document: dict[str, Any]) -> None:
    """Put each error that several operations answer with under the parts, by its shape and status."""
    parts = document["components"].setdefault("responses", {})
    for operations in document["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                found = _REFERENCE.search(json.dumps(response))
                if status < "400" or found is None:
                    continue
                name = f"{found[1]}{status}"
                if parts.setdefault(name, response) == response:
                    operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
