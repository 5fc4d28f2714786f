"""A build killed at any point leaves the former area served, or none, and nothing half-made."""

import os
import signal

import pytest

from dashboard.areas.build import BuildRequest, ReadyParts, build_area
from dashboard.store import bundle_files
from dashboard.store.bundles import bundle_path, list_bundles, read_bundle
from tests.areas.files import BOUNDS, osm_lattice, two_districts, write_geojson, write_text
from tests.tiny import tiny_area, tiny_streets

N_KILL = 20
N_STEP = 8
"""Steps a build tells; later kills come at the files it writes."""


def request(tmp_path, cell_m):
    streets = write_text(tmp_path / "town.osm", osm_lattice())
    districts = write_geojson(tmp_path / "d.geojson", two_districts())
    return BuildRequest("my-town", streets=streets, districts=districts, bounds=BOUNDS, cell_m=cell_m)


def build_and_die(wanted, home, turn):
    """Build in a forked child that kills itself at its `turn`-th step or file; whether it died."""
    child = os.fork()
    if child == 0:
        count = 0

        def die():
            nonlocal count
            if count == turn:
                os.kill(os.getpid(), signal.SIGKILL)
            count += 1

        write = bundle_files.write_bytes
        bundle_files.write_bytes = lambda path, data: (write(path, data), die())
        build_area(wanted, home, lambda name, share: die())
        os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


@pytest.mark.fault
def test_twenty_kills_of_a_build(tmp_path):
    home = tmp_path / "home"
    tiny = tiny_area()
    first = BuildRequest("tiny", bounds=tiny.grid.bounds, parts=ReadyParts(streets=tiny_streets()))
    build_area(first, home, lambda name, share: None)
    build_area(request(tmp_path, 100.0), home, lambda name, share: None)
    coarse = read_bundle(bundle_path(home, "my-town")).content_hash
    n_died = 0
    for turn in range(N_KILL):
        n_died += build_and_die(request(tmp_path, 50.0), home, turn)
        installed = {info.area_id: info for info in list_bundles(home)}
        assert set(installed) == {"my-town", "tiny"} and not any(info.fault for info in installed.values())
        assert installed["my-town"].content_hash == coarse
        assert len(list((home / "areas" / "my-town").iterdir())) == 2
        assert read_bundle(bundle_path(home, "tiny")).network.n_street == tiny.network.n_street
    assert n_died == N_KILL
    assert not build_and_die(request(tmp_path, 50.0), home, 1000)
    fine = read_bundle(bundle_path(home, "my-town"))
    assert fine.content_hash != coarse and fine.grid.cell_m == 50.0


@pytest.mark.fault
def test_the_first_build_of_an_area_killed_leaves_no_area(tmp_path):
    home = tmp_path / "home"
    for turn in (0, N_STEP - 3, N_STEP, N_STEP + 20):
        assert build_and_die(request(tmp_path, 50.0), home, turn)
        assert list_bundles(home) == ()
        folder = home / "areas"
        assert not folder.exists() or [path.name for path in folder.iterdir()] == [".lock"]
