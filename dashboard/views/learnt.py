"""What was learnt of an area -> sentences, the record of decisions, and the table of sources."""

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo
from typing import Final

from components.decision_list import DecisionWords
from dashboard.i18n import has_text, text
from dashboard.store.models import Decision, HorizonRecord, ModelBook, SourceRecord, Subject, Values, Verdict
from dashboard.views.format import NO_BREAK, count, date_and_clock, local_time

TONES: Final = {
    Verdict.ACCEPTED: "good",
    Verdict.REFUSED: "bad",
    Verdict.FAILED: "bad",
    Verdict.KEPT: "quiet",
    Verdict.TOO_SHORT: "quiet",
}
N_SOURCE: Final = 2
"""Fewest sources that are weighed against each other."""
Row = list[object]


def in_use_sentences(book: ModelBook, is_drill: bool, zone: tzinfo, lang: str) -> list[str]:
    """What the assessment uses of it: the trend's settings, who gives the week totals, how sources count."""
    if is_drill:
        return [text("learnt.use_drill", lang)]
    chosen = next((one for one in book.decisions if one.record_id and one.record_id == book.trend_id), None)
    said = [text("learnt.use_defaults", lang)]
    if book.trend and chosen is not None:
        time = date_and_clock(chosen.made_s, zone, lang)
        said = [text("learnt.use_trend", lang, time=time, record=chosen.record_id)]
    said.append(text("learnt.use_weekly" if book.weekly_id else "learnt.use_trend_weeks", lang))
    if book.signal:
        said.append(text("learnt.use_signal", lang, name=book.signal))
    if book.endemic_id:
        fitted = next((one for one in reversed(book.decisions) if one.subject is Subject.ENDEMIC), None)
        time = "–" if fitted is None else date_and_clock(fitted.made_s, zone, lang)
        said.append(text("learnt.use_endemic", lang, record=book.endemic_id, time=time))
    said.append(text("learnt.use_weights" if book.weights else "learnt.use_one_source", lang))
    return said


def week_model_words(book: ModelBook, is_drill: bool, version: str, lang: str) -> str:
    """Which models give the totals of the next weeks, and the version of all in use."""
    used = [] if is_drill else [key for key, name in (("weekly", book.weekly_id), ("endemic", book.endemic_id)) if name]
    models = ", ".join(text(f"learnt.week_{key}", lang) for key in used) or text("learnt.week_trend", lang)
    signal = text("learnt.week_signal", lang, name=book.signal) if book.signal and not is_drill else ""
    return text("learnt.week_models", lang, models=models + signal, version=version)


def decision_words(decision: Decision, zone: tzinfo, lang: str) -> DecisionWords:
    """One decision for the list."""
    return DecisionWords(
        TONES[decision.verdict],
        text(f"learnt.{decision.verdict}", lang),
        text(f"learnt.subject_{decision.subject}", lang),
        date_and_clock(decision.made_s, zone, lang),
        text(f"learnt.cause_{decision.cause}", lang),
        _facts(decision, lang),
    )


def decision_rows(decisions: Sequence[Decision], zone: tzinfo, lang: str) -> list[Row]:
    """Date, subject, verdict, score before and after, newest first."""
    return [
        [
            date_and_clock(one.made_s, zone, lang),
            text(f"learnt.subject_{one.subject}", lang),
            text(f"learnt.{one.verdict}", lang),
            score_words(one.score_before, one.score_after),
        ]
        for one in reversed(decisions)
    ]


def source_rows(sources: Sequence[SourceRecord], lang: str) -> list[Row]:
    """Source, weight before and after, typical error of its early values, rows; none where there is one source."""
    if len(sources) < N_SOURCE:
        return []
    return [
        [
            one.source,
            f"{one.weight_before:.2f} → {one.weight_after:.2f}",
            text("learnt.error_share", lang, share=_typical_error(one.mean_error), n=count(one.n_error)),
            count(one.n_row),
        ]
        for one in sources
    ]


def score_words(before: float, after: float) -> str:
    """Two scores with an arrow, a dash where none was taken.

    Examples
    --------
    >>> score_words(0.913, 0.8571), score_words(float("nan"), float("nan"))
    ('0.913 → 0.857', '–')
    """
    return f"{before:.3f} → {after:.3f}" if math.isfinite(before) and math.isfinite(after) else "–"


def _horizon_words(decision: Decision, one: HorizonRecord) -> str:
    """Scores at a horizon; where the rival's is 1 at each, its own alone."""
    if decision.subject in {Subject.WEEKLY, Subject.ENDEMIC}:
        return f"{one.after:.3f}" if math.isfinite(one.after) else "–"
    return score_words(one.before, one.after)


def _typical_error(mean_error: float | None) -> str:
    """Root of the mean squared log error as a factor off one, percent."""
    return "–" if mean_error is None else f"{100 * math.expm1(math.sqrt(mean_error)):.0f} %"


def _facts(decision: Decision, lang: str) -> list[tuple[str, str]]:
    facts = []
    if math.isfinite(decision.first_day_s):
        facts.append((text("learnt.data", lang), f"{_day(decision.first_day_s)} – {_day(decision.last_day_s)}"))
    if decision.sources:
        names = ", ".join(text("learnt.rows", lang, source=s.source, n=count(s.n_row)) for s in decision.sources)
        facts.append((text("learnt.sources", lang), names))
    if math.isfinite(decision.score_before):
        words = score_words(decision.score_before, decision.score_after)
        facts.append((text("learnt.score", lang), words))
        span = f"{_day(decision.first_origin_s)} – {_day(decision.last_origin_s)}"
        facts.append((text("learnt.origins", lang), text("learnt.n_origin", lang, n=decision.n_origin, span=span)))
        each = (
            text("learnt.horizon", lang, day=one.horizon_day, scores=_horizon_words(decision, one))
            for one in decision.horizons
        )
        facts.append((text("learnt.horizons", lang), _joined(each)))
    moved = _moved(decision.settings_before, decision.settings_after, lang)
    if moved:
        facts.append((text("learnt.settings", lang), moved))
    if decision.settings_after and not decision.settings_before:
        facts.append((text("learnt.tried", lang), _joined(_tried(decision.settings_after, lang))))
    if decision.detail:
        facts.append((text("learnt.detail", lang), decision.detail))
    facts.append((text("learnt.record", lang), decision.record_id))
    return facts


def _moved(before: Values, after: Values, lang: str) -> str:
    """Settings that differ, before and after."""
    former = dict(before)
    parts = []
    for name, value in after:
        if name in former and former[name] != value:
            key = f"learnt.setting_{name}"
            shown = text(key, lang) if has_text(key) else name
            parts.append(f"{shown} {former[name]:g} → {value:g}")
    return _joined(parts)


def _tried(values: Values, lang: str) -> list[str]:
    """Scores of what was tried, below the better."""
    named = [(f"learnt.setting_{name}", name, value) for name, value in values]
    return [f"{text(key, lang) if has_text(key) else name} {value:.3f}" for key, name, value in named]


def _joined(parts: Iterable[str]) -> str:
    """Parts in a row, none broken across lines."""
    return " · ".join(part.replace(" ", NO_BREAK) for part in parts)


def _day(unix_s: float) -> str:
    """Calendar day of case rows, which have no time zone."""
    return local_time(unix_s, UTC).date().isoformat() if math.isfinite(unix_s) else "–"
