"""What a traveller wishes of the way: places to call at, areas to keep out of, and when."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum
from typing import Any, Final

from dashboard.i18n import text
from dashboard.views.format import clock, duration
from risk_core.state.route import Route

LatLng = tuple[float, float]
Outline = tuple[LatLng, ...]
MAX_VIA: Final = 5
MAX_AREAS: Final = 20
MAX_CORNERS: Final = 200
LEADS_S: Final = (600, 1200, 1800, 2700, 3600, 5400, 7200, 10800, 14400, 21600)
"""Times from now that can be chosen, seconds."""


class When(StrEnum):
    """What the time chosen means: none, of the departure, or of the arrival at the latest."""

    NOW = "now"
    LEAVE = "leave"
    ARRIVE = "arrive"


@dataclass(frozen=True, slots=True)
class RouteWishes:
    """Places to call at in order, outlines to keep out of, and the time, seconds from now."""

    via: tuple[LatLng, ...] = ()
    avoid: tuple[Outline, ...] = ()
    when: When = When.NOW
    lead_s: float = 0.0

    def as_data(self) -> dict[str, Any]:
        """What the browser keeps."""
        via, avoid = [list(at) for at in self.via], [[list(at) for at in ring] for ring in self.avoid]
        when = {"when": str(self.when), "lead": str(int(self.lead_s)) if self.lead_s else ""}
        return {"via": via, "avoid": avoid, "corners": [], "drawing": False, **when}


NO_WISHES: Final = RouteWishes()


def wishes_of(data: Any) -> RouteWishes:
    """Read what the browser keeps; the outline that is being drawn counts once it has three corners.

    Parameters
    ----------
    data
        As `RouteWishes.as_data` writes it; anything else wishes nothing.

    Examples
    --------
    >>> wishes_of({"via": [[35.1, 129.0]], "when": "arrive", "lead": "1800"})
    RouteWishes(via=((35.1, 129.0),), avoid=(), when=<When.ARRIVE: 'arrive'>, lead_s=1800.0)
    """
    kept = data if isinstance(data, Mapping) else {}
    rings = [*kept.get("avoid", ()), kept.get("corners", ())]
    outlines = tuple(_outline(ring) for ring in rings if len(ring) > 2)
    word, lead = str(kept.get("when", When.NOW)), str(kept.get("lead", ""))
    when = When(word) if word in tuple(When) and lead.isdecimal() else When.NOW
    return RouteWishes(_outline(kept.get("via", ()))[:MAX_VIA], outlines[:MAX_AREAS], when, _lead_s(when, lead))


def read_wishes(query: Mapping[str, str | None]) -> RouteWishes:
    """Read ``via=lat,lng;...``, ``avoid=lat,lng;...|...``, ``leave=1800`` or ``arrive=1800`` of a link.

    Examples
    --------
    >>> read_wishes({"via": "35.1,129.0", "avoid": "1,1;1,2", "leave": "600"})
    RouteWishes(via=((35.1, 129.0),), avoid=(), when=<When.LEAVE: 'leave'>, lead_s=600.0)
    """
    rings = [_points(ring) for ring in (query.get("avoid") or "").split("|")]
    when = next((one for one in (When.LEAVE, When.ARRIVE) if (query.get(one) or "").isdecimal()), When.NOW)
    return RouteWishes(
        via=_points(query.get("via") or "")[:MAX_VIA],
        avoid=tuple(ring for ring in rings if len(ring) > 2)[:MAX_AREAS],
        when=when,
        lead_s=_lead_s(when, query.get(when) or ""),
    )


def when_options(lang: str) -> list[tuple[str, str]]:
    """What the time may mean."""
    return [(str(one), text(f"wish.{one}", lang)) for one in When]


def lead_options(lang: str) -> list[tuple[str, str]]:
    """Times that can be chosen, in words."""
    return [(str(one), text("wish.from_now", lang, lead=duration(one, lang))) for one in LEADS_S]


def when_words(route: Route, wishes: RouteWishes, zone: tzinfo, lang: str) -> str:
    """When one sets off and is there; empty for who leaves now."""
    if wishes.when is When.NOW:
        return ""
    times = {"leave": clock(route.depart_s, zone), "there": clock(route.depart_s + route.duration_s, zone)}
    return text(f"wish.told_{wishes.when}", lang, **times)


def _lead_s(when: When, word: str) -> float:
    return min(float(word), float(LEADS_S[-1])) if when is not When.NOW else 0.0


def _points(words: str) -> Outline:
    """Points of ``lat,lng;lat,lng``; none when one of them cannot be read."""
    try:
        return _outline([[float(part) for part in one.split(",")] for one in words.split(";") if one])
    except ValueError:
        return ()


def _outline(points: Sequence[Sequence[float]]) -> Outline:
    found = tuple((float(one[0]), float(one[1])) for one in points[:MAX_CORNERS] if len(one) == 2)
    return found if all(map(_is_on_earth, found)) else ()


def _is_on_earth(at: LatLng) -> bool:
    return math.isfinite(at[0]) and math.isfinite(at[1]) and abs(at[0]) <= 90 and abs(at[1]) <= 180
