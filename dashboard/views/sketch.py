"""A plan that is being drawn, on the map and in words."""

from dashboard.acts.drafts import draft_geometry
from dashboard.acts.sketch import CORNERS, Sketch, Tool
from dashboard.i18n import text
from dashboard.views.features import Feature, collection, feature
from risk_core.state.network import Network


def sketch_features(sketch: Sketch, network: Network, lang: str) -> Feature:
    """Zones with their names, corners of the one that is drawn, and streets supposed closed."""
    shown = []
    for k, zone in enumerate(sketch.all_zones(), start=1):
        geometry = draft_geometry(zone, network)
        if geometry is not None:
            label = f"{text('plan.page.zone_name', lang)} {k}"
            shown.append(feature("Polygon", geometry["coordinates"], "plan-zone", label=label))
    points = [[lng, lat] for lat, lng in sketch.corners.points]
    if 1 < len(points) < CORNERS:
        shown.append(feature("LineString", points, "plan-zone"))
    closed = draft_geometry(sketch.closed, network)
    if closed is not None:
        shown.append(
            feature(closed["type"], closed["coordinates"], "plan-closed", label=text("plan.page.closed", lang))
        )
    shown += [feature("Point", one, "pin-draft", size=[14, 14]) for one in points]
    return collection(shown)


def sketch_note(sketch: Sketch, lang: str) -> str:
    """What is there so far, and what to do next."""
    n_corner, n_zone, n_closed = len(sketch.corners.points), len(sketch.all_zones()), len(sketch.closed.streets)
    if sketch.tool is Tool.CLOSED and not n_closed:
        return text("ops.draw_street", lang)
    if sketch.tool is Tool.ZONE and n_corner < CORNERS and (n_corner or not n_zone):
        return text("plan.page.corners_left", lang, n=str(CORNERS - n_corner))
    return text("plan.page.sketch_is", lang, zones=str(n_zone), closed=str(n_closed))
