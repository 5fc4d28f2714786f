"""Central Seoul from real files: streets, districts, registered people, shelters and hospitals."""

import numpy as np
import pytest

from dashboard.areas.build import BuildRequest, build_area
from risk_core.assess import assess
from risk_core.routes.find import find_routes
from risk_core.state.area import PlaceKind
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from risk_core.state.situation import Situation

GRAPH_BOX = (126.9499, 37.5442, 127.0066, 37.5891)


@pytest.fixture(scope="module")
def seoul(shared_data, tmp_path_factory):
    geo = shared_data / "geo"
    request = BuildRequest(
        "seoul-central",
        streets=geo / "streets_seoul" / "seoul_central_drive.graphml",
        districts=geo / "boundaries_kr" / "seoul_dong_2021-04.geojson",
        population=geo / "population_seoul" / "seoul_dong_registered_population_2021Q2.csv",
        shelters=geo / "shelters_kr" / "kr_earthquake_indoor_shelters.csv",
        places=geo / "health_seoul" / "seoul_hospitals.csv",
        bounds=GRAPH_BOX,
        columns={"population.district": "gu+dong", "places.kind": ":hospital"},
        name_ko="서울 도심",
        name_en="Central Seoul",
    )
    return build_area(request, tmp_path_factory.mktemp("home"), lambda name, share: None)


@pytest.mark.shared
def test_every_source_is_found_in_plausible_numbers(seoul):
    area = seoul.area
    shelters = [place for place in area.places if place.kind is PlaceKind.SHELTER]
    assert len(shelters) == 42
    assert sum(place.capacity_persons for place in shelters) == 8918
    assert len([place for place in area.places if place.kind is PlaceKind.HOSPITAL]) == 7
    assert 3_200 <= area.network.n_node <= 3_400
    assert (
        550_000 < area.network.length_m[area.network.is_forward == 1].sum() < 700_000 or area.network.n_street > 4_000
    )
    assert 40 <= len(area.districts) <= 50
    assert {"서울특별시 종로구 사직동", "서울특별시 중구 명동"} <= {one.name_ko for one in area.districts}


@pytest.mark.shared
def test_people_join_by_district_and_dong_name(seoul):
    area = seoul.area
    assert seoul.report.n_kept["population records"] == 425
    unknown = [fault for fault in seoul.report.faults if fault.argument == "district"]
    assert len(unknown) == 26 and all("소계" in fault.value or "합계" in fault.value for fault in unknown)
    assert 280_000 < area.population.sum() < 330_000
    assert all(one.population > 500 for one in area.districts)
    whole = [
        position
        for position, one in enumerate(area.districts)
        if one.name_ko in ("서울특별시 종로구 사직동", "서울특별시 중구 소공동")
    ]
    for position in whole:
        inside = area.population[area.district == position].sum()
        assert inside == pytest.approx(area.districts[position].population, rel=1e-4)
    assert (area.population[area.district < 0] == 0).all()
    assert np.isfinite(area.population).all()


@pytest.mark.shared
def test_a_person_is_routed_from_city_hall_to_hyehwa(seoul):
    area = seoul.area
    situation = Situation(area.area_id, 1.7e9, (0, 3600), None, None, None, (), (), (), (), (), None)
    assessment = assess(area, situation)
    for profile in (Profile.WALK, Profile.CAR):
        answer = find_routes(area, assessment, (37.5657, 126.9769), (37.5822, 127.0018), profile, tuple(RouteKind), 0)
        assert {route.kind for route in answer.routes} == set(RouteKind)
        for route in answer.routes:
            assert 2_800 < route.length_m < 6_000
            assert route.lat_deg[0] == pytest.approx(37.5657, abs=0.002)
            assert route.lat_deg[-1] == pytest.approx(37.5822, abs=0.002)
