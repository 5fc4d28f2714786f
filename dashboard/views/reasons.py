"""A reason in words, the same for page, API and command line."""

from dashboard.i18n import has_text, text
from risk_core.state.assessment import Reason


def reason_text(reason: Reason, lang: str) -> str:
    """Sentence of a reason; values that are themselves codes (``hazard``: ``rain``) are put into words.

    Raises
    ------
    KeyError
        For a reason without a message, or a message that names a value the reason does not carry.
    """
    values = {name: _spoken(name, value, lang) for name, value in reason.values.items()}
    return text(f"reason.{reason.code}", lang, **values)


def _spoken(name: str, value: float | str, lang: str) -> float | str:
    if not isinstance(value, str):
        return value
    key = f"{name}.{value}"
    return text(key, lang) if has_text(key, lang) else value
