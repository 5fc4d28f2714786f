import json
import os
import signal
import sys
import threading
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from dashboard.store import bundle_files, bundles
from dashboard.store.bundles import (
    Manifest,
    Source,
    bundle_path,
    list_bundles,
    read_bundle,
    read_bundle_manifest,
    read_district_outlines,
    read_report,
    remove_bundle,
    write_bundle,
)
from risk_core.errors import NotFoundError, UnavailableError
from risk_core.state.area import Place, PlaceKind, Scenery
from tests.tiny import tiny_area

MANIFEST = Manifest(
    sources=(Source("Lattice", "CC0", "by us", "https://example.org"),),
    built_at_s=1_700_000_000.0,
    notes=("No population was given.",),
    n_kept={"streets": 61},
    n_fault=2,
    report="kept: 61 streets\n",
    outlines=b'{"type":"FeatureCollection","features":[]}',
)


def rich_area():
    area = tiny_area()
    shape = (area.grid.n_row, area.grid.n_col)
    height = np.linspace(0, 90, area.grid.n_cell, dtype=np.float32).reshape(shape)
    height[0, 0] = np.nan
    shelter = Place("d1", PlaceKind.SHELTER, "연습 대피소", -29.95, -71.3, float("nan"))
    scenery = Scenery(
        elevation_m=height + 1,
        stream_lat_deg=np.array([-29.95, -29.949]),
        stream_lon_deg=np.array([-71.3, -71.299]),
        underpass_street=np.array([3], dtype=np.int32),
        low_street=np.array([], dtype=np.int32),
        shelters=(shelter,),
    )
    network = replace(area.network, names=("가로수길", "", *area.network.names[2:]))
    return replace(area, elevation_m=height, scenery=scenery, network=network)


def assert_same_area(found, wanted):
    """Every field equal, arrays by value and type; NaN equals NaN."""
    for one in fields(wanted):
        a, b = getattr(found, one.name), getattr(wanted, one.name)
        if isinstance(b, np.ndarray):
            assert (a.dtype, a.shape) == (b.dtype, b.shape), one.name
            np.testing.assert_array_equal(a, b, err_msg=one.name)
        elif one.name in ("network", "scenery") and b is not None:
            assert_same_area(a, b)
        elif one.name != "content_hash":
            assert repr(a) == repr(b), one.name


def test_a_bundle_read_equals_the_area_written(tmp_path):
    area = rich_area()
    path = write_bundle(tmp_path, area, MANIFEST)
    assert path == bundle_path(tmp_path, "tiny")
    assert_same_area(read_bundle(path), area)


def test_an_area_without_streets_and_heights_comes_back_so(tmp_path):
    area = replace(tiny_area(), network=None)
    found = read_bundle(write_bundle(tmp_path, area, Manifest()))
    assert found.network is None and found.elevation_m is None and found.scenery is None
    assert_same_area(found, area)


def test_arrays_are_plain_and_read_only(tmp_path, monkeypatch):
    monkeypatch.setattr(bundle_files, "MAPPED_FROM_BYTES", 200)
    area = read_bundle(write_bundle(tmp_path, rich_area(), MANIFEST))
    for array in (area.population, area.network.head, area.network.flags):
        assert type(array) is np.ndarray
        assert not array.flags.writeable
    assert_same_area(area, rich_area())


def test_the_content_hash_follows_the_arrays_only(tmp_path):
    area = tiny_area()
    first = read_bundle(write_bundle(tmp_path, area, Manifest())).content_hash
    again = read_bundle(write_bundle(tmp_path, replace(area, name_en="Other"), MANIFEST)).content_hash
    other = read_bundle(write_bundle(tmp_path, replace(area, population=area.population + 1), MANIFEST)).content_hash
    assert first == again != other
    assert len(first) == 64


def test_the_manifest_names_sources_counts_and_schema(tmp_path):
    path = write_bundle(tmp_path, rich_area(), MANIFEST)
    facts = read_bundle_manifest(path)
    assert facts["sources"] == [
        {"name": "Lattice", "licence": "CC0", "attribution": "by us", "url": "https://example.org"}
    ]
    assert (facts["schema"], facts["crs"], facts["built_at_s"]) == (bundle_files.SCHEMA, "EPSG:4326", 1_700_000_000.0)
    assert facts["counts"]["n_street"] == 61 and facts["n_fault"] == 2
    assert read_report(path) == "kept: 61 streets\n"
    assert json.loads(read_district_outlines(tmp_path, "tiny"))["features"] == []


