"""What came in, how late, and the badge that does not call live what has stopped."""

import dataclasses
import json
import os
import time
from pathlib import Path

import pytest
from flask import Flask

from dashboard.answers import Answers
from dashboard.cli import main
from dashboard.pages.page import Services, open_query
from dashboard.pages.sources.layout import body
from dashboard.pages.sources.live import register_live
from dashboard.pages.sources.truth import ENGINE_SILENT_S, truth_words
from dashboard.refresh import Refresher
from dashboard.store.contributions import Batch, Offer
from dashboard.store.intake import N_KEPT, Intake, note_intake, read_intakes
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.rhythm import find_rhythm
from risk_core.state.situation import SourceStatus
from tests.answers.small_world import make_library
from tests.components.tree import words
from tests.tiny import node_position

BEGIN_S = 1_782_000_000.0
GAP_S = 5.0
BADGE_LOOKS_S = 8.0
"""How often a page asks, see TRUTH_MS in assets/js/live.js."""


class Clock:
    """Time that the test moves."""

    def __init__(self) -> None:
        self.now_s = BEGIN_S

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return make_library(tmp_path)


@pytest.fixture
def services(library: Library, clock: Clock) -> Services:
    return Services(library.settings, library, Answers(library), clock)


def feed(library: Library, clock: Clock) -> None:
    """One gauge tells its rain."""
    lat, lon = node_position(14)
    row = {"station_id": "g1", "time": clock.now_s, "lat": lat, "lon": lon, "rate_mm_per_h": 12.0}
    report = library.observations.ingest(
        Kind.RAIN, "tiny", [row], source="kma", simulated=False, received_s=clock.now_s + 0.5
    )
    assert report.n_new == 1, report.faults


def opened_in(services: Services, lang: str = "en"):
    opened = open_query(services, {"area": "tiny", "lang": lang})
    assert opened is not None
    return opened


def test_badge_turns_amber_within_thirty_seconds_of_a_stopped_feed(
    library: Library, services: Services, clock: Clock
) -> None:
    refresher = Refresher(library, lambda *_: None, clock)
    for _ in range(6):
        feed(library, clock)
        clock.now_s += GAP_S
    clock.now_s -= GAP_S
    refresher.step()
    os.utime(library.settings.home / "engine.pulse", (clock.now_s, clock.now_s))
    last_s = clock.now_s
    assert truth_words(opened_in(services)) == ""
    amber_s = None
    while amber_s is None and clock.now_s < last_s + 60:
        clock.now_s += 1
        os.utime(library.settings.home / "engine.pulse", (clock.now_s, clock.now_s))
        if truth_words(opened_in(services)):
            amber_s = clock.now_s - last_s
    assert amber_s is not None and GAP_S < amber_s <= 30 - BADGE_LOOKS_S
    assert truth_words(opened_in(services)).startswith("Rain data stopped")
    assert "강우 자료 끊김" in truth_words(opened_in(services, "ko"))
    feed(library, clock)
    assert truth_words(opened_in(services)) == "", "it speaks again"


def test_badge_turns_amber_within_thirty_seconds_when_nothing_is_computed(
    library: Library, services: Services, clock: Clock
) -> None:
    feed(library, clock)
    clock.now_s += 1
    Refresher(library, lambda *_: None, clock).step()
    pulse = library.settings.home / "engine.pulse"
    assert abs(library.engine_s() - time.time()) < 60
    os.utime(pulse, (clock.now_s, clock.now_s))
    clock.now_s += ENGINE_SILENT_S
    assert truth_words(opened_in(services)) == ""
    clock.now_s += 1
    assert "Nothing new for 21 s" in truth_words(opened_in(services)) and ENGINE_SILENT_S + BADGE_LOOKS_S < 30
    server = Flask(__name__)
    register_live(server, services)
    answer = server.test_client().get("/live.json?area=tiny&lang=ko")
    assert "21초째 새 계산 없음" in json.loads(answer.data)["text"] and answer.headers["Cache-Control"] == "no-store"


