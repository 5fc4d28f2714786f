"""Whether what the pages call live is live: the engine computes, and every source that used to speak still does."""

import math
from typing import Final

from dashboard.i18n import text
from dashboard.pages.page import Opened
from dashboard.store.feed_states import FeedState, read_feed_states
from dashboard.store.rhythm import Rhythm, read_rhythms
from dashboard.views.arrivals import kind_words, span_words
from dashboard.views.feed_states import stopped_feeds
from dashboard.views.format import age_words

ENGINE_SILENT_S: Final = 20.0
"""The engine shows that it is at work every five seconds."""


def present_s(opened: Opened) -> float:
    """Present of an area, unix seconds: the drill's while one runs, else the real one."""
    assessment = opened.assessment
    return opened.services.clock() if assessment is None or assessment.drill is None else assessment.now_s


def truth_words(opened: Opened) -> str:
    """Say what has stopped; empty while all is well and before the first snapshot."""
    assessment, lang = opened.assessment, opened.lang
    if assessment is None:
        return ""
    silent_s = opened.services.clock() - opened.services.library.engine_s()
    if math.isfinite(silent_s) and silent_s > ENGINE_SILENT_S:
        return text("sources.engine_silent", lang, age=span_words(silent_s, lang))
    now_s = present_s(opened)
    late = late_sources(opened, now_s)
    if not late:
        return _stopped_words(opened)
    worst = min(late, key=lambda one: one.due_s)
    words = text(
        "sources.late_badge", lang, kind=kind_words(worst.kind, lang), age=age_words(now_s - worst.newest_s, lang)
    )
    return words if len(late) == 1 else text("sources.late_more", lang, first=words, n=len(late) - 1)


def feed_states_of(opened: Opened) -> tuple[FeedState, ...]:
    """How the live feeds of the area stand; empty where none is read."""
    return read_feed_states(opened.services.settings.home, opened.area.area_id)


def _stopped_words(opened: Opened) -> str:
    now_s, lang = opened.services.clock(), opened.lang
    stopped = stopped_feeds(feed_states_of(opened), now_s)
    if not stopped:
        return ""
    oldest = max(stopped, key=lambda one: one.age_s(now_s) if math.isfinite(one.good_s) else math.inf)
    if math.isfinite(oldest.good_s):
        words = text("feeds.stopped_badge", lang, feed=oldest.name, age=age_words(oldest.age_s(now_s), lang))
    else:
        words = text("feeds.never_badge", lang, feed=oldest.name)
    return words if len(stopped) == 1 else text("sources.late_more", lang, first=words, n=len(stopped) - 1)


def late_sources(opened: Opened, now_s: float) -> list[Rhythm]:
    """Sources whose next observation is overdue."""
    if opened.assessment is None:
        return []
    observations, area_id = opened.services.library.observations, opened.area.area_id
    rhythms = read_rhythms(observations, area_id, opened.assessment.sources, now_s)
    return [one for one in rhythms if one.is_late(now_s)]
