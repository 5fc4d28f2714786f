"""The nearest shelters."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component


@dataclass(frozen=True, slots=True)
class ShelterWords:
    """One shelter: its name, where it lies from here, free places in words, the share taken (None if unknown)."""

    name: str
    where: str
    free: str
    taken_share: float | None
    is_full: bool
    tag: str = ""


def shelter_list(shelters: Sequence[ShelterWords]) -> Component:
    """Names with distance and free places, nearest first."""
    return html.Ol([_line(shelter) for shelter in shelters], className="shelter-list")


def _line(shelter: ShelterWords) -> Component:
    name = [html.Span(shelter.name)]
    if shelter.tag:
        name.append(html.Span(shelter.tag, className="drill-tag"))
    free = html.Span(shelter.free, className="shelter-free" + (" is-full" if shelter.is_full else ""))
    parts = [
        html.Span(className="shelter-sign", **{"aria-hidden": "true"}),
        html.Div([html.P(name, className="shelter-name"), html.P(shelter.where, className="shelter-where")]),
        html.Div([free, *_bar(shelter.taken_share)], className="shelter-room"),
    ]
    return html.Li(parts)


def _bar(taken_share: float | None) -> list[Component]:
    if taken_share is None:
        return []
    filled = html.Span(style={"width": f"{100.0 * min(max(taken_share, 0.0), 1.0):.0f}%"})
    return [html.Span(filled, className="shelter-bar", **{"aria-hidden": "true"})]
