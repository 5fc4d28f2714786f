"""Small pictures of many places on one look, each of which chooses its place."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component


@dataclass(frozen=True, slots=True)
class SmallWords:
    """One place: its position, name, number in words, picture (data URL), and whether it is chosen."""

    position: int
    name: str
    number: str
    picture: str
    is_chosen: bool = False


def small_multiples(places: Sequence[SmallWords], label: str) -> Component:
    """Draw buttons with name, picture and number; a press reports ``data-pick``."""
    buttons = [
        html.Button(
            [
                html.Span(one.name, className="small-name"),
                html.Img(src=one.picture, alt="", className="small-picture"),
                html.Span(one.number, className="small-number"),
            ],
            className="small-one",
            **{"aria-pressed": "true" if one.is_chosen else "false", "data-pick": str(one.position)},
        )
        for one in places
    ]
    return html.Div(buttons, className="small-multiples", role="group", **{"aria-label": label})
