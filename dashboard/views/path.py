"""The path ahead -> what the map draws, and the words of the one warning."""

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from dashboard.i18n import text
from dashboard.views.features import closure_words, collection, feature
from dashboard.views.format import area_zone, duration, level_key, share_words
from dashboard.views.infection import lever_words, one_in
from dashboard.views.reasons import reason_text
from risk_core.movement.match_pings import PingFate
from risk_core.movement.path_ahead import Cloud
from risk_core.movement.path_answer import PathAnswer
from risk_core.movement.path_forecast import WhyNot
from risk_core.movement.path_record import StreetPath
from risk_core.state.area import Area
from risk_core.state.assessment import Assessment
from risk_core.state.level import Level
from risk_core.state.network import Network

DRAWN_PROB: Final = 0.05
"""Streets less likely than this are not drawn."""

N_LEVER: Final = 3
"""Levers told with a warning of infection."""

MEASURED_MINUTE: Final = 5
MEASURED_INSIDE: Final = {0.5: 0.503, 0.9: 0.9}
"""Share of true places inside the radius that should hold so much, 5 minutes ahead: 50,000 questions on San Francisco
taxis by `score path`; `tests/benchmarks/benchmarks.json`, key E, holds the command and the whole answer."""


@dataclass(frozen=True, slots=True)
class WarningTexts:
    """A warning in words.

    Attributes
    ----------
    title
        Minutes to go, street, danger and level.
    prob
        Chance of entering it.
    reason
        Why that level is given there.
    advice
        What to do: the way round or, without one, to stop.
    levers
        What lowers the chance of infection there, strongest first; empty for other dangers.
    """

    title: str
    prob: str
    reason: str
    advice: str
    levers: tuple[str, ...]


def street_name(network: Network, edge: int) -> str:
    """Name of an edge's street, empty where it has none."""
    position = int(network.street_name[network.street[edge]]) if edge >= 0 else -1
    return network.names[position] if position >= 0 else ""


def edge_line(network: Network, edge: int) -> list[list[float]]:
    """Line of an edge in the direction of travel, [lon, lat], degrees."""
    street = int(network.street[edge])
    points = slice(int(network.street_first_point[street]), int(network.street_first_point[street + 1]))
    line = np.column_stack((network.point_lon_deg[points], network.point_lat_deg[points])).round(6).tolist()
    return list(line) if network.is_forward[edge] else list(line[::-1])


def fate_name(fate: int) -> str:
    """Code of what became of a ping."""
    return PingFate(fate).name.lower()


def basis_words(answer: PathAnswer, lang: str) -> str:
    """What a forecast rests on."""
    known = answer.known
    basis = text(f"heading.basis.{known.basis.value}", lang, n=f"{known.n_trip:,}")
    if answer.forecast.n_own:
        return text("heading.knows_own", lang, n=answer.forecast.n_own, basis=basis)
    return text("heading.knows", lang, basis=basis)


def status_line(answer: PathAnswer, area: Area, lang: str) -> str:
    """Where the traveller is now, or why nothing can be told."""
    forecast = answer.forecast
    if forecast.why_not is not WhyNot.TOLD:
        return text(f"heading.status.{forecast.why_not.value}", lang)
    assert area.network is not None
    name = street_name(area.network, int(forecast.track.edge[-1]))
    return text("heading.now_on", lang, street=name or text("heading.warning.street", lang))


def clear_words(answer: PathAnswer, lang: str) -> list[str]:
    """What is told while no warning is due: the chance of Caution or above, and how much is not known."""
    path = answer.forecast.streets
    if path is None:
        return []
    prob = next((one.prob for one in path.levels if one.level == int(Level.CAUTION)), 0.0)
    minutes = f"{path.horizon_s / 60:.0f}"
    lines = [text("heading.clear", lang, minutes=minutes, share=share_words(prob))]
    if path.untold_prob >= 0.1:
        lines.append(text("heading.unsure", lang, share=share_words(path.untold_prob)))
    return lines


def warning_texts(answer: PathAnswer, area: Area, assessment: Assessment, lang: str) -> WarningTexts | None:
    """The one warning in words, None where none is due."""
    warning = answer.warning
    if warning is None or area.network is None:
        return None
    street = street_name(area.network, warning.edge) or text("heading.warning.street", lang)
    minutes = round(warning.minutes_to_go)
    when = "inside" if warning.minutes_to_go <= 0 else "ahead" if minutes >= 1 else "soon"
    title = text(
        f"heading.warning.{when}",
        lang,
        minutes=minutes,
        street=street,
        kind=text(f"heading.kind.{warning.kind.value}", lang),
        level=text(level_key(warning.level), lang),
    )
    return WarningTexts(
        title=title,
        prob=text("heading.warning.prob", lang, share=share_words(warning.prob)),
        reason=_reason(answer, area, assessment, lang),
        advice=detour_line(answer, lang),
        levers=_levers(answer, lang),
    )


