"""The card "where am I heading": off until somebody starts it; the positions live in the browser."""

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from dash import dcc, html, no_update
from dash.development.base_component import Component

from components.fold_card import fold_card
from components.map import EMPTY_FEATURES
from components.path_form import PathFormIds, PathFormWords, path_form
from components.path_warning import PathWarningWords, path_warning
from dashboard.answers import PathQuestion
from dashboard.i18n import text
from dashboard.pages.citizen.choices import CITIZEN_PROFILES
from dashboard.pages.citizen.ids import CitizenIds
from dashboard.pages.page import Opened
from dashboard.views.format import local_hour
from dashboard.views.path import basis_words, clear_words, farthest_cloud, path_features, status_line, warning_texts
from risk_core.errors import AnsimgilError
from risk_core.movement.match_pings import Pings
from risk_core.movement.path_answer import PathAnswer
from risk_core.state.profile import Profile

Parts = dict[str, Any]
MOST_PING: Final = 600
MOST_TRIP: Final = 20
ERRORS: Final = ("denied", "unavailable", "not_ready")
DRILL: Final = "drill"


def heading_card(opened: Opened) -> Component:
    """Draw the card, folded and off."""
    lang = opened.lang
    line = html.Span(text("heading.closed_line", lang), id=CitizenIds.HEADING_LINE, className="fold-line")
    answer = html.Div(id=CitizenIds.HEADING_ANSWER, className="heading-answer", **{"aria-live": "polite"})
    ids = PathFormIds(
        CitizenIds.HEADING_FORM,
        CitizenIds.HEADING_START,
        CitizenIds.HEADING_DRILL,
        CitizenIds.HEADING_STOP,
        CitizenIds.HEADING_FORGET,
    )
    privacy = [text(f"heading.privacy_{name}", lang) for name in ("keep", "send", "forget")]
    names = ("start", "drill", "stop", "forget", "remember", "alarm", "privacy_title")
    words = PathFormWords(*(text(f"heading.{name}", lang) for name in names), privacy)
    has_drill = opened.assessment is not None and opened.assessment.drill is not None
    stores = [dcc.Store(id=CitizenIds.HEADING_ASKED), dcc.Store(id=CitizenIds.HEADING_TOLD)]
    content = [path_form(ids, words, has_drill), answer, *stores]
    return fold_card(text("heading.heading", lang), line, content, "walk", "heading")


def heading_parts(opened: Opened, asked: Mapping[str, Any] | None, profile: str) -> Parts:
    """Everything the card and the map show for what the browser asks.

    Parameters
    ----------
    opened
        The area.
    asked
        From the browser: `mode` (off, live, drill), `pings` and `history` as rows of time, latitude, longitude and
        accuracy, `asked_s`, `is_taken`, and `error` or `is_forgotten` where nothing is asked.
    profile
        Who travels; the drill's person walks.
    """
    lang, told = opened.lang, asked or {}
    mode = told.get("mode", "off")
    if mode == "off":
        return _nothing(_off_line(told, lang), _off_note(told, lang))
    rows = list(told.get("pings") or [])[-MOST_PING:]
    line = text("heading.line_drill" if mode == DRILL else "heading.line_on", lang, n=len(rows))
    if not rows:
        return _nothing(line, text("heading.waiting", lang))
    answer = ask_path(opened, told, rows, Profile.WALK if mode == DRILL else _profile(profile))
    if not isinstance(answer, PathAnswer):
        return _nothing(line, text(f"error.{answer.code}", lang))
    return _told(opened, answer, line, mode == DRILL, bool(told.get("is_taken")))


def ask_path(
    opened: Opened, told: Mapping[str, Any], rows: Sequence[Any], profile: Profile
) -> PathAnswer | AnsimgilError:
    """Ask where the way leads; a refusal is an answer too."""
    asked_s = told.get("asked_s")
    question = PathQuestion(
        area_id=opened.area.area_id,
        pings=_pings(rows),
        history=tuple(_pings(trip[-MOST_PING:]) for trip in list(told.get("history") or [])[-MOST_TRIP:]),
        profile=profile,
        asked_s=float(asked_s) if isinstance(asked_s, int | float) else opened.services.clock(),
    )
    try:
        return opened.services.answers.path_ahead(question, local_hour(opened.area))
    except AnsimgilError as error:
        return error


