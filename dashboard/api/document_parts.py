"""Parts of the OpenAPI document that are the same in many places, told once: schemas, parameters, examples, errors."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any, Final

_REFERENCE: Final = re.compile(r'"#/components/schemas/([^"]+)"')
PLAIN_VALUES: Final = ("example", "examples", "default", "enum", "const")
"""Members that hold values, not schemas."""
FROM_LETTERS: Final = 200
"""Examples shorter than this are told where they stand."""
Document = dict[str, Any]


def share_parts(document: Document) -> Document:
    """Tell equal parts once, and drop titles that only repeat a name.

    A schema of a part is generated under the name of each answer it is part of, as ``RoutesBody.StepBody``. Those of
    one last name that say the same, also through what they refer to, become one.
    """
    schemas = document["components"]["schemas"]
    names = _shared_names(schemas)
    told: Document = json.loads(_renamed(json.dumps(document), names))
    told["components"]["schemas"] = {names[name]: one for name, one in told["components"]["schemas"].items()}
    _drop_titles(told["components"]["schemas"])
    _drop_titles(told["paths"])
    _share_parameters(told)
    _share_examples(told)
    _share_errors(told)
    return told


def _base(name: str) -> str:
    return name.rpartition(".")[2]


def _renamed(text: str, names: dict[str, str]) -> str:
    return _REFERENCE.sub(lambda found: f'"#/components/schemas/{names.get(found[1], found[1])}"', text)


def _shared_names(schemas: Document) -> dict[str, str]:
    """Name of each schema in the document: one for all that say the same.

    Begins with all of one last name as equal, and parts them while they refer to what is not.
    """
    kind = {name: _base(name) for name in schemas}
    while True:
        first: dict[tuple[str, str], str] = {}
        parted = {
            name: first.setdefault((_base(name), _renamed(json.dumps(schema, sort_keys=True), kind)), name)
            for name, schema in schemas.items()
        }
        if len(set(parted.values())) == len(set(kind.values())):
            return _short_names(parted)
        kind = parted


def _short_names(kind: dict[str, str]) -> dict[str, str]:
    """The last name alone for the largest group that bears it; the others keep that of their first."""
    size = Counter(kind.values())
    largest = {_base(first): first for first in sorted(size, key=lambda first: (size[first], first))}
    return {name: _base(first) if largest[_base(first)] == first else first for name, first in kind.items()}


def _drop_titles(value: Any) -> None:
    """Drop the titles that pydantic makes of names."""
    if isinstance(value, list):
        for one in value:
            _drop_titles(one)
    elif isinstance(value, dict):
        if isinstance(value.get("title"), str):
            del value["title"]
        for key, one in value.items():
            if key not in PLAIN_VALUES:
                _drop_titles(one)


def _operations(document: Document) -> Iterator[Document]:
    for operations in document["paths"].values():
        yield from operations.values()


def _share_parameters(document: Document) -> None:
    """Put each parameter that several operations take under the parts, by its name."""
    every = [one for operation in _operations(document) for one in operation.get("parameters", ())]
    shared = _named(every, lambda one: str(one["name"]))
    for operation in _operations(document):
        if "parameters" in operation:
            operation["parameters"] = [_told(one, shared, "parameters") for one in operation["parameters"]]
    document["components"]["parameters"] = {name: json.loads(text) for text, name in shared.items()}


def _share_examples(document: Document) -> None:
    """Put each longer example that stands in several places under the parts, by the operation it is first met at."""
    contents = [
        (operation["operationId"], content)
        for operation in _operations(document)
        for part in (operation.get("requestBody", {}), *operation["responses"].values())
        for content in part.get("content", {}).values()
        if len(json.dumps(content.get("example", ""))) >= FROM_LETTERS
    ]
    names: dict[str, str] = {}
    for name, content in contents:
        names.setdefault(json.dumps(content["example"]), name)
    shared = _named([content["example"] for _, content in contents], lambda one: names[json.dumps(one)])
    for _, content in contents:
        if (text := json.dumps(content["example"])) in shared:
            del content["example"]
            content["examples"] = {"one": {"$ref": f"#/components/examples/{shared[text]}"}}
    document["components"]["examples"] = {name: {"value": json.loads(text)} for text, name in shared.items()}


def _named(parts: list[Any], name_of: Callable[[Any], str]) -> dict[str, str]:
    """Name of each part that stands in several places, by its JSON; of one name the second is told ``name2``."""
    count = Counter(json.dumps(one) for one in parts)
    names: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for text in count:
        if count[text] > 1:
            name = name_of(json.loads(text))
            taken[name] += 1
            names[text] = name if taken[name] == 1 else f"{name}{taken[name]}"
    return names


def _told(part: Any, shared: dict[str, str], kind: str) -> Any:
    name = shared.get(json.dumps(part))
    return part if name is None else {"$ref": f"#/components/{kind}/{name}"}


def _share_errors(document: Document) -> None:
    """Put each error that several operations answer with under the parts, by its shape and status."""
    parts = document["components"].setdefault("responses", {})
    for operation in _operations(document):
        for status, response in operation["responses"].items():
            found = _REFERENCE.search(json.dumps(response))
            if status < "400" or found is None:
                continue
            name = f"{found[1]}{status}"
            if parts.setdefault(name, response) == response:
                operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}
