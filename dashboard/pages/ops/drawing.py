"""What a tap on the map does to the draft of a closure. Nothing is written here."""

from collections.abc import Iterable
from typing import Any

from dash import no_update

from dashboard.acts.drafts import Draft, Mode, step_back, tap
from dashboard.i18n import text
from dashboard.pages.ops.editor import confirm_words
from dashboard.pages.ops.ids import OpsIds
from dashboard.pages.page import Opened
from dashboard.pages.tapped import read_place
from dashboard.views.drafts import draft_features, draft_note

Parts = dict[str, Any]


def draw(opened: Opened, kept: Any, trigger: str, mode: Any, tapped: Any, centre: Any) -> Parts:
    """Draft after something was tapped or pressed, its shape, and what to do next."""
    network = opened.area.network
    if network is None:
        return unchanged(("draft", "shape", "note"))
    draft = Draft.from_data(kept)
    at = read_place(tapped if trigger == OpsIds.MAP else centre)
    if trigger == OpsIds.MODE and mode in tuple(Mode):
        draft = Draft(Mode(mode))
    elif trigger == OpsIds.UNDO_POINT:
        draft = step_back(draft)
    elif trigger == OpsIds.CLEAR:
        draft = Draft(draft.mode)
    elif trigger in (OpsIds.MAP, OpsIds.CENTRE) and at is not None:
        before, draft = draft, tap(draft, network, at)
        if draft == before:
            return {**unchanged(("draft", "shape")), "note": text("ops.no_street", opened.lang)}
    return draft_parts(opened, draft)


def draft_parts(opened: Opened, draft: Draft) -> Parts:
    """Draft, its shape, and what to do next."""
    network = opened.area.network
    if network is None:
        return unchanged(("draft", "shape", "note"))
    shape, note = draft_features(draft, network), draft_note(draft, network, opened.lang)
    return {"draft": draft.as_data(), "shape": shape, "note": note}


def check_draft(opened: Opened, kept: Any, form: Any, is_asked: bool) -> Parts:
    """Ask once, saying what would be closed; or put the question away."""
    words = confirm_words(opened, Draft.from_data(kept), form) if is_asked else ""
    if is_asked and not words:
        return {"hidden": False, "words": text("ops.nothing_drawn", opened.lang)}
    return {"hidden": not words, "words": words}


def unchanged(names: Iterable[str]) -> Parts:
    """Leave every part as it is."""
    return dict.fromkeys(names, no_update)
