"""A reason in words, the same for page, API and command line."""

import math
from collections.abc import Mapping

from dashboard.i18n import has_text, text
from dashboard.views.format import distance, duration
from risk_core.state.assessment import Reason


def reason_text(reason: Reason, lang: str) -> str:
    """Sentence of a reason; values that are themselves codes (``hazard``: ``rain``) are put into words.

    Raises
    ------
    KeyError
        For a reason without a message, or a message that names a value the reason does not carry.
    """
    values = {name: _spoken(name, value, lang) for name, value in reason.values.items()}
    return text(f"reason.{reason.code}", lang, **values, **_measured(reason.values, lang))


def _measured(values: Mapping[str, float | str], lang: str) -> dict[str, str]:
    """Lengths and times as people say them, as `saved` for `saved_m` and `added` for `added_min`."""
    said = {}
    for name, value in values.items():
        if not isinstance(value, str) and math.isfinite(value):
            base, _, unit = name.rpartition("_")
            if unit == "m":
                said[base] = distance(value)
            elif unit == "min":
                said[base] = duration(60 * value, lang)
    return {name: words for name, words in said.items() if name not in values}


def _spoken(name: str, value: float | str, lang: str) -> float | str:
    if not isinstance(value, str):
        return value
    key = f"{name}.{value}"
    return text(key, lang) if has_text(key, lang) else value
