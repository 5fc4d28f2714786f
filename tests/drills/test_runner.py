"""A drill plays through the same door as a feed: what is in the store depends on the drill's time alone."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dashboard.drills.runner import DrillRunner
from dashboard.i18n import text
from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, write_bundle
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from risk_core.errors import NotFoundError
from risk_core.state.area import Area
from risk_core.state.situation import DrillPhase

pytestmark = pytest.mark.slow

NOW_S = 1.8e9
NAMES = ("cases", "rain", "closures", "alerts", "shelters")
Rows = dict[str, list[tuple[object, ...]]]


@pytest.fixture
def make_library(tmp_path: Path, area: Area) -> Callable[[str], Library]:
    def make(name: str) -> Library:
        settings = Settings.from_environ({}).replace(home=tmp_path / name, area=area.area_id, drill_speed=60.0)
        write_bundle(settings.home, area, Manifest())
        return Library(settings, marks_use=False)

    return make


def rows(library: Library, area_id: str) -> Rows:
    """Everything in the store but when it came in."""
    found: Rows = {}
    for name in NAMES:
        listed = library.observations.rows(Kind(name), area_id)
        found[name] = sorted(
            tuple((k, v) for k, v in sorted(row.items()) if k not in {"received_s", "as_of_s"}) for row in listed
        )
    return found


def test_armed_drill_waits_with_calm_observations(make_library: Callable[[str], Library], area: Area) -> None:
    library = make_library("a")
    runner = DrillRunner(library, area.area_id, NOW_S)
    runner.tick(NOW_S)
    runner.tick(NOW_S + 60)
    status = runner.status()
    assert status is not None and status.phase is DrillPhase.ARMED and status.elapsed_s == 0.0
    assert runner.clock(NOW_S + 60) <= NOW_S
    held = rows(library, area.area_id)
    assert held["rain"] and held["cases"] and not held["closures"]
    assert all(dict(row)["simulated"] for listed in held.values() for row in listed)


def test_story_catches_up_with_the_real_clock(make_library: Callable[[str], Library], area: Area) -> None:
    library = make_library("a")
    runner = DrillRunner(library, area.area_id, NOW_S)
    runner.tick(NOW_S)
    library.drills.visit(area.area_id, NOW_S)
    clocks = []
    for real_s in (1.0, 30.0, 60.0, 119.0, 121.0, 600.0):
        runner.tick(NOW_S + real_s)
        clocks.append(runner.clock(NOW_S + real_s))
    assert clocks == sorted(clocks)
    assert clocks[2] - clocks[1] == pytest.approx(1800.0, abs=120.0)
    assert NOW_S + 600.0 - clocks[-1] < 240.0
    status = runner.status()
    assert status is not None and status.phase is DrillPhase.DONE and status.elapsed_s == status.story_s


def test_streets_close_and_every_caption_has_words(make_library: Callable[[str], Library], area: Area) -> None:
    library = make_library("a")
    runner = DrillRunner(library, area.area_id, NOW_S)
    runner.tick(NOW_S)
    library.drills.visit(area.area_id, NOW_S)
    n_closed, captions = [], []
    for real_s in range(0, 130, 5):
        runner.tick(NOW_S + real_s)
        status = runner.status()
        assert status is not None
        captions.append(status.caption_code)
        n_closed.append(len(rows(library, area.area_id)["closures"]))
    assert n_closed[0] == 0 and n_closed[-1] >= 1 and n_closed == sorted(n_closed)
    assert len(set(captions)) >= 4
    for code in set(captions):
        assert text(f"drill.caption.{code}", "ko") != text(f"drill.caption.{code}", "en")


@pytest.mark.parametrize("ticks", [(130.0,), (3.0, 7.0, 31.0, 90.0, 130.0), (*range(1, 131, 9), 130.0)])
def test_rows_depend_on_the_drill_time_alone(
    make_library: Callable[[str], Library], area: Area, ticks: tuple[float, ...]
) -> None:
    steady, other = make_library("steady"), make_library("other")
    for library, moments in ((steady, [float(s) for s in range(0, 131, 2)]), (other, list(ticks))):
        runner = DrillRunner(library, area.area_id, NOW_S)
        runner.tick(NOW_S)
        library.drills.visit(area.area_id, NOW_S)
        for k, real_s in enumerate(moments):
            if library is other and k == 2:
                runner = DrillRunner(library, area.area_id, NOW_S + real_s)
            runner.tick(NOW_S + real_s)
    assert rows(steady, area.area_id) == rows(other, area.area_id)


def test_replay_leaves_nothing_of_the_run_before(make_library: Callable[[str], Library], area: Area) -> None:
    library = make_library("a")
    runner = DrillRunner(library, area.area_id, NOW_S)
    runner.tick(NOW_S)
    library.drills.visit(area.area_id, NOW_S)
    runner.tick(NOW_S + 110.0)
    assert rows(library, area.area_id)["closures"]
    library.drills.replay(area.area_id, NOW_S + 200.0)
    runner.tick(NOW_S + 201.0)
    assert not rows(library, area.area_id)["closures"]
    assert max(dict(row)["time_s"] for row in rows(library, area.area_id)["rain"]) <= runner.clock(NOW_S + 201.0)


def test_real_observations_stay_through_a_replay(make_library: Callable[[str], Library], area: Area) -> None:
    library = make_library("a")
    runner = DrillRunner(library, area.area_id, NOW_S)
    runner.tick(NOW_S)
    gauge = {"station_id": "real", "time_s": NOW_S, "lat_deg": -29.95, "lon_deg": -71.30, "rate_mm_per_h": 1.0}
    library.observations.ingest(Kind.RAIN, area.area_id, [gauge], source="city", simulated=False, received_s=NOW_S)
    library.drills.replay(area.area_id, NOW_S + 5.0)
    runner.tick(NOW_S + 6.0)
    assert [r for r in library.observations.rows(Kind.RAIN, area.area_id) if not r["simulated"]]


def test_stopped_drill_takes_its_observations_away(make_library: Callable[[str], Library], area: Area) -> None:
    library = make_library("a")
    runner = DrillRunner(library, area.area_id, NOW_S)
    runner.tick(NOW_S)
    library.drills.stop(area.area_id)
    runner.tick(NOW_S + 5.0)
    assert runner.status() is None and runner.clock(NOW_S + 5.0) == NOW_S + 5.0
    assert not any(rows(library, area.area_id).values())


def test_unknown_area_is_named(make_library: Callable[[str], Library]) -> None:
    with pytest.raises(NotFoundError, match="atlantis"):
        make_library("a").area("atlantis")
