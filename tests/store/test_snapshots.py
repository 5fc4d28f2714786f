import dataclasses
import hashlib
import json
import math
import shutil
import threading

import numpy as np
import pytest

from dashboard.store.records import record_from_json, record_to_json
from dashboard.store.snapshots import N_KEPT, SnapshotReader, snapshot_folder, write_snapshot
from risk_core.errors import NotFoundError, UnavailableError
from risk_core.state.grid import Grid
from risk_core.state.joint import JointOutlook
from risk_core.state.level import Layer
from risk_core.state.situation import Computed, Track
from risk_core.state.street_state import GroundWater, WaterSlices, WindSlices
from risk_core.state.surveillance import PrevalenceSlices
from tests.store.samples import empty_assessment, small_assessment, small_records


def assert_same(found, wanted):
    """Compare records deeply: arrays by value and type, NaN equal to NaN."""
    if dataclasses.is_dataclass(wanted):
        assert type(found) is type(wanted)
        for one in dataclasses.fields(wanted):
            assert_same(getattr(found, one.name), getattr(wanted, one.name))
    elif isinstance(wanted, np.ndarray):
        assert (found.dtype, found.shape) == (wanted.dtype, wanted.shape)
        np.testing.assert_array_equal(found, wanted)
    elif isinstance(wanted, dict):
        assert list(found) == list(wanted)
        for key in wanted:
            assert_same(found[key], wanted[key])
    elif isinstance(wanted, tuple):
        assert isinstance(found, tuple)
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            assert_same(one, other)
    elif isinstance(wanted, float) and math.isnan(wanted):
        assert math.isnan(found)
    else:
        assert found == wanted
        assert type(found) is type(wanted)


@pytest.mark.parametrize("assessment", [small_assessment(), empty_assessment()], ids=["one of everything", "nothing"])
def test_what_was_written_is_read_by_another_reader(tmp_path, assessment):
    written = write_snapshot(tmp_path, assessment)
    assert written.sequence == 1
    assert written.version.startswith("1-")
    assert_same(SnapshotReader(tmp_path).current(assessment.area_id), written)


def test_arrays_are_shared_by_mapping_and_cannot_be_changed(tmp_path):
    write_snapshot(tmp_path, small_assessment(shape=(3, 100, 110)))
    current = SnapshotReader(tmp_path).current("tiny")
    for values in (current.layers[Layer.RAIN].risk, current.closed_mask, current.street_risk[Layer.RAIN]):
        assert type(values) is np.ndarray
        with pytest.raises(ValueError, match="read-only"):
            values[...] = 0


def test_before_the_first_snapshot_there_is_none(tmp_path):
    reader = SnapshotReader(tmp_path)
    assert reader.version("tiny") is None
    with pytest.raises(UnavailableError, match="tiny"):
        reader.current("tiny")
    write_snapshot(tmp_path, small_assessment())
    assert reader.current("tiny").sequence == 1


@pytest.mark.parametrize("area_id", ["../tiny", "", "/etc", "TINY", "."])
def test_a_name_never_leads_out_of_the_folder(tmp_path, area_id):
    write_snapshot(tmp_path, small_assessment())
    assert SnapshotReader(tmp_path).version(area_id) is None


def test_a_reader_follows_and_holds_what_it_had(tmp_path):
    reader = SnapshotReader(tmp_path)
    first = write_snapshot(tmp_path, small_assessment(1, shape=(3, 100, 110)))
    held = reader.current("tiny")
    assert reader.current("tiny") is held
    for seed in range(2, 7):
        newest = write_snapshot(tmp_path, small_assessment(seed, shape=(3, 100, 110)))
    assert not (snapshot_folder(tmp_path, "tiny") / first.version).exists()
    assert reader.current("tiny").version == newest.version
    np.testing.assert_array_equal(
        held.layers[Layer.RAIN].risk, small_assessment(1, shape=(3, 100, 110)).layers["rain"].risk
    )


def test_the_newest_few_are_kept_and_found_by_version(tmp_path):
    versions = [write_snapshot(tmp_path, small_assessment(seed)).version for seed in range(5)]
    folder = snapshot_folder(tmp_path, "tiny")
    assert {path.name for path in folder.iterdir()} == {"current", *versions[-N_KEPT:]}
    reader = SnapshotReader(tmp_path)
    assert reader.at("tiny", versions[-2]).sequence == 4
    for gone in (versions[0], "9-000000000000", "../x", ""):
        with pytest.raises(NotFoundError):
            reader.at("tiny", gone)


