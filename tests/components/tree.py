"""Looking into component trees without a browser."""

from collections.abc import Iterator
from typing import Any

from dash.development.base_component import Component


def walk(node: Any) -> Iterator[Any]:
    """Every component and text of a tree, parents first."""
    if isinstance(node, list | tuple):
        for child in node:
            yield from walk(child)
        return
    yield node
    if isinstance(node, Component):
        yield from walk(getattr(node, "children", None))


def words(node: Any) -> str:
    """All text of a tree, in order."""
    return " ".join(
        str(part) for part in walk(node) if isinstance(part, str | int | float) and not isinstance(part, bool)
    )


def by_class(node: Any, name: str) -> list[Component]:
    """Components that carry a style name."""
    return [part for part in walk(node) if name in (getattr(part, "className", None) or "").split()]


def by_id(node: Any, wanted: Any) -> Component:
    """The one component of that id."""
    (found,) = [part for part in walk(node) if isinstance(part, Component) and getattr(part, "id", None) == wanted]
    return found


def names(node: Any) -> list[str]:
    """Types of the components, in order."""
    return [type(part).__name__ for part in walk(node) if isinstance(part, Component)]
