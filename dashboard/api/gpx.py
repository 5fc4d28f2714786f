"""GPX 1.1 of ways (topografix.com/GPX/1/1): a route with its turns and a track with its line, for each way."""

from collections.abc import Iterable, Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from dashboard.api.schemas.words import iso_time
from dashboard.i18n import text
from dashboard.views.format import distance, duration
from risk_core.state.area import Area
from risk_core.state.level import Level
from risk_core.state.route import Route, RouteAnswer

NAMESPACE = "http://www.topografix.com/GPX/1/1"
MEDIA_TYPE = "application/gpx+xml"


def gpx_of(answer: RouteAnswer, area: Area, now_s: float, lang: str) -> bytes:
    """Write a GPX file of every way of an answer.

    Parameters
    ----------
    answer
        The ways.
    area
        Its area, for the credits.
    now_s
        When it was known, unix seconds.
    lang
        Language of the words.
    """
    root = Element("gpx", {"version": "1.1", "creator": "Ansimgil", "xmlns": NAMESPACE})
    meta = SubElement(root, "metadata")
    _say(meta, "name", text("app.name", lang))
    _say(meta, "desc", area.attribution)
    _say(meta, "time", iso_time(now_s) or "")
    for route in answer.routes:
        _route(SubElement(root, "rte"), route, answer.simulated, lang)
    for route in answer.routes:
        track = SubElement(root, "trk")
        _say(track, "name", text(f"route.{route.kind}", lang))
        _points(SubElement(track, "trkseg"), "trkpt", _line(route))
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _route(parent: Element, route: Route, simulated: bool, lang: str) -> None:
    _say(parent, "name", text(f"route.{route.kind}", lang))
    level = "unknown" if route.max_risk != route.max_risk else Level.from_risk(route.max_risk).name.lower()
    parts = [text("drill.mark", lang)] if simulated else []
    parts += [distance(route.length_m), duration(route.duration_s, lang), text(f"level.{level}", lang)]
    _say(parent, "desc", " · ".join(parts))
    turns = {(step.lat_deg, step.lon_deg): step for step in route.steps}
    for lat, lon in _line(route):
        point = SubElement(parent, "rtept", {"lat": f"{lat:.7f}", "lon": f"{lon:.7f}"})
        step = turns.pop((lat, lon), None)
        if step is not None:
            if step.name:
                _say(point, "name", step.name)
            _say(point, "desc", text(f"turn.{step.code}", lang, name=step.name or text("route.nameless", lang)))


def _points(parent: Element, tag: str, line: Iterable[tuple[float, float]]) -> None:
    for lat, lon in line:
        SubElement(parent, tag, {"lat": f"{lat:.7f}", "lon": f"{lon:.7f}"})


def _line(route: Route) -> Sequence[tuple[float, float]]:
    return list(zip(route.lat_deg.tolist(), route.lon_deg.tolist(), strict=True))


def _say(parent: Element, tag: str, words: str) -> None:
    SubElement(parent, tag).text = "".join(one for one in words if one.isprintable())
