"""Live feeds as rows of words: how each stands, when it last answered, and why not."""

import math
from collections.abc import Sequence
from datetime import tzinfo

from dash import html
from dash.development.base_component import Component

from dashboard.i18n import has_text, text
from dashboard.store.feed_states import FeedState
from dashboard.views.arrivals import Row, span_words
from dashboard.views.format import age_words, count, near_clock


def feed_rows(states: Sequence[FeedState], now_s: float, zone: tzinfo, lang: str) -> list[Row]:
    """Name, state, last answer, its age, usual gap, records, refused ones, what is wrong, title; the worst first."""
    ordered = sorted(states, key=lambda one: (_rank(one, now_s), one.name))
    return [
        [
            one.name,
            feed_badge(one, now_s, lang),
            near_clock(one.good_s, now_s, zone, lang),
            age_words(one.age_s(now_s), lang) if math.isfinite(one.good_s) else "–",
            span_words(one.cadence_s, lang),
            count(one.n_new + one.n_changed + one.n_same),
            count(one.n_refused),
            _why(one, now_s, zone, lang),
            one.title,
        ]
        for one in ordered
    ]


def feed_badge(state: FeedState, now_s: float, lang: str) -> Component:
    """Draw how a feed stands: a sign and a word."""
    if state.lacks:
        return html.Span(text("feeds.lacks", lang), className="source-state")
    if not math.isfinite(state.asked_s):
        return html.Span(text("feeds.waiting", lang), className="source-state")
    if state.is_stale(now_s):
        return html.Strong(text("feeds.stale", lang), className="source-late source-state")
    return html.Span(text("feeds.trouble" if state.error else "feeds.fresh", lang), className="source-state")


def stopped_feeds(states: Sequence[FeedState], now_s: float) -> list[FeedState]:
    """Feeds that fail and whose last good answer is too old to call it live."""
    return [one for one in states if not one.lacks and one.error and one.is_stale(now_s)]


def credits(states: Sequence[FeedState]) -> list[str]:
    """Whose data the feeds bring, and on what terms."""
    used = [one for one in states if math.isfinite(one.good_s)]
    return list(dict.fromkeys(f"{one.attribution} ({one.licence})" for one in used))


def _rank(state: FeedState, now_s: float) -> int:
    if state.lacks:
        return 3
    return 0 if state.is_stale(now_s) and state.error else 1 if state.error else 2


def _why(state: FeedState, now_s: float, zone: tzinfo, lang: str) -> Component | str:
    """What is wrong, in the reader's language; details as the server and the parser worded them."""
    if state.lacks:
        return html.Code(state.lacks)
    if state.error:
        reason, _, detail = state.error.partition(": ")
        words = text(f"feed_reason.{reason}", lang) if has_text(f"feed_reason.{reason}") else reason
        again = text("feeds.again", lang, time=near_clock(state.next_s, now_s, zone, lang), n=state.n_fail)
        return html.Span([words, html.Span(f" ({detail})", lang="en") if detail else "", f" {again}"])
    if state.note:
        return html.Span([text("feeds.refused_for", lang), html.Span(f" {state.note}", lang="en")])
    return "–"