def test_listing_shows_every_area_and_what_is_wrong_with_one(tmp_path):
    assert list_bundles(tmp_path / "nothing") == ()
    for name in ("b-town", "a-town"):
        write_bundle(tmp_path, replace(tiny_area(), area_id=name), MANIFEST)
    manifest = next((tmp_path / "areas" / "b-town").glob("*/manifest.json"))
    manifest.write_text(manifest.read_text().replace(f'"schema": {bundle_files.SCHEMA}', '"schema": 99'))
    a, b = list_bundles(tmp_path)
    assert (a.area_id, a.n_street, a.is_sample, a.fault) == ("a-town", 61, True, "")
    assert a.bounds == pytest.approx(tiny_area().grid.bounds)
    assert b.area_id == "b-town" and "format 99" in b.fault and "Build the area again" in b.fault
    with pytest.raises(UnavailableError, match="format 99"):
        read_bundle(bundle_path(tmp_path, "b-town"))


def test_removing_takes_everything(tmp_path):
    write_bundle(tmp_path, tiny_area(), MANIFEST)
    held = read_bundle(bundle_path(tmp_path, "tiny"))
    remove_bundle(tmp_path, "tiny")
    assert list_bundles(tmp_path) == ()
    assert [path.name for path in (tmp_path / "areas").iterdir()] == [".lock"]
    assert held.population.sum() > 0
    for action in (remove_bundle, read_district_outlines):
        with pytest.raises(NotFoundError, match="'tiny'"):
            action(tmp_path, "tiny")


@pytest.mark.parametrize("word", ["../secrets", "", "UPPER", "a/b", "a", "x" * 60])
def test_no_name_leads_out_of_the_folder(tmp_path, word):
    with pytest.raises(NotFoundError):
        bundle_path(tmp_path, word)


def test_readers_see_a_whole_area_while_it_is_replaced(tmp_path):
    areas = [replace(tiny_area(), population=np.full_like(tiny_area().population, n)) for n in (1, 2)]
    path = write_bundle(tmp_path, areas[0], MANIFEST)
    stop, seen = threading.Event(), []

    def read():
        while not stop.is_set():
            seen.append(np.unique(read_bundle(path).population).tolist())

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    for turn in range(10):
        write_bundle(tmp_path, areas[turn % 2], MANIFEST)
    stop.set()
    for thread in readers:
        thread.join()
    assert seen and all(values in ([1.0], [2.0]) for values in seen)
    assert sorted(p.name == "current" for p in path.iterdir()) == [False, True]


def _die_at(step: int, home: Path, area) -> int:
    """Write a bundle in a forked child that kills itself before its `step`-th lasting action.

    Returns the number of lasting actions when it lived to the end, 0 when it died.
    """
    child = os.fork()
    if child == 0:
        count = 0

        def watch(frame, event, argument):
            nonlocal count
            is_action = event == "c_call" and argument in (os.fsync, os.replace, os.rename, os.rmdir, os.unlink)
            count += is_action
            if is_action and count == step:
                os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(watch)
        write_bundle(home, area, MANIFEST)
        os._exit(count)
    _, status = os.waitpid(child, 0)
    return 0 if os.WIFSIGNALED(status) else os.waitstatus_to_exitcode(status)


@pytest.mark.fault
@pytest.mark.parametrize("is_first", [True, False])
def test_a_killed_write_leaves_the_old_bundle_and_nothing_else(tmp_path, is_first):
    old, new = tiny_area(), replace(tiny_area(), population=tiny_area().population * 2)
    last = _die_at(0, tmp_path / "whole", new)
    assert 30 < last < 250
    seen = set()
    for step in [1, 2, 3, *range(8, last - 6, 12), *range(last - 6, last + 1)]:
        home = tmp_path / str(step)
        if not is_first:
            write_bundle(home, old, MANIFEST)
        assert _die_at(step, home, new) == 0
        installed = list_bundles(home)
        left = {path.name for path in (home / "areas" / "tiny").glob("*")}
        if installed:
            found = read_bundle(bundle_path(home, "tiny"))
            is_new = bool(found.population[0, 0] == new.population[0, 0])
            assert_same_area(found, new if is_new else old)
            assert len(left) == 2
            seen.add("new" if is_new else "old")
        else:
            assert is_first and not left
            seen.add("none")
        write_bundle(home, new, MANIFEST)
        assert read_bundle(bundle_path(home, "tiny")).population[0, 0] == new.population[0, 0]
    assert seen == ({"none", "new"} if is_first else {"old", "new"})


def test_a_writer_waits_for_another_and_listing_does_not(tmp_path):
    write_bundle(tmp_path, tiny_area(), MANIFEST)
    with bundles._locked(tmp_path):
        leftover = bundle_path(tmp_path, "tiny") / ".tmp-of-the-other"
        leftover.mkdir()
        assert [info.area_id for info in list_bundles(tmp_path)] == ["tiny"]
        assert leftover.is_dir()
    list_bundles(tmp_path)
    assert not leftover.exists()
