"""Places found by name, each with what may be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.icon import icon


@dataclass(frozen=True, slots=True)
class FoundWords:
    """A place found: its name, where it lies from here, and its position (lat, lng)."""

    name: str
    where: str
    at: tuple[float, float]


@dataclass(frozen=True, slots=True)
class PlaceDeed:
    """What may be done with a place: the deed's name, its word, and its sign."""

    name: str
    word: str
    icon: str


def place_list(kind: str, places: Sequence[FoundWords], deeds: Sequence[PlaceDeed]) -> Component:
    """Draw one line a place; the first deed is done by a press on the name, the others stand beside it.

    Parameters
    ----------
    kind
        Type of the pattern ids ``{"type": kind, "deed": ..., "at": "lat,lng"}``.
    places
        Best first.
    deeds
        In order.
    """
    return html.Ul([_line(kind, place, deeds) for place in places], className="place-list")


def _line(kind: str, place: FoundWords, deeds: Sequence[PlaceDeed]) -> Component:
    at = f"{place.at[0]:.6f},{place.at[1]:.6f}"
    first, *others = deeds
    name = html.Button(
        [icon(first.icon), html.Span(place.name, className="place-name"), html.Span(place.where, className="place-at")],
        id={"type": kind, "deed": first.name, "at": at},
        className="place-pick",
        title=first.word,
    )
    # The name begins with the words that are seen, so that it can be spoken.
    beside = [
        html.Button(
            deed.word,
            id={"type": kind, "deed": deed.name, "at": at},
            className="place-deed",
            **{"aria-label": f"{deed.word}: {place.name}"},
        )
        for deed in others
    ]
    return html.Li([name, *beside])
