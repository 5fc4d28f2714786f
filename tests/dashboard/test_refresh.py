import dataclasses
import logging
import os
import threading
import time

import numpy as np
import pytest

from dashboard.engine import LocalEngine
from dashboard.learn.trend import options_values
from dashboard.refresh import (
    HANGS_S,
    LEAD_S,
    RETRY_S,
    TIME_PASSES_S,
    USED_WITHIN_S,
    OutbreakMemo,
    Refresher,
    produce_drill,
)
from dashboard.settings import Settings
from dashboard.store.bundles import Manifest, bundle_path, remove_bundle, write_bundle
from dashboard.store.kinds import Kind
from dashboard.store.library import Library
from dashboard.store.models import ModelBook, book_path, write_book
from risk_core import assess as assess_module
from risk_core.assess import MODEL_VERSION
from risk_core.hazards.epidemic import outbreak as outbreak_module
from risk_core.hazards.epidemic.options import INFECTION_DEFAULTS, TREND_DEFAULTS
from risk_core.hazards.epidemic.outbreak import assess_outbreak
from risk_core.state.area import Scale
from risk_core.state.level import Layer
from risk_core.state.situation import DistrictCases, DrillPhase, DrillStatus
from risk_core.units import S_PER_DAY
from tests.tiny import node_position

START_S = 1_660_000_000.0
CLOSURE = "LINESTRING ({1} {0}, {3} {2})".format(*node_position(14), *node_position(15))


class Clock:
    """Unix seconds that move only when told."""

    def __init__(self):
        self.now_s = START_S

    def __call__(self):
        return self.now_s


class Story:
    """A producer that writes a closure at its third tick."""

    def __init__(self, library, area_id):
        self.library, self.area_id, self.n_tick, self.phase = library, area_id, 0, DrillPhase.ARMED

    def tick(self, now_s):
        self.n_tick += 1
        if self.n_tick == 3:
            close_street(self.library, self.area_id, now_s, simulated=True)

    def clock(self, now_s):
        return now_s - 3600.0

    def status(self):
        return DrillStatus("run", 7, 60.0, self.phase, "calm", 0.0, 60.0)


def close_street(library, area_id, now_s, simulated=False):
    record = {"closure_id": "c1", "reason": "flood", "geometry": CLOSURE, "from_s": now_s - 7200.0}
    report = library.observations.ingest(
        Kind.CLOSURES, area_id, [record], source="city", simulated=simulated, received_s=now_s
    )
    assert report.n_accepted == 1, report.faults


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def library(tmp_path, area):
    library = Library(Settings(home=tmp_path, area="tiny", drill=False), marks_use=False)
    write_bundle(tmp_path, area, Manifest())
    return library


def look_at(library, area_id, now_s):
    """Mark an area as used at a moment of the test's clock."""
    mark = library.settings.home / "used" / area_id
    mark.parent.mkdir(exist_ok=True)
    mark.touch()
    os.utime(mark, (now_s, now_s))


def refresher(library, clock, producers=None):
    return Refresher(library, lambda _library, area_id, _now_s: (producers or {}).get(area_id), clock)


def test_an_area_nobody_observed_gets_a_snapshot_that_knows_nothing(library, clock):
    assert refresher(library, clock).step() == ("tiny",)
    assessment = library.assessment("tiny")
    assert tuple(assessment.lead_s) == LEAD_S[Scale.CITY]
    assert assessment.now_s == START_S
    assert (assessment.layers[Layer.COMBINED].risk == 255).all()
    assert not assessment.simulated


def test_a_change_is_assessed_at_once_while_somebody_looks(library, clock):
    loop = refresher(library, clock)
    look_at(library, "tiny", START_S)
    loop.step()
    clock.now_s += 1.0
    assert loop.step() == ()
    close_street(library, "tiny", clock.now_s)
    assert loop.step() == ("tiny",)
    assert library.assessment("tiny").closed_mask.any()
    assert loop.step() == ()


def test_an_area_nobody_looks_at_waits_for_the_minute(library, clock):
    loop = refresher(library, clock)
    loop.step()
    close_street(library, "tiny", clock.now_s)
    clock.now_s += TIME_PASSES_S - 1
    assert loop.step() == ()
    clock.now_s += 1
    assert loop.step() == ("tiny",)
    look_at(library, "tiny", clock.now_s)
    close_street(library, "tiny", clock.now_s + 1)
    clock.now_s += 1
    assert loop.step() == ("tiny",)
    look_at(library, "tiny", clock.now_s - USED_WITHIN_S)
    close_street(library, "tiny", clock.now_s + 2)
    assert loop.step() == ()


