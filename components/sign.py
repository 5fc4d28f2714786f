"""The sign of a level: a shape and a colour, so that colour never speaks alone."""

from typing import Final

from dash import html
from dash.development.base_component import Component

N_LEVEL: Final = 5
"""Levels 0 (safe) .. 4 (serious)."""


def level_class(level: int | None) -> str:
    """Name of the style of a level, ``level-none`` where nothing is known.

    Examples
    --------
    >>> level_class(3), level_class(None)
    ('level-3', 'level-none')
    """
    return "level-none" if level is None else f"level-{level}"


def sign(level: int | None, size: str = "small") -> Component:
    """Draw the level's shape on its colour: ring, disc, diamond, triangle, cross; a dash where nothing is known.

    Parameters
    ----------
    level
        0..4 or None.
    size
        ``small`` or ``large``.
    """
    shape = html.Span(className="sign-shape")
    return html.Span(shape, className=f"sign sign-{size} {level_class(level)}", **{"aria-hidden": "true"})
