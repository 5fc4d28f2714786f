"""Closures reach the snapshot at once, and an assessment at work neither loses nor delays them."""

import os
import threading

import numpy as np
import pytest

from dashboard.closing import Closing
from dashboard.store.situations import build_situation
from dashboard.store.snapshots import snapshot_folder
from risk_core.assess import assess, with_closures
from tests.answers.small_world import LEADS_S, NOW_S, cut_off, make_library, wet_situation
from tests.answers.small_world import closure as closed_street
from tests.tiny import node_position


@pytest.fixture
def library(tmp_path):
    return make_library(tmp_path)


def close_street(library, closure_id="c1", tail=14, head=15, **more):
    (lat_a, lon_a), (lat_b, lon_b) = node_position(tail), node_position(head)
    line = f"LINESTRING ({lon_a} {lat_a}, {lon_b} {lat_b})"
    record = {"closure_id": closure_id, "geometry": line, "from_s": NOW_S - 60.0} | more
    return library.observations.ingest("closures", "tiny", [record], source="t", simulated=True, received_s=NOW_S)


def n_closed(library):
    return int(np.count_nonzero(library.assessment("tiny").closed_mask))


def first(library, closing):
    area = library.area("tiny")
    return closing.write(assess(area, wet_situation(area)), closing.count("tiny"))


def test_other_closures_give_what_a_whole_assessment_gives(area):
    for closures in ((closed_street(),), cut_off(), ()):
        whole = assess(area, wet_situation(area, closures=closures))
        given = with_closures(area, assess(area, wet_situation(area, closures=cut_off())), closures, NOW_S)
        for name in ("closed_mask", "edge_closure", "weights"):
            np.testing.assert_array_equal(getattr(whole, name), getattr(given, name))
        assert given.closures == whole.closures and given.now_s == NOW_S


def test_a_change_of_closures_is_served_without_an_assessment(library):
    closing = Closing(library, lambda: NOW_S + 5)
    before = first(library, closing)
    assert closing.look() == () and n_closed(library) == 0
    close_street(library)
    assert closing.look() == ("tiny",) and n_closed(library) > 0
    after = library.assessment("tiny")
    assert after.sequence == before.sequence + 1 and after.closures[0].closure_id == "c1"
    for layer, fields in before.layers.items():
        np.testing.assert_array_equal(after.layers[layer].risk, fields.risk)
    close_street(library, is_cancelled=True, revision=1)
    assert closing.look() == ("tiny",) and n_closed(library) == 0 and closing.look() == ()


def test_files_that_do_not_depend_on_closures_are_shared(library):
    closing = Closing(library, lambda: NOW_S)
    before = first(library, closing)
    close_street(library)
    closing.look()
    after = library.snapshots.version("tiny")
    folder = snapshot_folder(library.settings.home, "tiny")
    shared = {
        path.name for path in (folder / after).iterdir() if os.path.samefile(path, folder / before.version / path.name)
    }
    assert {"combined.npy", "rain.npy", "streets.npy"} <= shared
    assert not shared & {"closed_mask.npy", "edge_closure.npy", "weights.npy", "manifest.json"}


def test_an_assessment_at_work_does_not_lose_what_was_closed_meanwhile(library):
    closing = Closing(library, lambda: NOW_S)
    first(library, closing)
    area, n_change = library.area("tiny"), closing.count("tiny")
    told = assess(area, build_situation(library.observations, area, NOW_S, LEADS_S, None))
    close_street(library)
    closing.look()
    assert n_closed(library) > 0
    closing.write(told, n_change)
    assert n_closed(library) > 0 and closing.look() == ()


def test_where_the_former_snapshot_is_gone_everything_is_written(library, monkeypatch):
    closing = Closing(library, lambda: NOW_S)
    first(library, closing)
    former = library.assessment("tiny")
    monkeypatch.setattr(type(library), "assessment", lambda *_: former)
    for k in range(5):
        close_street(library, f"c{k}", 14, 15)
        closing.look()
    monkeypatch.undo()
    assert n_closed(library) > 0 and len(library.assessment("tiny").closures) == 5


def test_the_loop_ends_when_it_is_asked_to(library):
    closing, stop = Closing(library, lambda: NOW_S), threading.Event()
    first(library, closing)
    runner = threading.Thread(target=closing.run, args=(stop,))
    runner.start()
    close_street(library)
    for _ in range(600):
        if n_closed(library):
            break
        stop.wait(0.05)
    stop.set()
    runner.join(20)
    assert n_closed(library) > 0 and not runner.is_alive()