def test_time_passes_without_news(library, clock):
    loop = refresher(library, clock)
    for expected in (("tiny",), (), (), ("tiny",), ()):
        assert loop.step() == expected
        clock.now_s += TIME_PASSES_S / 3


def test_a_clock_that_jumps_back_does_not_stop_the_loop(library, clock):
    loop = refresher(library, clock)
    loop.step()
    clock.now_s -= 86_400.0
    assert loop.step() == ("tiny",)


def test_a_producer_is_ticked_and_its_clock_and_status_are_shown(library, clock):
    story = Story(library, "tiny")
    loop = refresher(library, clock, {"tiny": story})
    look_at(library, "tiny", START_S)
    assert loop.step() == ("tiny",)
    first = library.assessment("tiny")
    assert (first.now_s, first.drill.phase, first.simulated) == (START_S - 3600.0, DrillPhase.ARMED, False)
    clock.now_s += 1.0
    assert loop.step() == ()
    clock.now_s += 1.0
    assert loop.step() == ("tiny",)
    assert library.assessment("tiny").simulated
    story.phase = DrillPhase.PLAYING
    clock.now_s += 1.0
    assert loop.step() == ("tiny",)
    assert library.assessment("tiny").drill.phase is DrillPhase.PLAYING


def report_cases(library, day_s, count, as_of_s=None):
    record = {"district_id": "west", "day_s": day_s, "count": count, "as_of_s": as_of_s or day_s + S_PER_DAY}
    report = library.observations.ingest(
        Kind.CASES, "tiny", [record], source="city", simulated=False, received_s=START_S
    )
    assert report.n_accepted == 1, report.faults


@pytest.fixture
def followed(monkeypatch):
    """Moments at which an outbreak was computed, days since the start."""
    moments = []

    def counted(cases, now_s, options):
        moments.append(round((now_s - START_S) / S_PER_DAY, 3))
        return assess_outbreak(cases, now_s, options)

    monkeypatch.setattr(outbreak_module, "assess_outbreak", counted)
    return moments


def test_an_unchanged_outbreak_is_computed_once_a_day(library, clock, followed):
    today_s = START_S // S_PER_DAY * S_PER_DAY
    for day in range(1, 22):
        report_cases(library, today_s - day * S_PER_DAY, 40 + day % 3)
    loop = refresher(library, clock)
    look_at(library, "tiny", START_S)
    assert loop.step() == ("tiny",)
    first = library.assessment("tiny").outbreak
    clock.now_s += TIME_PASSES_S
    close_street(library, "tiny", clock.now_s)
    assert loop.step() == ("tiny",) and followed == [0.0]
    again = library.assessment("tiny").outbreak
    assert np.array_equal(again.expected, first.expected, equal_nan=True)
    clock.now_s = today_s + S_PER_DAY + 1.0
    assert loop.step() == ("tiny",) and len(followed) == 2, "the day began"


def test_a_new_or_changed_case_row_is_followed_at_once(library, clock, followed):
    today_s = START_S // S_PER_DAY * S_PER_DAY
    for day in range(1, 22):
        report_cases(library, today_s - day * S_PER_DAY, 40)
    loop = refresher(library, clock)
    look_at(library, "tiny", START_S)
    loop.step()
    for n, (day, count) in enumerate(((22, 41), (1, 99)), start=2):
        clock.now_s += 1.0
        report_cases(library, today_s - day * S_PER_DAY, count)
        assert loop.step() == ("tiny",) and len(followed) == n
    assert library.assessment("tiny").outbreak.reported[-1, 0] == 99


def test_memo_of_an_outbreak_tells_what_computing_anew_tells():
    memo = OutbreakMemo()
    rng = np.random.default_rng(5)
    cases = DistrictCases(np.arange(30) * S_PER_DAY, rng.poisson(20, (30, 2)).astype(float))
    for now_day in (30.0, 30.1, 30.9, 31.0, 31.5, 44.0, 44.0001, 45.0):
        told, anew = (f(cases, now_day * S_PER_DAY, INFECTION_DEFAULTS) for f in (memo, assess_outbreak))
        assert (told is None) == (anew is None), now_day
        if told is not None:
            for name in ("expected", "reproduction"):
                assert np.array_equal(getattr(told, name), getattr(anew, name), equal_nan=True)


