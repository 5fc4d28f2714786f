"""A way in words, also for those who do not see the map."""

import json
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
    """Draw a list that opens on demand; its lines are drawn in the browser by ``assets/js/turns.js``."""
    lines = [(turn.instruction, turn.length, level_class(turn.level), turn.level_word) for turn in turns]
    told = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
    return html.Details([html.Summary(summary), html.Ol(**{"data-turns": told})], className="turn-list")
