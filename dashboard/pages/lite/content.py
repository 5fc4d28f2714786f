"""What the page says of a place, as plain words."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import Final

import numpy as np

from dashboard.i18n import text
from dashboard.pages.lite.place import Place
from dashboard.pages.page import Opened
from dashboard.views.alerts import AlertWords, alert_words
from dashboard.views.closures import is_issued
from dashboard.views.features import closure_words
from dashboard.views.format import compass_words, district_name, level_key, metres_between, near_clock
from dashboard.views.format import distance as distance_words
from dashboard.views.phones import help_phones
from dashboard.views.shelters import nearest_shelters, shelter_words
from dashboard.views.status import LAYERS, advice_lines, layer_level, status_words
from dashboard.views.tables import source_rows
from risk_core.errors import AnsimgilError
from risk_core.state.assessment import PointRisk
from risk_core.state.level import Layer, Level
from risk_core.state.shelters import has_room, known_shelters
from risk_core.state.situation import Closure, Shelter

SIGNS: Final = {None: "–", Level(0): "○", Level(1): "●", Level(2): "◆", Level(3): "▲", Level(4): "✖"}
"""Sign of each level: a shape, since the page has no colours of its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a list: what, and where, when or from whom."""

    head: str
    note: str


@dataclass(frozen=True, slots=True)
class Status:
    """The level at the place: sign, word, verdict, reason, number, and the time and origin of the data."""

    sign: str
    word: str
    verdict: str
    why: str
    score: str
    meta: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything below the heading."""

    where: str
    simulated: bool
    status: Status
    hazards: tuple[Line, ...]
    alerts: tuple[AlertWords, ...]
    actions: tuple[str, ...]
    shelters: tuple[Line, ...]
    closures: tuple[Line, ...]
    sources: tuple[Line, ...]
    phones: tuple[tuple[str, str], ...]


def content_at(opened: Opened, place: Place) -> Content:
    """Say what is known at a place, on the newest snapshot."""
    lang, assessment = opened.lang, opened.assessment
    risk = ask_risk(opened, place)
    known = risk if isinstance(risk, PointRisk) else None
    return Content(
        where=place.name or _default_name(opened, known),
        simulated=assessment is not None and assessment.simulated,
        status=_status(opened, risk, place),
        hazards=_hazards(known, lang),
        alerts=() if assessment is None else tuple(alert_words(assessment.alerts, assessment.now_s, opened.zone, lang)),
        actions=tuple(advice_lines(known, lang) if known is not None else (text("status.nothing_known", lang),)),
        shelters=_shelters(opened, place),
        closures=_closures(opened, place),
        sources=_sources(opened),
        phones=help_phones(opened.area, lang),
    )


def ask_risk(opened: Opened, place: Place) -> PointRisk | AnsimgilError | None:
    """Ask for the risk at a place; a refusal is an answer too, None comes before the first snapshot."""
    if opened.assessment is None:
        return None
    try:
        return opened.services.answers.risk_at(opened.area.area_id, *place.at)
    except AnsimgilError as error:
        return error


def _default_name(opened: Opened, risk: PointRisk | None) -> str:
    name = "" if risk is None else district_name(opened.area, risk.district, opened.lang)
    return text("lite.here_in", opened.lang, district=name) if name else text("lite.here", opened.lang)


def _status(opened: Opened, risk: PointRisk | AnsimgilError | None, place: Place) -> Status:
    lang, assessment = opened.lang, opened.assessment
    if assessment is not None and isinstance(risk, PointRisk):
        words = status_words(risk, place.name, assessment.now_s, opened.zone, lang)
        return Status(SIGNS[risk.level], words.word, words.verdict, words.why, words.score, words.meta)
    why = text("status.waiting_detail", lang) if risk is None else text(f"error.{_code(risk)}", lang)
    return Status(SIGNS[None], text("level.unknown", lang), "", why, text("status.no_score", lang), "")


def _code(risk: PointRisk | AnsimgilError) -> str:
    return risk.code if isinstance(risk, AnsimgilError) else "error"


def _hazards(risk: PointRisk | None, lang: str) -> tuple[Line, ...]:
    if risk is None:
        return ()
    lines = []
    for layer in LAYERS:
        if layer is not Layer.COMBINED:
            level = layer_level(risk, layer)
            lines.append(Line(text(f"hazard.{layer}", lang), f"{SIGNS[level]} {text(level_key(level), lang)}"))
    return tuple(lines)


def _shelters(opened: Opened, place: Place) -> tuple[Line, ...]:
    """Those with room, nearest first: direction, free places, who says so and when."""
    lang = opened.lang
    open_ones = [one for one in known_shelters(opened.area, opened.assessment) if has_room(one)]
    near = nearest_shelters(open_ones, place.at, len(open_ones))
    words = shelter_words(near, place.at, lang)
    return tuple(
        Line(word.name, " · ".join(filter(None, (word.where, word.free, _shelter_source(opened, one), word.tag))))
        for one, word in zip(near, words, strict=True)
    )


def _shelter_source(opened: Opened, shelter: Shelter) -> str:
    """Who reported the free places and when; nothing where nobody did."""
    if opened.assessment is None or not math.isfinite(shelter.occupancy_persons):
        return ""
    newest = [one.newest_s for one in opened.assessment.sources if (one.source, one.kind) == _told_by(shelter)]
    if not newest:
        return shelter.source
    time = near_clock(max(newest), opened.assessment.now_s, opened.zone, opened.lang)
    return text("lite.said", opened.lang, source=shelter.source, time=time)


def _told_by(shelter: Shelter) -> tuple[str, str]:
    return shelter.source, "shelters"


def _closures(opened: Opened, place: Place) -> tuple[Line, ...]:
    """Roads closed now: what people closed before what was computed, nearest first."""
    assessment = opened.assessment
    if assessment is None:
        return ()
    now_s = assessment.now_s
    in_force = [one for one in assessment.closures if one.from_s <= now_s < one.until_s]
    in_force.sort(key=lambda one: (not is_issued(one), metres_between(*place.at, *_middle(one))))
    return tuple(
        Line(
            closure_words(one, now_s, opened.zone, opened.lang),
            _closure_note(one, place, now_s, opened.zone, opened.lang),
        )
        for one in in_force
    )


def _closure_note(closure: Closure, place: Place, now_s: float, zone: tzinfo, lang: str) -> str:
    at = _middle(closure)
    where = text(
        "shelter.where",
        lang,
        direction=compass_words(*place.at, *at, lang),
        distance=distance_words(metres_between(*place.at, *at)),
    )
    source = closure.source if is_issued(closure) else text("lite.computed", lang)
    said = text("lite.said", lang, source=source, time=near_clock(closure.from_s, now_s, zone, lang))
    return " · ".join(filter(None, (where, said, text("drill.mark", lang) if closure.simulated else "")))


def _middle(closure: Closure) -> tuple[float, float]:
    lat, lon = np.asarray(closure.shape.parts[0], dtype=np.float64).mean(axis=0).tolist()
    return lat, lon


def _sources(opened: Opened) -> tuple[Line, ...]:
    assessment = opened.assessment
    if assessment is None:
        return ()
    rows: Sequence[Sequence[object]] = source_rows(assessment.sources, assessment.now_s, opened.zone, opened.lang)
    return tuple(
        Line(f"{kind} – {source}", f"{time} ({age}) · {origin}") for source, kind, time, age, _, origin in rows
    )