def test_a_failing_drill_is_logged_and_its_area_still_assessed(library, clock, caplog):
    class Broken(Story):
        def tick(self, now_s):
            raise RuntimeError("stage fell down")

    loop = refresher(library, clock, {"tiny": Broken(library, "tiny")})
    with caplog.at_level(logging.ERROR):
        assert loop.step() == ("tiny",)
        loop.step()
    assert caplog.text.count("the drill failed") == 1
    assert library.assessment("tiny").sequence == 1


def test_one_failing_area_keeps_its_snapshot_while_others_go_on(library, clock, area, caplog):
    write_bundle(library.settings.home, dataclasses.replace(area, area_id="other"), Manifest())
    loop = refresher(library, clock)
    assert sorted(loop.step() + loop.step()) == ["other", "tiny"]
    version = library.snapshots.version("tiny")
    folder = bundle_path(library.settings.home, "tiny")
    content = next(path for path in folder.iterdir() if path.is_dir())
    write_bundle(library.settings.home, dataclasses.replace(area, name_en="Rebuilt"), Manifest())
    content = next(path for path in folder.iterdir() if path.is_dir())
    for array in content.glob("*.npy"):
        array.write_bytes(b"torn")
    for name in ("tiny", "other"):
        look_at(library, name, clock.now_s)
    clock.now_s += TIME_PASSES_S
    with caplog.at_level(logging.ERROR):
        assert loop.step() == ("other",)
    assert "tiny" in caplog.text
    assert library.snapshots.version("tiny") == version
    write_bundle(library.settings.home, area, Manifest())
    assert loop.step() == ()
    clock.now_s += RETRY_S
    assert loop.step() == ("tiny",)


def test_an_area_that_never_ends_holds_up_no_other(library, clock, area, monkeypatch):
    write_bundle(library.settings.home, dataclasses.replace(area, area_id="stuck"), Manifest())
    go_on, stop, whole = threading.Event(), threading.Event(), assess_module.assess
    story, marked = Story(library, "stuck"), []
    monkeypatch.setattr(library, "mark_engine", lambda: marked.append(True))

    def assess_or_hang(area, *rest):
        if area.area_id == "stuck":
            go_on.wait(60.0)
        return whole(area, *rest)

    monkeypatch.setattr(assess_module, "assess", assess_or_hang)
    loop = Refresher(library, lambda *asked: story if asked[1] == "stuck" else None, clock, LocalEngine(2))
    for name in ("stuck", "tiny"):
        look_at(library, name, START_S)
    running = threading.Thread(target=loop.run, args=(stop,))
    running.start()
    try:
        version = library.snapshots.version
        known = until(lambda: version("tiny"))
        close_street(library, "tiny", clock.now_s)
        until(lambda: version("tiny") != known)
        assert version("stuck") is None and story.n_tick == 1, "its drill rests while it is assessed"
        assert marked
        clock.now_s += HANGS_S
        look_at(library, "tiny", clock.now_s)
        until(lambda: library.assessment("tiny").now_s == clock.now_s)
        marked.clear()
        time.sleep(0.5)
        assert not marked, "somebody should look after it"
        go_on.set()
        until(lambda: version("stuck"))
        assert library.assessment("stuck").drill.phase is DrillPhase.ARMED
        assert until(lambda: marked)
    finally:
        go_on.set()
        stop.set()
        running.join()


def until(ask):
    """What is told once it is told at all."""
    end_s = time.monotonic() + 60.0
    while time.monotonic() < end_s:
        found = ask()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it never came")


def test_a_rebuilt_area_is_assessed_anew_and_a_removed_one_forgotten(library, clock, area):
    loop = refresher(library, clock)
    look_at(library, "tiny", START_S)
    loop.step()
    clock.now_s += 1.0
    population = area.population * 2
    write_bundle(library.settings.home, dataclasses.replace(area, population=population), Manifest())
    assert loop.step() == ("tiny",)
    assert library.assessment("tiny").area_hash == library.area("tiny").content_hash
    remove_bundle(library.settings.home, "tiny")
    clock.now_s += TIME_PASSES_S
    assert loop.step() == ()


def test_the_default_area_comes_first_and_idle_ones_one_by_one(library, clock, area):
    for name in ("alpha", "zeta"):
        write_bundle(library.settings.home, dataclasses.replace(area, area_id=name), Manifest())
    loop = refresher(library, clock)
    assert [loop.step() for _ in range(4)] == [("tiny",), ("alpha",), ("zeta",), ()]