def damage_manifest(folder):
    (folder / "manifest.json").write_bytes((folder / "manifest.json").read_bytes()[:-3])


def damage_one_byte(folder):
    data = bytearray((folder / "rain.npy").read_bytes())
    data[-1] ^= 1
    (folder / "rain.npy").write_bytes(data)


def truncate(folder):
    data = (folder / "combined.npy").read_bytes()
    (folder / "combined.npy").write_bytes(data[: len(data) // 2])


def remove_file(folder):
    (folder / "edge_closure.npy").unlink()


@pytest.mark.parametrize("damage", [damage_manifest, damage_one_byte, truncate, remove_file, shutil.rmtree])
def test_a_torn_snapshot_is_passed_over_for_the_newest_whole_one(tmp_path, damage):
    versions = [write_snapshot(tmp_path, small_assessment(seed)).version for seed in range(3)]
    damage(snapshot_folder(tmp_path, "tiny") / versions[-1])
    reader = SnapshotReader(tmp_path)
    assert reader.version("tiny") == versions[-2]
    assert reader.current("tiny").version == versions[-2]
    newest = write_snapshot(tmp_path, small_assessment(9)).version
    assert reader.version("tiny") == newest


@pytest.mark.parametrize("pointer", [b"", b"nonsense", b"\xff\xfe", b"7-000000000000", None])
def test_a_lost_pointer_leads_to_the_newest_whole_snapshot(tmp_path, pointer):
    version = write_snapshot(tmp_path, small_assessment()).version
    path = snapshot_folder(tmp_path, "tiny") / "current"
    path.unlink() if pointer is None else path.write_bytes(pointer)
    assert SnapshotReader(tmp_path).current("tiny").version == version


def test_leftovers_of_a_killed_writer_are_swept_and_never_served(tmp_path):
    version = write_snapshot(tmp_path, small_assessment()).version
    folder = snapshot_folder(tmp_path, "tiny")
    shutil.copytree(folder / version, folder / ".tmp-1-2")
    (folder / ".tmp-current").write_text("2-0000")
    assert SnapshotReader(tmp_path).version("tiny") == version
    newest = write_snapshot(tmp_path, small_assessment(1)).version
    assert {path.name for path in folder.iterdir()} == {"current", version, newest}


def test_a_failed_write_leaves_the_former_snapshot(tmp_path, monkeypatch):
    version = write_snapshot(tmp_path, small_assessment()).version

    def full(path, data):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("dashboard.store.snapshot_files.write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_snapshot(tmp_path, small_assessment(1))
    assert SnapshotReader(tmp_path).current("tiny").version == version


def test_readers_in_threads_see_whole_snapshots_while_one_writes(tmp_path):
    write_snapshot(tmp_path, small_assessment(0))
    reader = SnapshotReader(tmp_path)
    stop, wrong = threading.Event(), []

    def read():
        while not stop.is_set():
            current = reader.current("tiny")
            seed = int(current.now_s - 1_660_000_000)
            if not np.array_equal(current.layers[Layer.RAIN].risk, small_assessment(seed).layers[Layer.RAIN].risk):
                wrong.append(current.version)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for seed in range(1, 15):
        write_snapshot(tmp_path, small_assessment(seed))
    stop.set()
    for thread in threads:
        thread.join()
    assert not wrong


def test_asking_marks_the_area_as_used(tmp_path):
    used = []
    reader = SnapshotReader(tmp_path, on_use=used.append)
    reader.version("tiny")
    assert used == ["tiny"]


def test_records_come_back_from_json_and_may_grow():
    track = small_records()["tracks"][0]
    value = record_to_json(track)
    assert_same(record_from_json(Track, value), track)

    @dataclasses.dataclass(frozen=True)
    class Grown:
        name: str
        note: str = "none"

    assert record_from_json(Grown, {"name": "x"}) == Grown("x")
    with pytest.raises(KeyError):
        record_from_json(Grown, {"note": "x"})
    with pytest.raises(TypeError, match="object"):
        record_to_json(object())


def test_a_snapshot_of_the_former_schema_is_still_read(tmp_path):
    """As the version before wrote it: no states of streets, and computed closures with `water`."""
    told = small_assessment()
    closure = dataclasses.replace(told.closures[0], computed=Computed(0.7, 1.0, depth_m=0.4))
    written = write_snapshot(tmp_path, dataclasses.replace(told, closures=(closure, *told.closures[1:])))
    folder = snapshot_folder(tmp_path, "tiny")
    manifest = folder / written.version / "manifest.json"
    facts = json.loads(manifest.read_text())
    for one in facts["closures"]:
        one["water"] = None if one["computed"] is None else {**one["computed"]}
        del one["computed"]
        if one["water"] is not None:
            del one["water"]["wind_m_per_s"]
    manifest.write_text(json.dumps(facts | {"schema": 4}))
    version = f"1-{hashlib.sha256(manifest.read_bytes()).hexdigest()[:12]}"
    (folder / written.version).rename(folder / version)
    (folder / "current").write_text(version)
    found = SnapshotReader(tmp_path).current("tiny")
    assert found.street_water is None and found.street_wind is None and found.version == version
    assert (found.closures[0].computed.prob, found.closures[0].computed.depth_m) == (0.7, 0.4)
    np.testing.assert_array_equal(found.layers[Layer.RAIN].risk, written.layers[Layer.RAIN].risk)


def test_water_and_wind_of_the_streets_come_back_as_they_were(tmp_path):
    told = small_assessment()
    n_time, n_street = told.street_risk[Layer.COMBINED].shape
    rng = np.random.default_rng(5)
    water = WaterSlices(
        rng.integers(0, 251, (3, n_time, n_street)).astype(np.uint8),
        rng.integers(0, 251, (n_time, n_street)).astype(np.uint8),
        np.arange(n_street).astype(np.uint8) % 2,
    )
    limits, own = rng.random((6, 5)).astype(np.float32), rng.integers(0, 256, (6, 256)).astype(np.uint8)
    wind = WindSlices(water.depth_code, np.full(n_street, 1.5, np.float32), water.is_underpass, limits, own)
    cells = rng.integers(0, 251, (3, n_time, 2, 3)).astype(np.uint8)
    ground = GroundWater(np.array([1, 2, 3, 5, 2], np.int32), *cells)
    write_snapshot(tmp_path, dataclasses.replace(told, street_water=water, street_wind=wind, ground_water=ground))
    found = SnapshotReader(tmp_path).current("tiny")
    for name, whole in (("street_water", water), ("street_wind", wind), ("ground_water", ground)):
        for one in dataclasses.fields(whole):
            np.testing.assert_array_equal(getattr(getattr(found, name), one.name), getattr(whole, one.name))


def test_a_wind_without_limits_of_its_own_is_read_as_it_was_written(tmp_path):
    told = small_assessment()
    n_time, n_street = told.street_risk[Layer.COMBINED].shape
    codes = np.zeros((3, n_time, n_street), np.uint8)
    plain = WindSlices(codes, np.ones(n_street, np.float32), np.zeros(n_street, np.uint8))
    write_snapshot(tmp_path, dataclasses.replace(told, street_wind=plain))
    found = SnapshotReader(tmp_path).current("tiny")
    assert found.street_wind.limit_m_per_s is None and found.street_wind.own_code is None
    assert found.ground_water is None


def test_the_prevalence_of_every_slice_comes_back_as_it_was(tmp_path):
    told = small_assessment()
    shape = len(told.lead_s), 3
    shares = PrevalenceSlices(np.full(shape, 0.01), np.random.default_rng(7).random(shape))
    write_snapshot(tmp_path, dataclasses.replace(told, prevalence=shares))
    assert_same(SnapshotReader(tmp_path).current("tiny").prevalence, shares)


@pytest.mark.parametrize("has_members", [True, False])
def test_members_of_storms_come_back_and_may_be_missing(tmp_path, has_members):
    told = small_assessment()
    rng = np.random.default_rng(6)
    grid = Grid.from_bounds(128.0, 35.0, 128.1, 35.1, 5_000.0)
    code = rng.integers(0, 250, (6, 3, 3, grid.n_row, grid.n_col)).astype(np.uint8)
    level, rank = (rng.integers(0, 4, (2, grid.n_row, grid.n_col, 7)).astype(np.uint8) for _ in range(2))
    each = (level, rank) if has_members else ()
    joint = JointOutlook(grid, told.now_s + 3600.0 * np.arange(3), 7, 0, code, *each)
    write_snapshot(tmp_path, dataclasses.replace(told, joint=joint))
    found = SnapshotReader(tmp_path).current("tiny").joint
    assert (found.grid, found.n_member) == (grid, 7)
    np.testing.assert_array_equal(found.code, code)
    if has_members:
        np.testing.assert_array_equal(found.member_level, level)
        np.testing.assert_array_equal(found.rain_rank, rank)
    else:
        assert found.member_level is None and found.rain_rank is None
