"""A real server over the real streets of coquimbo in the middle of its drill, for clients that know nothing of us."""

import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server

from dashboard.areas.build import build_area
from dashboard.areas.embedded import embedded_request
from dashboard.refresh import Refresher, produce_drill
from dashboard.settings import Settings
from dashboard.store.library import Library
from dashboard.views.defaults import default_ends
from dashboard.web import STOP, Warmth, make_wsgi
from risk_core.state.assessment import Assessment

NOW_S = 1_785_000_000.0
STORY_AT_S = 2_400.0
"""The middle of the cloudburst: streets are closed by then."""
ALERT = b"""<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>test-1</identifier><sender>test@example.org</sender>
<sent>2026-07-25T09:00:00+00:00</sent><status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
<info><language>en-US</language><category>Met</category><event>Heavy rain warning</event><urgency>Expected</urgency>
<severity>Severe</severity><certainty>Likely</certainty><expires>2030-01-01T00:00:00+00:00</expires>
<headline>Heavy rain over the bay</headline><instruction>Keep away from the stream.</instruction>
<area><areaDesc>La Serena</areaDesc>
<polygon>-29.95,-71.30 -29.95,-71.20 -29.85,-71.20 -29.85,-71.30 -29.95,-71.30</polygon>
</area></info></alert>"""


@dataclass(frozen=True)
class Town:
    """The server's address, what lies behind it, and two points the stream lies between, (lat, lon)."""

    url: str
    library: Library
    ends: tuple[tuple[float, float], tuple[float, float]]

    @property
    def api(self) -> str:
        """Address of the API."""
        return f"{self.url}/api"

    @property
    def assessment(self) -> Assessment:
        """What is served."""
        return self.library.assessment("coquimbo")

    @property
    def lon_lat(self) -> list[list[float]]:
        """Both points, longitude first, as most clients want them."""
        return [[lon, lat] for lat, lon in self.ends]


class Clock:
    """Unix seconds a test sets."""

    now_s = NOW_S

    def __call__(self) -> float:
        return self.now_s


class Warm(Warmth):
    """Kernels are compiled by the questions themselves."""

    @property
    def is_warm(self) -> bool:
        """Always."""
        return True


class Quiet(WSGIRequestHandler):
    """Keeps no log of addresses."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing."""


def play(library: Library) -> None:
    """Bring the drill to the middle of its story, and serve what is known then."""
    clock = Clock()
    refresher = Refresher(library, produce_drill, clock)
    refresher.step()
    started = library.drills.visit("coquimbo", clock.now_s)
    assert started is not None
    speed = started.speed
    clock.now_s += STORY_AT_S / speed
    library.mark_used("coquimbo")
    path = library.settings.home / "used" / "coquimbo"
    os.utime(path, (clock.now_s, clock.now_s))
    refresher.step()
    clock.now_s += 61.0 / speed + 1.0
    refresher.step()


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """The server, once a session."""
    from dashboard.feeds.cap import parse_cap

    home: Path = tmp_path_factory.mktemp("town")
    build_area(replace(embedded_request("coquimbo"), built_at_s=NOW_S), home, lambda _step, _share: None)
    settings = Settings(home=home, area="coquimbo", drill=True)
    library = Library(settings, marks_use=False)
    records = parse_cap(ALERT, "alert.xml").records
    library.observations.ingest("alerts", "coquimbo", records, source="test", simulated=False, received_s=NOW_S)
    play(library)
    ends = default_ends(library.area("coquimbo"))
    assert ends is not None
    server = make_wsgi(settings.to_environ(), lambda: NOW_S, Warm())
    live = make_server("127.0.0.1", 0, server, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=live.serve_forever, daemon=True)
    thread.start()
    try:
        yield Town(f"http://127.0.0.1:{live.server_port}", library, ends)
    finally:
        server.extensions[STOP]()
        live.shutdown()
        thread.join(10)
        live.server_close()
