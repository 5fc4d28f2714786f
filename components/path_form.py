"""The controls of "where am I heading": start, the drill's person, stop, forget, remember, alarm, and privacy."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.icon import icon


@dataclass(frozen=True, slots=True)
class PathFormIds:
    """Ids of the controls."""

    box: str
    start: str
    drill: str
    stop: str
    forget: str


@dataclass(frozen=True, slots=True)
class PathFormWords:
    """Words of the controls; `privacy` are the paragraphs below `privacy_title`."""

    start: str
    drill: str
    stop: str
    forget: str
    remember: str
    alarm: str
    privacy_title: str
    privacy: Sequence[str]


def path_form(ids: PathFormIds, words: PathFormWords, has_drill: bool) -> Component:
    """Draw the controls; which of them show follows from ``data-mode`` of the box (off, live or drill).

    Parameters
    ----------
    ids, words
        Of the controls.
    has_drill
        Whether the person of a drill can be followed.
    """
    drill = html.Button(
        [icon("walk"), html.Span(words.drill)], id=ids.drill, className="path-button when-off", hidden=not has_drill
    )
    buttons = [
        html.Button([icon("locate"), html.Span(words.start)], id=ids.start, className="path-button is-main when-off"),
        drill,
        html.Button([icon("pause"), html.Span(words.stop)], id=ids.stop, className="path-button when-on"),
        html.Button([icon("trash"), html.Span(words.forget)], id=ids.forget, className="path-button"),
    ]
    boxes = [_box(words.alarm, "data-path-alarm"), _box(words.remember, "data-path-remember")]
    privacy = html.Details(
        [html.Summary(words.privacy_title), *[html.P(line) for line in words.privacy]], className="path-privacy"
    )
    return html.Div(
        [html.Div(buttons, className="path-buttons"), *boxes, privacy],
        id=ids.box,
        className="path-form",
        **{"data-mode": "off"},
    )


def _box(words: str, mark: str) -> Component:
    """A box to tick; what it says is kept by the browser alone."""
    return html.Button(
        [html.Span(className="path-tick", **{"aria-hidden": "true"}), html.Span(words)],
        className="path-remember",
        role="checkbox",
        **{"aria-checked": "false", mark: ""},
    )
