"""Central Seoul from real files: streets, districts, registered people, shelters and hospitals."""

import numpy as np
import pytest

from dashboard.areas.build import BuildRequest, build_area
from risk_core.assess import assess
from risk_core.routes.find import find_routes
from risk_core.state.area import PlaceKind
from risk_core.state.profile import EdgeFlag, Profile, profile_position
from risk_core.state.route import RouteKind
from risk_core.state.situation import ClosureReason, RainGauges, Situation

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


CLOUDBURST = np.concatenate([np.full(6, 12.0), np.full(6, 141.5), np.full(6, 20.0)])
"""Rates of ten minutes like those of the evening of 2022-08-08: 141.5 mm in the worst hour (Dongjak)."""


def cloudburst(now_s, step):
    """Six gauges over the box that have told the first `step` rates."""
    lat, lon = (one.ravel() for one in np.meshgrid([37.552, 37.582], [126.955, 126.98, 127.0]))
    time_s = now_s - 600.0 * np.arange(step)[::-1]
    rates = np.repeat(CLOUDBURST[:step, None], lat.size, axis=1)
    return RainGauges(lat, lon, time_s, rates)


@pytest.mark.shared
def test_the_underpasses_close_first_in_a_cloudburst(seoul):
    """Where no heights are known underpasses alone can be told: they fill like buckets, and each has its hour."""
    area, begin_s = seoul.area, 1.7e9
    network = area.network
    is_under = (network.flags & EdgeFlag.UNDERPASS) > 0
    car = np.uint8(1 << profile_position(Profile.CAR))
    closed = []
    for step in (6, 9, 12):
        now_s = begin_s + 600.0 * step
        rain = cloudburst(now_s, step)
        told = assess(area, Situation(area.area_id, now_s, (0, 1800, 3600), rain, None, None, (), (), (), (), (), None))
        computed = [one for one in told.closures if one.computed is not None]
        assert all(one.reason is ClosureReason.UNDERPASS and one.from_s < one.until_s for one in computed)
        barred = (told.closed_mask & car) > 0
        assert is_under[barred].all(), "no other street before them"
        closed.append((int(barred.sum()), len(computed), told, computed))
    assert closed[0][0] == 0, "12 mm/h is no flood"
    assert closed[1][1] > 0 and 0 < closed[-1][0] <= is_under.sum() and closed[-1][0] >= closed[1][0]
    _, _, told, computed = closed[-1]
    assert all(begin_s + 3600 <= one.from_s <= told.now_s + 3600 for one in computed), "at the hour of the cloudburst"
    edge = int(np.flatnonzero((told.closed_mask & car) > 0)[0])
    ends = network.node_lat_deg, network.node_lon_deg
    a, b = ((float(one[node]) for one in ends) for node in (network.tail[edge], network.head[edge]))
    answer = find_routes(area, told, tuple(a), tuple(b), Profile.CAR, (RouteKind.FASTEST,), 0)
    assert all(not (told.closed_mask[route.edges] & car).any() for route in answer.routes)