def test_rhythm_forgives_what_is_usual_and_knows_no_rhythm_of_events() -> None:
    rain = SourceStatus("kma", "rain", 3600.0, 9, False)
    slow = [(3600.0 - 600 * k, 3900.0 - 600 * k) for k in range(6)]
    known = find_rhythm(rain, slow)
    assert (known.gap_s, known.lag_s, known.due_s) == (600.0, 300.0, 3600.0 + 600 + 300 + 300)
    assert find_rhythm(rain, slow[:2]).due_s == float("inf")
    alerts = dataclasses.replace(rain, kind="alerts")
    assert not find_rhythm(alerts, slow).is_late(1e12)
    history = [(3600.0 - 600 * k, 9e8) for k in range(6)]
    assert find_rhythm(rain, history).lag_s == 1800.0, "a file of old days does not make its source slow"


def write_rain(path: Path) -> None:
    lat, lon = node_position(14)
    rows = ["station_id,time,lat,lon,rate_mm_per_h"]
    rows += [f"g1,2026-06-21T00:{minute:02d}:00Z,{lat},{lon},4.0" for minute in range(0, 30, 10)]
    rows += [f"g1,2026-06-21T00:40:00Z,{lat},{lon},-7", f"g1,not a time,{lat},{lon},3.0"]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_page_tells_what_was_refused_and_why(
    library: Library, services: Services, clock: Clock, tmp_path: Path, lang: str
) -> None:
    table = tmp_path / "gauges.csv"
    write_rain(table)
    home = str(library.settings.home)
    assert main(["--home", home, "ingest", "rain", str(table), "--area", "tiny", "--source", "city"]) == 0
    (told,) = read_intakes(library.settings.home, "tiny")
    assert (told.n_new, told.n_refused, told.file, told.source) == (3, 2, "gauges.csv", "city")
    assert {place for one in told.refusals for place in one.places} == {"gauges.csv:5", "gauges.csv:6"}
    Refresher(library, lambda *_: None, clock).step()
    said = words(body(opened_in(services, lang)))
    for wanted in ("gauges.csv", "city", "rate_mm_per_h", "time", "5", "6"):
        assert wanted in said, wanted
    assert "-7" not in said and "not a time" not in said, "values of records are not kept"


def test_intake_record_is_bounded_and_survives_a_torn_line(tmp_path: Path) -> None:
    for number in range(N_KEPT + 7):
        note_intake(tmp_path, "tiny", Intake(BEGIN_S + number, "rain", "s", f"f{number}", False, 1, 0, 0, 0))
    told = read_intakes(tmp_path, "tiny")
    assert len(told) == N_KEPT and told[0].file == f"f{N_KEPT + 6}"
    path = tmp_path / "intake" / "tiny.jsonl"
    path.write_text(path.read_text() + '{"schema": 1, "torn', encoding="utf-8")
    assert read_intakes(tmp_path, "tiny") == told
    note_intake(tmp_path, "tiny", Intake(BEGIN_S, "wind", "s", "after", False, 1, 0, 0, 0))
    assert read_intakes(tmp_path, "tiny")[0].file == "after"
    with pytest.raises(ValueError, match="up"):
        read_intakes(tmp_path, "../up")


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_contributed_sources_are_told_with_their_trust(
    services: Services, library: Library, clock: Clock, lang: str
) -> None:
    opened = open_query(services, {"area": "tiny", "lang": lang})
    assert opened is not None and "Han Weather" not in words(body(opened))
    store = library.contributions
    source = store.add("1f2e3d4c", Offer("tiny", Kind.RAIN, "Han Weather", "CC-BY-4.0", "{}", 600.0), BEGIN_S)
    store.take(Batch(source.source_id, "n" * 16, BEGIN_S, BEGIN_S))
    store.set_trust(source.source_id, 0.82, 0.04, 1_240)
    clock.now_s += 3_600
    told = words(body(opened))
    assert all(word in told for word in ("Han Weather", "CC-BY-4.0", "0.82", "1,240", "▲"))