def detour_line(answer: PathAnswer, lang: str) -> str:
    """Where to leave the way and what that costs; that no way round is better where there is none."""
    detour, warning = answer.detour, answer.warning
    if warning is not None and warning.minutes_to_go <= 0 and math.isfinite(warning.through_min):
        minutes = max(1, math.ceil(warning.through_min))
        return text("heading.warning.go_on", lang, minutes=minutes)
    if detour is None:
        return text("heading.warning.no_way_round", lang)
    longer = math.isfinite(detour.added_s) and detour.added_s >= 30.0
    added = (
        text("heading.warning.added", lang, duration=duration(detour.added_s, lang))
        if longer
        else text("heading.warning.shorter", lang)
    )
    minutes = round(detour.leave_min)
    key = "heading.warning.turn" if minutes >= 1 else "heading.warning.turn_now"
    street = detour.street or text("heading.warning.street", lang)
    told = text(key, lang, minutes=minutes, street=street, added=added)
    highest = Level.from_risk(detour.route.max_risk) if math.isfinite(detour.route.max_risk) else Level.SAFE
    if highest < Level.CAUTION:
        return told
    return f"{told} {text('heading.warning.still', lang, level=text(level_key(highest), lang))}"


def _reason(answer: PathAnswer, area: Area, assessment: Assessment, lang: str) -> str:
    if answer.closure is not None:
        return closure_words(answer.closure, assessment.now_s, area_zone(area), lang)
    return "" if answer.hazard is None else reason_text(answer.hazard.reason, lang)


def _levers(answer: PathAnswer, lang: str) -> tuple[str, ...]:
    stay = answer.stay
    if stay is None:
        return ()
    chance = one_in(stay.risk.infection.prob, lang)
    head = text("heading.warning.distance", lang, minutes=round(stay.activity.stay_min), one_in=chance)
    told = [lever_words(lever, lang) for lever in stay.levers[:N_LEVER]]
    return head, *(text("heading.warning.lever", lang, lever=name, change=change) for name, change, _ in told)


def path_features(answer: PathAnswer, area: Area, lang: str) -> dict[str, Any]:
    """GeoJSON of the path: likely streets in shades, the area beyond, the way round, the danger, the traveller."""
    track, path, network = answer.forecast.track, answer.forecast.streets, area.network
    if not track.n_ping or network is None:
        return collection([])
    shown: list[dict[str, Any]] = []
    if path is not None:
        shown += _area_beyond(answer) + _streets(network, path)
    if answer.detour is not None:
        route = answer.detour.route
        line = np.column_stack((route.lon_deg, route.lat_deg)).round(6).tolist()
        shown += [
            feature("LineString", line, "heading-round-casing"),
            feature("LineString", line, "heading-round", text("heading.legend_round", lang)),
        ]
    if answer.warning is not None:
        at = [round(answer.warning.lon_deg, 6), round(answer.warning.lat_deg, 6)]
        label = text(f"heading.kind.{answer.warning.kind.value}", lang)
        shown.append(
            feature("Point", at, f"pin-heading-danger level-{int(answer.warning.level)}", label, size=[30, 30])
        )
    here = [round(float(track.lon_deg[-1]), 6), round(float(track.lat_deg[-1]), 6)]
    shown.append(feature("Point", here, "pin-heading-here", status_line(answer, area, lang), size=[22, 22]))
    return collection(shown)


def _streets(network: Network, path: StreetPath) -> list[dict[str, Any]]:
    """Streets in the order of their chance, likeliest on top."""
    order = np.argsort(path.prob, kind="stable")
    return [_street(network, int(path.edge[k]), float(path.prob[k])) for k in order if path.prob[k] >= DRAWN_PROB]


def _street(network: Network, edge: int, prob: float) -> dict[str, Any]:
    return feature("LineString", edge_line(network, edge), f"heading-way shade-{shade(prob)}", share_words(prob))


def shade(prob: float) -> int:
    """Shade of a chance, 0 faint to 3 full.

    Examples
    --------
    >>> [shade(prob) for prob in (0.05, 0.2, 0.5, 0.9)]
    [0, 1, 2, 3]
    """
    return int(np.searchsorted((0.15, 0.4, 0.75), prob, side="right"))


def calibration_words(lang: str) -> str:
    """How often the place ahead truly lay within the radius that should hold a half, and nine in ten."""
    half, most = (f"{100.0 * MEASURED_INSIDE[one]:.0f} %" for one in (0.5, 0.9))
    return text("quality.path_interval", lang, minute=MEASURED_MINUTE, half=half, most=most)


def farthest_cloud(answer: PathAnswer) -> Cloud | None:
    """The place after the longest time of which enough is known, None where there is none."""
    told = [cloud for cloud in answer.forecast.clouds if cloud.is_enough]
    return told[-1] if told and answer.forecast.streets is not None else None


def _area_beyond(answer: PathAnswer) -> list[dict[str, Any]]:
    """The place after the longest time asked for: a circle that holds half of the probability."""
    cloud, plane = farthest_cloud(answer), answer.known.book.plane
    if cloud is None:
        return []
    angle = np.linspace(0.0, 2.0 * np.pi, 49)
    radius_m = max(cloud.radius_m, 30.0)
    lat, lon = plane.to_degrees(
        cloud.middle_east_m + radius_m * np.sin(angle), cloud.middle_north_m + radius_m * np.cos(angle)
    )
    ring = np.column_stack((lon, lat)).round(6).tolist()
    return [feature("Polygon", [ring], "heading-beyond")]
