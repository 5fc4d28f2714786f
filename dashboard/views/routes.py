"""The ways between two points -> cards, turn list and what the map draws."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from components.route_card import RouteWords
from components.turn_list import TurnWords
from dashboard.i18n import text
from dashboard.views.format import distance, duration, level_key, share_words
from dashboard.views.infection import way_words
from dashboard.views.reasons import reason_text
from risk_core.routes.infection import WaysInfection
from risk_core.routes.reasons import LEAST_SAVED_SHARE
from risk_core.state.level import DANGER_RISK, Level
from risk_core.state.route import LEAST_UNKNOWN_M, Route, RouteAnswer, RouteKind, RouteStep

CARD_ORDER = (RouteKind.SAFEST, RouteKind.BALANCED, RouteKind.FASTEST)
UNKNOWN_LEVEL = 255
MIDDLE_SAVED_SHARE, MIDDLE_ADDED_SHARE, MIDDLE_LEAST_S = 0.3, 0.8, 60.0
"""A balanced way is shown that saves this share of what the safest saves, takes at most this share of the time the
safest takes longer, and is this many seconds shorter (our choice)."""

LEAST_PROB = 0.01
"""Chances below this are told together as low."""


def offered(answer: RouteAnswer, infection: WaysInfection | None) -> RouteAnswer:
    """The ways worth offering: a way round for infection alone only where it saves something real."""
    verdict = None if infection is None else infection.detour
    if infection is None or verdict is None or verdict.is_worth or not infection.is_for_infection:
        return answer
    fastest = next(route for route in answer.routes if route.kind is RouteKind.FASTEST)
    return replace(answer, routes=(replace(fastest, kind=RouteKind.SAFEST),), is_same_way=True)


def cards_shown(answer: RouteAnswer) -> list[Route]:
    """Ways that get a card, safest first: one where all are the same, a balanced one where it is worth choosing."""
    by_kind = {route.kind: route for route in answer.routes}
    if RouteKind.BALANCED in by_kind and not is_middle_way(by_kind):
        del by_kind[RouteKind.BALANCED]
    found = [by_kind[kind] for kind in CARD_ORDER if kind in by_kind]
    return found[:1] if answer.is_same_way else found


def is_middle_way(by_kind: Mapping[RouteKind, Route]) -> bool:
    """Whether the balanced way saves much of the exposure for clearly less time than the safest one takes."""
    ends = by_kind.get(RouteKind.FASTEST), by_kind.get(RouteKind.SAFEST)
    if ends[0] is None or ends[1] is None:
        return True
    fastest, safest, middle = ends[0], ends[1], by_kind[RouteKind.BALANCED]
    saved_s, most_s = fastest.exposure_s - middle.exposure_s, fastest.exposure_s - safest.exposure_s
    added_s, longest_s = middle.duration_s - fastest.duration_s, safest.duration_s - fastest.duration_s
    return (
        saved_s >= max(MIDDLE_SAVED_SHARE * most_s, LEAST_SAVED_SHARE * fastest.exposure_s)
        and added_s <= MIDDLE_ADDED_SHARE * longest_s
        and longest_s - added_s >= MIDDLE_LEAST_S
        and saved_s > 0
    )


def chosen_kind(answer: RouteAnswer, wanted: str | None) -> str:
    """The way brought to the front: the one asked for where it exists, else the safest."""
    kinds = [str(route.kind) for route in cards_shown(answer)]
    return wanted if wanted in kinds else kinds[0]


def route_words(route: Route, is_same_way: bool, lang: str, infection: WaysInfection | None = None) -> RouteWords:
    """Words of one card."""
    parts = [
        text("route.exposure_part", lang, level=text(level_key(level), lang), length=distance(length))
        for level, length in enumerate(route.level_length_m)
        if length > 0
    ]
    if route.unknown_m >= LEAST_UNKNOWN_M:
        parts.append(
            text("route.exposure_part", lang, level=text("level.unknown", lang), length=distance(route.unknown_m))
        )
    is_dangerous = route.danger_m > 0
    return RouteWords(
        kind=str(route.kind),
        title=text("route.same" if is_same_way else f"route.{route.kind}", lang),
        time=duration(route.duration_s, lang),
        length=distance(route.length_m),
        danger=text("route.danger", lang, length=distance(route.danger_m))
        if is_dangerous
        else text("route.safe", lang),
        is_dangerous=is_dangerous,
        shares=[length / route.length_m if route.length_m > 0 else 0.0 for length in route.level_length_m],
        exposure=", ".join(parts),
        chance=chance_words(route, lang),
        infection=way_words(infection, route.route_id, lang),
    )


def chance_words(route: Route, lang: str) -> str:
    """How likely the way meets danger, hazard by hazard, and how many courses of a storm spare it; else empty."""
    known = [met for met in route.hazards if math.isfinite(met.meet_prob)]
    parts = [
        text(f"route.chance_{met.hazard}", lang, share=share_words(met.meet_prob))
        for met in known
        if met.meet_prob >= LEAST_PROB or met.danger_m > 0
    ]
    if known and not parts:
        parts = [text("route.chance_low", lang)]
    if math.isfinite(route.success_share):
        parts.append(text("route.success", lang, share=share_words(route.success_share)))
    return ", ".join(parts)


def route_reasons(answer: RouteAnswer, chosen: str, lang: str) -> list[str]:
    """Why the chosen way goes where it goes, each reason once."""
    route = next(route for route in cards_shown(answer) if route.kind == chosen)
    return list(dict.fromkeys(reason_text(reason, lang) for reason in route.reasons))


def moved_notes(answer: RouteAnswer, lang: str) -> list[str]:
    """What was changed about the ends: moved out of a closed street, or far from any street."""
    ends = (("origin", answer.origin), ("destination", answer.destination))
    return [text(f"route.moved_{name}", lang) for name, snap in ends if snap.moved_out_of_closure]


def turn_words(steps: Sequence[RouteStep], lang: str) -> list[TurnWords]:
    """Lines of the turn list."""
    return [_turn(step, lang) for step in steps]


def _turn(step: RouteStep, lang: str) -> TurnWords:
    level = Level.from_risk(step.risk) if np.isfinite(step.risk) else None
    name = step.name or text("route.nameless", lang)
    instruction = text(f"turn.{step.code}", lang, name=name)
    length = distance(step.length_m) if step.length_m > 0 else ""
    return TurnWords(instruction, length, None if level is None else int(level), text(level_key(level), lang))


def route_features(answer: RouteAnswer | None) -> dict[str, Any]:
    """GeoJSON of the ways, fastest lowest: white casing, line, and the parts in danger on top."""
    features = []
    if answer is not None:
        for route in reversed(cards_shown(answer)):
            features += [_line(route, "casing"), _line(route, f"line route-{route.kind}")]
            danger = list(danger_parts(route))
            if danger:
                features.append(_feature(route, "MultiLineString", danger, "danger"))
    return {"type": "FeatureCollection", "features": features}


def danger_parts(route: Route) -> Iterator[list[list[float]]]:
    """Runs of segments at or above the level of `DANGER_RISK`, as lines of [lon, lat]."""
    levels = np.asarray(route.profile_level)
    danger = (levels >= int(Level.from_risk(DANGER_RISK))) & (levels != UNKNOWN_LEVEL)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], danger.astype(np.int8), [0]))))
    line = _coordinates(route)
    for start, end in edges.reshape(-1, 2):
        yield line[start : end + 1]


def _coordinates(route: Route) -> list[list[float]]:
    lon_lat = np.column_stack((route.lon_deg, route.lat_deg))
    rounded: list[list[float]] = np.round(lon_lat, 6).tolist()
    return rounded


def _line(route: Route, role: str) -> dict[str, Any]:
    return _feature(route, "LineString", _coordinates(route), role)


def _feature(route: Route, shape: str, coordinates: list[Any], role: str) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": shape, "coordinates": coordinates},
        "properties": {"kind": str(route.kind), "className": f"route route-{role}"},
    }
