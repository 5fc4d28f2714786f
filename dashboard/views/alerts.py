"""Official warnings as their senders worded them."""

from collections.abc import Sequence
from datetime import tzinfo

from dash.development.base_component import Component

from components.alert_banner import alert_banner
from dashboard.i18n import text
from dashboard.views.format import near_clock
from risk_core.state.situation import Alert

SEVERITIES = ("Extreme", "Severe", "Moderate", "Minor", "Unknown")
"""CAP 1.2 severities, worst first."""


def alert_banners(alerts: Sequence[Alert], now_s: float, zone: tzinfo, lang: str) -> list[Component]:
    """Draw the warnings in force, worst and newest first, those in the reader's language before others."""
    in_force = [alert for alert in alerts if alert.from_s <= now_s < alert.until_s]
    in_force.sort(key=lambda alert: (_severity_rank(alert), not alert.language.startswith(lang), -alert.sent_s))
    return [_banner(alert, now_s, zone, lang) for alert in in_force]


def _severity_rank(alert: Alert) -> int:
    return SEVERITIES.index(alert.severity) if alert.severity in SEVERITIES else len(SEVERITIES)


def _banner(alert: Alert, now_s: float, zone: tzinfo, lang: str) -> Component:
    source = text(
        "alert.source_drill" if alert.simulated else "alert.source",
        lang,
        sender=alert.sender,
        place=alert.area_text,
        time=near_clock(alert.sent_s, now_s, zone, lang),
    )
    return alert_banner(alert.event, alert.headline, alert.instruction, source, alert.language)
