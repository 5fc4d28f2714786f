"""A native range over the time steps, with a play button."""

from dataclasses import dataclass

from dash import dcc, html
from dash.development.base_component import Component

from components.icon import icon


@dataclass(frozen=True, slots=True)
class SliderIds:
    """Ids of the range, play button, step label, the coloured row above the range, and the box of both."""

    range: str
    play: str
    label: str
    row: str
    track: str


def time_slider(
    ids: SliderIds, n_step: int, step: int, label: str, words: tuple[str, str], row: Component
) -> Component:
    """Draw the slider.

    Parameters
    ----------
    ids
        Where callbacks find its parts.
    n_step
        Number of steps.
    step
        The one shown.
    label
        Its local time.
    words
        Name of the range and of the play button.
    row
        The level at the reader's place over the steps.
    """
    name, play = words
    ticker = dcc.Input(
        id=ids.range, type="range", min=0, max=max(n_step - 1, 0), step=1, value=step, className="slider-range"
    )
    return html.Div(
        [
            html.Button(
                icon("play"), id=ids.play, className="slider-play", **{"aria-label": play, "aria-pressed": "false"}
            ),
            html.Div(
                [
                    html.Label(name, htmlFor=ids.range, className="sr-only"),
                    html.Div(row, id=ids.row, className="slider-row"),
                    ticker,
                ],
                id=ids.track,
                className="slider-track",
                style=step_style(n_step),
            ),
            html.Output(label, id=ids.label, className="slider-label", htmlFor=ids.range),
        ],
        className="slider",
        role="group",
        **{"aria-label": name},
    )


def step_style(n_step: int) -> dict[str, int]:
    """Tell the style sheet how many steps there are, so that the thumb stands below the cell of its step.

    Examples
    --------
    >>> step_style(13)
    {'--n-step': 13}
    """
    return {"--n-step": max(n_step, 2)}
