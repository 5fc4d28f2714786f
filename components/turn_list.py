"""A way in words, also for those who do not see the map."""

from collections.abc import Sequence
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component

from components.sign import level_class


@dataclass(frozen=True, slots=True)
class TurnWords:
    """One line: what to do, how far, and the level met (None where unknown) with its word."""

    instruction: str
    length: str
    level: int | None
    level_word: str


def turn_list(summary: str, turns: Sequence[TurnWords]) -> Component:
    """Draw a list that opens on demand."""
    lines = [
        html.Li(
            [
                html.Span(className=f"turn-level {level_class(turn.level)}", title=turn.level_word),
                html.Span(turn.instruction, className="turn-what"),
                html.Span(turn.length, className="turn-length"),
            ]
        )
        for turn in turns
    ]
    return html.Details([html.Summary(summary), html.Ol(lines)], className="turn-list")
