import json
from dataclasses import replace

import numpy as np
import pytest
import rasterio

from dashboard.areas.build import BuildRequest, ReadyParts, build_area, check_area, make_grid
from dashboard.areas.residents import NO_PEOPLE_NOTE
from dashboard.store.bundles import list_bundles, read_bundle, read_bundle_manifest, read_district_outlines, read_report
from risk_core.errors import InputError
from risk_core.state.area import PlaceKind
from tests.areas.files import BOUNDS, bow_tie, osm_lattice, polygon, two_districts, write_geojson, write_text
from tests.tiny import tiny_area, tiny_streets


def quiet(name, share):
    """A listener that forgets."""


@pytest.fixture()
def sources(tmp_path):
    """One file of each kind, each with one bad record."""
    height = np.full((40, 40), 30.0, dtype=np.float32)
    place = rasterio.Affine(0.0005, 0.0, 126.965, 0.0, -0.0005, 37.575)
    profile = {"driver": "GTiff", "height": 40, "width": 40, "count": 1, "dtype": "float32", "crs": "EPSG:4326"}
    with rasterio.open(tmp_path / "h.tif", "w", transform=place, **profile) as raster:
        raster.write(height, 1)
    shelters = "id,name,lat,lon,capacity\ns1,학교,37.565,126.975,300\ns2,무명,37.566,126.975,\ns3,유령,,,5\n"
    people = "district,population\n1,900\n2,100\n합계,1000\n"
    return {
        "streets": write_text(tmp_path / "town.osm", osm_lattice()),
        "districts": write_geojson(
            tmp_path / "d.geojson", [*two_districts(), polygon(bow_tie(126.97, 37.57, 126.98, 37.58), id="3")]
        ),
        "population": write_text(tmp_path / "p.csv", people),
        "shelters": write_text(tmp_path / "s.csv", shelters),
        "places": write_text(tmp_path / "h.csv", "name,kind,lat,lon\n병원,hospital,37.564,126.974\n"),
        "elevation": tmp_path / "h.tif",
    }


def test_an_area_is_built_from_files_end_to_end(tmp_path, sources):
    steps = []
    request = BuildRequest(
        "my-town", **sources, bounds=BOUNDS, cell_m=50.0, name_ko="우리 동네", name_en="My Town", built_at_s=5.0
    )
    built = build_area(request, tmp_path / "home", lambda name, share: steps.append((name, share)))
    area = built.area
    assert (area.area_id, area.name_ko, area.name_en, area.is_sample) == ("my-town", "우리 동네", "My Town", False)
    assert area.network.n_street > 0 and area.network.names
    assert area.grid.bounds[0] == BOUNDS[0] and area.grid.bounds[3] == BOUNDS[3]
    assert [one.name_en for one in area.districts][:2] == ["West", "East"]
    assert area.population.sum() == pytest.approx(1000.0, rel=1e-5)
    assert area.population[area.district == 0].sum() == pytest.approx(900.0, rel=1e-5)
    assert [(place.place_id, place.kind) for place in area.places] == [
        ("s1", PlaceKind.SHELTER),
        ("s2", PlaceKind.SHELTER),
        ("places-2", PlaceKind.HOSPITAL),
    ]
    assert (area.elevation_m == 30.0).all()
    assert "OpenStreetMap" in area.attribution
    shares = [share for _, share in steps]
    assert shares == sorted(shares) and shares[0] == 0.0 and steps[-1] == ("done", 1.0)
    assert built.path == tmp_path / "home" / "areas" / "my-town"
    assert repr(read_bundle(built.path).grid) == repr(area.grid)


def test_bad_records_are_listed_in_the_report_beside_the_manifest(tmp_path, sources):
    built = build_area(BuildRequest("my-town", **sources, bounds=BOUNDS), tmp_path / "home", quiet)
    places = {fault.place for fault in built.report.faults}
    assert {"s.csv, line 3", "s.csv, line 4", "p.csv, line 4", "d.geojson, record 3"} <= places
    text = read_report(built.path)
    assert "Self-intersection" in text and "s.csv, line 3: capacity is missing" in text
    facts = read_bundle_manifest(built.path)
    assert facts["n_fault"] == len(built.report.faults)
    assert facts["n_kept"]["shelters"] == 2
    outlines = json.loads(read_district_outlines(tmp_path / "home", "my-town"))
    assert [one["properties"]["district_id"] for one in outlines["features"]] == ["1", "2"]


