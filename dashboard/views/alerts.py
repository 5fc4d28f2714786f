"""Official warnings as their senders worded them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo

from dash.development.base_component import Component

from components.alert_banner import alert_banner
from components.issued_note import issued_note
from dashboard.i18n import text
from dashboard.views.format import near_clock
from risk_core.state.situation import Alert

SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
"""CAP 1.2 severities, worst first."""


@dataclass(frozen=True, slots=True)
class AlertWords:
    """A warning as text: its kind, headline and instruction in the sender's words, who sent it when, language."""

    event: str
    headline: str
    instruction: str
    source: str
    language: str


def alert_banners(alerts: Sequence[Alert], now_s: float, zone: tzinfo, lang: str) -> list[Component]:
    """Draw the warnings in force, worst first, then newest, in the reader's language where they were sent in it."""
    words = alert_words(alerts, now_s, zone, lang)
    return [alert_banner(one.event, one.headline, one.instruction, one.source, one.language) for one in words]


def alert_words(alerts: Sequence[Alert], now_s: float, zone: tzinfo, lang: str) -> list[AlertWords]:
    """Word the warnings in force, in the order of `alert_banners`."""
    in_force = _one_language([alert for alert in alerts if alert.from_s <= now_s < alert.until_s], lang)
    in_force.sort(key=lambda alert: (_severity_rank(alert), -alert.sent_s))
    return [_words(alert, now_s, zone, lang) for alert in in_force]


def _one_language(alerts: Sequence[Alert], lang: str) -> list[Alert]:
    """Of warnings sent together in several languages keep those the reader understands, else all."""
    spoken = {(one.sender, one.sent_s) for one in alerts if one.language.startswith(lang)}
    return [one for one in alerts if one.language.startswith(lang) or (one.sender, one.sent_s) not in spoken]


def _severity_rank(alert: Alert) -> int:
    return SEVERITIES.index(alert.severity) if alert.severity in SEVERITIES else len(SEVERITIES)


def issued_lines(alerts: Sequence[Alert], now_s: float, zone: tzinfo, lang: str) -> list[tuple[str, str]]:
    """Kind of each warning in force in its sender's words, and who issued it when; each kind and sender once."""
    in_force = _one_language([alert for alert in alerts if alert.from_s <= now_s < alert.until_s], lang)
    in_force.sort(key=lambda alert: (_severity_rank(alert), -alert.sent_s))
    lines: dict[tuple[str, str], tuple[str, str]] = {}
    for alert in in_force:
        time = near_clock(alert.sent_s, now_s, zone, lang)
        key = "alert.here_source_drill" if alert.simulated else "alert.here_source"
        kind = alert.event or alert.headline
        lines.setdefault((kind, alert.sender), (kind, text(key, lang, sender=alert.sender, time=time)))
    return list(lines.values())


def issued_here(alerts: Sequence[Alert], now_s: float, zone: tzinfo, lang: str) -> Component:
    """Draw the warnings in force at a place, to stand beside the computed level; nothing where none is."""
    lines = issued_lines(alerts, now_s, zone, lang)
    return issued_note(text("alert.here_title", lang), lines, text("alert.here_note", lang))


def _words(alert: Alert, now_s: float, zone: tzinfo, lang: str) -> AlertWords:
    source = text(
        "alert.source_drill" if alert.simulated else "alert.source",
        lang,
        sender=alert.sender,
        place=alert.area_text,
        time=near_clock(alert.sent_s, now_s, zone, lang),
    )
    return AlertWords(alert.event, alert.headline, alert.instruction, source, alert.language)
