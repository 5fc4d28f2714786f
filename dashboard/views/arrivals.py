"""Sources and files that came in, as rows of words."""

import math
from collections.abc import Mapping, Sequence
from datetime import tzinfo

from dash import html
from dash.development.base_component import Component

from dashboard.i18n import has_text, text
from dashboard.store.contributions import Source
from dashboard.store.intake import Intake, Refusal
from dashboard.store.rhythm import Rhythm
from dashboard.views.format import age_words, count, duration, near_clock

Row = list[object]


def kind_words(kind: str, lang: str) -> str:
    """Name of a kind of observations."""
    return text(f"kind.{kind}", lang) if has_text(f"kind.{kind}") else kind


def rhythm_rows(rhythms: Sequence[Rhythm], now_s: float, zone: tzinfo, lang: str) -> list[Row]:
    """Kind, source, state, newest, its age, when received, usual gap, usual delay, records, origin; late ones first."""
    ordered = sorted(rhythms, key=lambda one: (not one.is_late(now_s), one.kind, one.source))
    return [_rhythm_row(one, now_s, zone, lang) for one in ordered]


def _rhythm_row(one: Rhythm, now_s: float, zone: tzinfo, lang: str) -> Row:
    # A drill that runs faster than time writes down when it really wrote, which lies ahead of its own present.
    is_past = one.received_s <= now_s
    return [
        kind_words(one.kind, lang),
        one.source,
        state_badge(one, now_s, lang),
        near_clock(one.newest_s, now_s, zone, lang),
        age_words(now_s - one.newest_s, lang),
        near_clock(one.received_s if is_past else math.nan, now_s, zone, lang),
        span_words(one.gap_s, lang),
        span_words(one.lag_s if is_past else math.nan, lang),
        count(one.n_record),
        text("drill.mark" if one.simulated else "table.observed", lang),
    ]


def contributed_rows(
    sources: Sequence[Source], n_held: Mapping[str, int], newest_s: Mapping[str, float | None], now_s: float, lang: str
) -> list[Row]:
    """Owner, kind, licence, how often, age of the newest batch, trust, values compared, rows held; late ones marked."""
    rows: list[Row] = []
    for one in sources:
        came_s = newest_s[one.source_id]
        is_late = came_s is not None and now_s - came_s > 1.5 * one.fresh_s
        age = "–" if came_s is None else age_words(now_s - came_s, lang)
        told = html.Strong(f"▲ {age}", className="source-late") if is_late else age
        trust = f"{one.trust:.2f}" if one.n_error else text("sources.not_compared", lang)
        held = count(n_held[one.source_id])
        row = [one.owner, kind_words(one.kind, lang), one.licence, span_words(one.fresh_s, lang), told, trust]
        rows.append([*row, count(one.n_error), held])
    return rows


def state_badge(one: Rhythm, now_s: float, lang: str) -> Component:
    """Draw whether a source is on time: a sign and a word."""
    if one.is_late(now_s):
        return html.Strong(text("sources.is_late", lang), className="source-late")
    key = "sources.on_time" if math.isfinite(one.due_s) else "sources.no_rhythm"
    return html.Span(text(key, lang))


def span_words(seconds: float, lang: str) -> str:
    """Length of time, a dash where unknown, seconds under two minutes."""
    if not math.isfinite(seconds):
        return "–"
    if seconds < 120:
        return text("sources.seconds", lang, n=round(seconds))
    days = seconds / 86_400
    return text("sources.days", lang, n=round(days)) if days >= 2 else duration(seconds, lang)


def intake_rows(intakes: Sequence[Intake], now_s: float, zone: tzinfo, lang: str) -> list[Row]:
    """Kind, source, file, when, rows accepted and how many of them were new, rows refused, origin."""
    return [
        [
            kind_words(one.kind, lang),
            one.source,
            one.file,
            near_clock(one.received_s, now_s, zone, lang),
            text(
                "sources.accepted_n",
                lang,
                n=count(one.n_new + one.n_changed + one.n_same),
                new=count(one.n_new),
                changed=count(one.n_changed),
            ),
            count(one.n_refused),
            text("drill.mark" if one.simulated else "table.observed", lang),
        ]
        for one in intakes
    ]


def refusal_lists(intakes: Sequence[Intake], lang: str) -> list[Component]:
    """Draw why rows of each file were refused, folded; nothing where all were taken."""
    return [_refusals(one, lang) for one in intakes if one.refusals]


def _refusals(one: Intake, lang: str) -> Component:
    summary = html.Summary(text("sources.why", lang, file=one.file, n=count(one.n_refused)))
    return html.Details([summary, html.Ul([_refusal(why, lang) for why in one.refusals])], className="refusals")


def _refusal(why: Refusal, lang: str) -> Component:
    """Column and rows in the reader's language; what is accepted as the reader of files words it."""
    rows = [place.rsplit(":", 1)[-1].removeprefix(" row ").strip() for place in why.places]
    return html.Li(
        [
            html.Strong(why.column),
            text("sources.rows", lang, rows=", ".join(rows)),
            html.Span(f" {why.wanted}. {why.remedy}", lang="en"),
        ]
    )