def test_streets_alone_make_an_area(tmp_path):
    streets = write_text(tmp_path / "town.osm", osm_lattice())
    built = build_area(BuildRequest("bare", streets=streets), tmp_path / "home", quiet)
    area = built.area
    assert area.population.sum() == 0.0 and not area.districts and area.elevation_m is None
    assert NO_PEOPLE_NOTE in read_bundle_manifest(built.path)["notes"]
    assert area.name_ko == area.name_en == "bare"
    assert (area.grid.cells_of(area.network.point_lat_deg, area.network.point_lon_deg) >= 0).all()
    assert (area.district == -1).all()


def test_districts_alone_make_a_view_without_streets(tmp_path):
    path = write_geojson(tmp_path / "d.geojson", two_districts())
    area = build_area(BuildRequest("view", districts=path, cell_m=100.0), tmp_path / "home", quiet).area
    assert area.network is None
    assert area.population.sum() == pytest.approx(500.0, rel=1e-5)


def test_ready_parts_replace_files(tmp_path):
    tiny = tiny_area()
    made = []
    parts = ReadyParts(
        streets=tiny_streets(),
        places=tiny.places,
        elevation_m=lambda grid: np.full((grid.n_row, grid.n_col), 7.0, dtype=np.float32),
        scenery=lambda grid, network: made.append((grid, network)),
    )
    request = BuildRequest("ready", bounds=tiny.grid.bounds, is_sample=True, parts=parts)
    area = build_area(request, tmp_path, quiet).area
    assert area.network.n_street == tiny.network.n_street
    assert area.places == tiny.places and (area.elevation_m == 7.0).all() and area.scenery is None
    assert made[0][0] == area.grid and made[0][1].n_street == tiny.network.n_street


def test_a_failed_build_leaves_the_former_area_and_nothing_half_built(tmp_path, sources):
    home = tmp_path / "home"
    build_area(BuildRequest("my-town", **sources, bounds=BOUNDS), home, quiet)
    before = list_bundles(home)
    broken = sources | {"shelters": write_text(tmp_path / "broken.csv", "name\nx\n")}
    with pytest.raises(InputError, match=r"broken\.csv"):
        build_area(BuildRequest("my-town", **broken, bounds=BOUNDS), home, quiet)
    with pytest.raises(InputError, match=r"broken\.csv"):
        build_area(BuildRequest("other-town", **broken, bounds=BOUNDS), home, quiet)
    assert list_bundles(home) == before
    assert len(list((home / "areas" / "my-town").iterdir())) == 2


def test_bounds_without_streets_in_them_are_refused(tmp_path):
    streets = write_text(tmp_path / "town.osm", osm_lattice())
    with pytest.raises(InputError, match=r"streets"):
        build_area(BuildRequest("far", streets=streets, bounds=(10.0, 50.0, 10.1, 50.1)), tmp_path / "home", quiet)
    assert list_bundles(tmp_path / "home") == ()


def test_nothing_to_build_from_is_refused(tmp_path):
    with pytest.raises(InputError, match="Give --streets, --districts or --bbox"):
        build_area(BuildRequest("nothing"), tmp_path, quiet)


@pytest.mark.parametrize("name", ["Seoul", "s", "1st", "a_b", "-a", "a" * 42, "", "서울"])
def test_a_name_that_would_not_do_is_refused(name):
    with pytest.raises(InputError, match="a lower-case letter followed by"):
        BuildRequest(name)


def test_too_fine_a_grid_is_refused_with_a_size_that_fits():
    with pytest.raises(InputError) as caught:
        make_grid((124.0, 33.0, 132.0, 39.0), 50.0)
    (fault,) = caught.value.faults
    cell_m = float(fault.remedy.split("--cell-m ")[1].split(" ")[0])
    assert make_grid((124.0, 33.0, 132.0, 39.0), cell_m).n_cell <= 4_000_000


def test_parts_that_do_not_fit_each_other_are_all_named():
    area = tiny_area()
    check_area(area)
    off = replace(area.places[0], lat_deg=0.0)
    wrong = replace(
        area,
        population=-area.population,
        elevation_m=np.zeros((2, 2), dtype=np.float32),
        district=area.district + 5,
        places=(off,),
    )
    with pytest.raises(InputError) as caught:
        check_area(wrong)
    assert [fault.argument for fault in caught.value.faults] == ["elevation_m", "population", "district", "place s1"]
