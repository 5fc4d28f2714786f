"""Ways side by side: minutes, metres, metres in danger."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.choice import choice_id, pressed
from components.exposure_bar import exposure_bar


@dataclass(frozen=True, slots=True)
class RouteWords:
    """What a card says of one way.

    Attributes
    ----------
    kind
        Its name in ids and styles: ``safest``, ``fastest``, ``balanced``.
    title, time, length, danger
        Texts.
    is_dangerous
        True when any metre of it is dangerous.
    shares, exposure
        Shares of the five levels, and the same in words.
    chance
        How likely the way meets danger; empty where that is not known.
    infection
        Chance of infection along it with its interval; empty where that is not known.
    """

    kind: str
    title: str
    time: str
    length: str
    danger: str
    is_dangerous: bool
    shares: Sequence[float]
    exposure: str
    chance: str = ""
    infection: str = ""


def route_card(type_name: str, words: RouteWords, is_chosen: bool) -> Component:
    """Draw a button that brings this way to the front of the map.

    Parameters
    ----------
    type_name
        Type of its pattern id; the name is the way's kind.
    words
        Texts.
    is_chosen
        Whether it is in front now.
    """
    swatch = html.Span(className=f"route-swatch route-swatch-{words.kind}", **{"aria-hidden": "true"})
    danger = html.Span(words.danger, className="route-danger" + (" is-dangerous" if words.is_dangerous else ""))
    return html.Button(
        [
            html.Span([swatch, html.Span(words.title)], className="route-title"),
            html.Span(words.time, className="route-time"),
            html.Span(words.length, className="route-length"),
            danger,
            *[html.Span(one, className="route-chance") for one in (words.chance, words.infection) if one],
            exposure_bar(words.shares, words.exposure),
        ],
        id=choice_id(type_name, words.kind),
        className=f"route-card route-card-{words.kind}",
        **pressed(is_chosen),
    )


def route_cards(type_name: str, routes: Sequence[RouteWords], chosen: str) -> Component:
    """Draw the cards in one row."""
    cards = [route_card(type_name, words, words.kind == chosen) for words in routes]
    return html.Div(cards, className=f"route-cards route-cards-{len(cards)}")
