"""The limits that the guide tells are those that hold."""

import re

import pytest

from dashboard.acts.closures import LIMITS as CLOSURE
from dashboard.api.application import LARGER_BODIES, MAX_BODY_BYTES
from dashboard.api.cuts import MAX_COVERAGE_CELLS, MAX_TIFF_CELLS
from dashboard.api.faces import ogc_bodies, ors_bodies, osrm_bodies, valhalla_bodies
from dashboard.api.gate import PATIENCE_S
from dashboard.api.paging import MAX_LIMIT
from dashboard.api.reading import MAX_VIA
from dashboard.api.reading_path import MOST_PING, MOST_TRIP
from dashboard.api.risk_many import MAX_POINTS, MAX_VERTICES
from dashboard.contributions.intake import MAX_ROWS
from dashboard.contributions.signed import MAX_PAYLOAD_BYTES
from dashboard.docs import read_topic
from dashboard.i18n import languages
from dashboard.settings import Settings
from dashboard.store.contributions import MOST_OF_ONE
from risk_core.routes.avoid import MAX_POINTS as MAX_AVOIDED
from risk_core.routes.matrix import MAX_PAIRS


def bound(document: dict, model: str, name: str, word: str) -> int:
    """What the document says of a field."""
    return document["components"]["schemas"][model]["properties"][name][word]


@pytest.mark.parametrize("lang", languages())
def test_the_guide_tells_the_limits_that_hold(api, lang):
    document = api.test_client().get("/v1/openapi.json").get_json()
    settings = Settings()
    wanted = [
        [settings.open_per_min, settings.keyed_per_min],
        [MAX_BODY_BYTES, MAX_PAYLOAD_BYTES],
        [MAX_ROWS],
        [MAX_POINTS],
        [*(bound(document, "MatrixRequest", name, "maxItems") for name in ("origins", "destinations")), MAX_PAIRS],
        [MAX_VIA, osrm_bodies.MAX_POINTS, ors_bodies.MAX_POINTS, valhalla_bodies.MAX_POINTS],
        [
            int(document["components"]["schemas"]["ReachRequest"]["properties"]["limits_s"]["items"]["maximum"]),
            bound(document, "ReachRequest", "limits_s", "maxItems"),
        ],
        [MAX_VERTICES, MAX_AVOIDED],
        [MAX_TIFF_CELLS, MAX_COVERAGE_CELLS],
        [MAX_LIMIT, ogc_bodies.MAX_LIMIT],
        [bound(document, "AlternativesRequest", "n", "maximum"), bound(document, "NearestRequest", "n", "maximum")],
        [MOST_PING, MOST_TRIP],
        [CLOSURE.max_vertices, CLOSURE.max_rings, round(CLOSURE.max_extent_m / 1000)],
        [MOST_OF_ONE],
    ]
    rows = re.findall(r"^\| .* \| ([\d,; ]+) \|$", read_topic("open", lang), re.MULTILINE)
    told = [[int(one.replace(",", "")) for one in re.split(r"[,;] ", row)] for row in rows]
    assert told == wanted
    assert LARGER_BODIES["contributions"] >= MAX_PAYLOAD_BYTES and f"{PATIENCE_S:.0f}" in read_topic("open", lang)