class Watcher:
    """A learner that counts looks and may fail."""

    def __init__(self, fails=False):
        self.fails, self.looks, self.is_closed = fails, [], False

    def look(self, now_s):
        self.looks.append(now_s)
        if self.fails:
            raise RuntimeError("nothing can be learnt")

    def close(self):
        self.is_closed = True


def test_learning_is_looked_after_each_pass_and_its_failure_leaves_the_snapshots_alone(library, clock, caplog):
    learner = Watcher(fails=True)
    loop = Refresher(library, lambda *_: None, clock, learner=learner)
    with caplog.at_level(logging.ERROR):
        assert loop.step() == ("tiny",)
        clock.now_s += TIME_PASSES_S
        assert loop.step() == ("tiny",)
    assert learner.looks == [START_S, START_S + TIME_PASSES_S]
    assert "learning could not be looked after" in caplog.text


def test_learning_ends_with_the_loop(library, clock):
    learner, stop = Watcher(), threading.Event()
    stop.set()
    Refresher(library, lambda *_: None, clock, learner=learner).run(stop)
    assert learner.is_closed


def report_month(library, now_s):
    days = [{"district_id": "west", "day_s": (now_s // 86_400 - k) * 86_400, "count": 20 + k} for k in range(1, 30)]
    records = [one | {"as_of_s": one["day_s"] + 86_400.0} for one in days]
    library.observations.ingest(Kind.CASES, "tiny", records, source="city", simulated=False, received_s=now_s)


def test_what_was_learnt_is_used_at_once_and_named_in_the_snapshot(library, clock):
    report_month(library, START_S)
    loop = refresher(library, clock)
    look_at(library, "tiny", START_S)
    loop.step()
    plain = library.assessment("tiny")
    assert plain.model_version == MODEL_VERSION
    clock.now_s += 1.0
    values = (("level_var", 0.1), ("growth_var", 1e-3), ("damping", 0.9), ("dispersion", 3.0), ("student_nu", 4.0))
    known = {name for name, _ in options_values(TREND_DEFAULTS)}
    assert {name for name, _ in values} <= known
    kept = tuple((name, dict(values).get(name, value)) for name, value in options_values(TREND_DEFAULTS))
    book = ModelBook("tiny", MODEL_VERSION, "record", kept)
    write_book(library.settings.home, book)
    assert loop.step() == ("tiny",)
    learnt = library.assessment("tiny")
    assert learnt.model_version == f"{MODEL_VERSION}+{book.identity}"
    assert not np.allclose(learnt.outbreak.forecast.day[:, 0], plain.outbreak.forecast.day[:, 0])


def test_a_book_that_cannot_be_read_leaves_the_defaults(library, clock):
    report_month(library, START_S)
    path = book_path(library.settings.home, "tiny")
    path.parent.mkdir()
    path.write_bytes(b"torn")
    assert refresher(library, clock).step() == ("tiny",)
    assert library.assessment("tiny").model_version == MODEL_VERSION


def test_a_drill_is_assessed_with_the_defaults(library, clock):
    report_month(library, START_S - 3600.0)
    write_book(library.settings.home, ModelBook("tiny", MODEL_VERSION, "record", options_values(TREND_DEFAULTS)))
    refresher(library, clock, {"tiny": Story(library, "tiny")}).step()
    assert library.assessment("tiny").model_version == MODEL_VERSION


def test_with_drills_switched_off_what_a_drill_left_is_removed(library):
    library.drills.arm("tiny", seed=7, speed=60.0, now_s=START_S)
    close_street(library, "tiny", START_S, simulated=True)
    assert produce_drill(library, "tiny", START_S) is None
    assert library.drills.current("tiny") is None
    assert library.observations.rows(Kind.CLOSURES, "tiny") == []


def test_a_city_of_ones_own_has_no_drill_until_somebody_starts_one(tmp_path, area):
    library = Library(Settings(home=tmp_path, area="own"))
    write_bundle(tmp_path, dataclasses.replace(area, area_id="own", is_sample=False), Manifest())
    assert produce_drill(library, "own", START_S) is None
    library.drills.arm("own", seed=7, speed=60.0, now_s=START_S)
    assert produce_drill(library, "own", START_S) is not None


def test_a_sample_area_has_a_drill(tmp_path, area):
    library = Library(Settings(home=tmp_path, area="tiny"))
    write_bundle(tmp_path, area, Manifest())
    assert produce_drill(library, "tiny", START_S) is not None
    assert library.drills.current("tiny") is not None