def changed_banner(parts: Parts, former: Mapping[str, Any] | None) -> Parts:
    """The parts without the banner where its words are the same, so that nobody is told twice."""
    if former is not None and parts["told"] is not None and former.get("words") == parts["told"]["words"]:
        return {**parts, "banner": no_update}
    return parts


def _told(opened: Opened, answer: PathAnswer, line: str, is_drill: bool, is_taken: bool) -> Parts:
    lang, area, assessment = opened.lang, opened.area, opened.assessment
    assert assessment is not None, "without a snapshot there is no answer"
    words = warning_texts(answer, area, assessment, lang)
    banner = None
    if words is not None and answer.warning is not None:
        mark = text("heading.walking", lang) if is_drill or answer.simulated else ""
        take = text("heading.take", lang) if answer.detour is not None else ""
        said = (words.title, words.prob, words.reason, words.advice, take, words.levers)
        banner = PathWarningWords(int(answer.warning.level), mark, *said)
    elif is_taken:
        line = text("heading.taken", lang)
    lines = [html.P(status_line(answer, area, lang), className="is-main")]
    lines += [html.P(one) for one in clear_words(answer, lang)]
    basis = text("heading.knows_plan", lang) if is_taken else basis_words(answer, lang)
    lines += [html.P(basis, className="is-small")]
    keys = [html.Span(text("heading.legend_path", lang), className="heading-key")]
    cloud = farthest_cloud(answer)
    if cloud is not None:
        said = text("heading.legend_beyond", lang, minutes=cloud.step)
        keys.append(html.Span(said, className="heading-key is-beyond"))
    if answer.detour is not None:
        keys.append(html.Span(text("heading.legend_round", lang), className="heading-key is-round"))
    return {
        "line": line,
        "answer": [*lines, html.P(keys, className="heading-keys")],
        "banner": [] if banner is None else [path_warning(banner)],
        "features": path_features(answer, area, lang),
        "told": _for_browser(answer, banner),
    }


def _for_browser(answer: PathAnswer, banner: PathWarningWords | None) -> dict[str, Any]:
    """What the browser needs to move the dot and to take the way round."""
    track, detour = answer.forecast.track, answer.detour
    here = [float(track.lat_deg[-1]), float(track.lon_deg[-1])] if track.n_ping else None
    words = None if banner is None else [banner.title, banner.reason, banner.advice, banner.take]
    if detour is None:
        return {"here": here, "round": None, "words": words}
    line = [[lat, lon] for lat, lon in zip(detour.route.lat_deg.tolist(), detour.route.lon_deg.tolist(), strict=True)]
    way = {"line": line, "duration_s": detour.route.duration_s}
    return {"here": here, "round": way, "words": words}


def _nothing(line: str, note: str) -> Parts:
    answer = [html.P(note)] if note else []
    return {"line": line, "answer": answer, "banner": [], "features": EMPTY_FEATURES, "told": None}


def _off_line(told: Mapping[str, Any], lang: str) -> str:
    return text("heading.line_off" if told else "heading.closed_line", lang)


def _off_note(told: Mapping[str, Any], lang: str) -> str:
    if told.get("is_forgotten"):
        return text("heading.forgotten", lang)
    error = told.get("error")
    if error == "no_drill":
        return text("heading.drill_none", lang)
    return text(f"heading.{error}", lang) if error in ERRORS else ""


def _pings(rows: Sequence[Any]) -> Pings:
    """Pings of rows; what is no row of four numbers becomes one that is refused."""
    read = [row if isinstance(row, list | tuple) and len(row) == 4 else [math.nan] * 4 for row in rows]
    return Pings.of(*(list(column) for column in zip(*read, strict=True)))


def _profile(name: str) -> Profile:
    return Profile(name) if name in CITIZEN_PROFILES else Profile.WALK
