"""What officials did and what of it stands, in words."""

import math
from collections.abc import Sequence
from datetime import tzinfo

from dashboard.acts.closures import DeskClosure
from dashboard.i18n import has_text, text
from dashboard.store.acts import Act
from dashboard.views.format import clock, near_clock
from dashboard.views.people import person_name
from risk_core.state.profile import PROFILES


def closure_line(one: DeskClosure, now_s: float, zone: tzinfo, lang: str) -> str:
    """Reason, times and travellers of a closure of the desk."""
    state = one.state
    until = text("closure.open_end", lang)
    if state["until_s"] is not None:
        until = text("closure.until", lang, time=near_clock(state["until_s"], now_s, zone, lang))
    begins = text("ops.from_time", lang, time=near_clock(state["from_s"], now_s, zone, lang))
    return " · ".join((text(f"closure.{state['reason']}", lang), begins, until, barred_words(state["profiles"], lang)))


def closure_title(one: DeskClosure, lang: str) -> str:
    """Name of a closure, or what it is."""
    return str(one.state["name"]) or text(f"closure.{one.state['reason']}", lang)


def barred_words(profiles: str, lang: str) -> str:
    """Travellers barred, in words."""
    named = [profile for profile in PROFILES if profile in profiles.split()]
    return ", ".join(text(f"profile.{one}", lang) for one in named) or text("closure.everyone", lang)


def act_words(act: Act, lang: str) -> str:
    """What was done, to what."""
    key = f"act.{act.subject}_{act.deed}"
    deed = text(key, lang) if has_text(key) else f"{act.subject} {act.deed}"
    return f"{deed}: {subject_name(act, lang)}" if subject_name(act, lang) else deed


def subject_name(act: Act, lang: str) -> str:
    """Name of what was acted on."""
    state = act.after or act.before or {}
    if act.subject == "closure":
        return str(state.get("name") or text(f"closure.{state.get('reason', 'other')}", lang))
    if act.subject == "file":
        return str(state.get("name", ""))
    return "" if act.subject == "drill" else act.subject_id


def act_row(act: Act, zone: tzinfo, lang: str) -> list[object]:
    """Time, who, what, why of an act."""
    return [clock(act.at_s, zone), person_name(act.who_name, lang), act_words(act, lang), act.why or "–"]


def changed_words(act: Act | None, zone: tzinfo, lang: str) -> str:
    """Who changed something in the meantime."""
    if act is None:
        return text("error.changed_since", lang)
    who, time = person_name(act.who_name, lang), clock(act.at_s, zone)
    return text("ops.changed_by", lang, who=who, time=time, what=act_words(act, lang))


def free_places(capacity: float, occupancy: float) -> int | None:
    """Places left, None where unknown."""
    if not math.isfinite(capacity):
        return None
    return max(int(capacity - (occupancy if math.isfinite(occupancy) else 0.0)), 0)


def newest_of(acts: Sequence[Act]) -> int:
    """Number of the newest act, 0 for none."""
    return max((act.act_id for act in acts), default=0)
