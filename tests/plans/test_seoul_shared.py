"""Central Seoul: 42 shelters for all the residents of its dong, told plainly."""

from dataclasses import replace

import numpy as np
import pytest

from dashboard.api.plan.command import summary
from dashboard.areas.build import BuildRequest, build_area
from risk_core.assess import assess
from risk_core.plans.options import DemandOptions, EvacuationOptions
from risk_core.plans.plan import make_plan
from risk_core.state.plan import LeftReason, Zone
from risk_core.state.situation import Situation

BOX = (126.9499, 37.5442, 127.0066, 37.5891)
EVERYBODY = DemandOptions(
    shelter_share=1.0, participation_share=1.0, participation_low=1.0, participation_high=1.0, shadow_share=0.0
)


def seoul_request(geo):
    """What central Seoul is built from, of the folder of geographic data."""
    return BuildRequest(
        "seoul-central",
        streets=geo / "streets_seoul" / "seoul_central_drive.graphml",
        districts=geo / "boundaries_kr" / "seoul_dong_2021-04.geojson",
        population=geo / "population_seoul" / "seoul_dong_registered_population_2021Q2.csv",
        shelters=geo / "shelters_kr" / "kr_earthquake_indoor_shelters.csv",
        bounds=BOX,
        columns={"population.district": "gu+dong"},
        name_ko="서울 도심",
        name_en="Central Seoul",
    )


@pytest.fixture(scope="module")
def seoul(shared_data, tmp_path_factory):
    request = seoul_request(shared_data / "geo")
    return build_area(request, tmp_path_factory.mktemp("home"), lambda name, share: None).area


@pytest.mark.shared
def test_the_plan_tells_how_many_cannot_be_sheltered_where_and_what_else_to_do(seoul):
    made = assess(seoul, Situation(seoul.area_id, 1.8e9, (0, 3600), None, None, None, (), (), (), (), (), None))
    west, south, east, north = BOX
    centred = [
        one.district_id for one in seoul.districts if west <= one.lon_deg <= east and south <= one.lat_deg <= north
    ]
    zone = Zone("all", "도심", None, tuple(centred))
    plan = make_plan(seoul, made, [zone], options=replace(EvacuationOptions(), demand=EVERYBODY))
    totals = plan.totals
    assert totals.places_free == 8_918 and len(plan.shelters) == 42
    assert totals.residents > 250_000
    assert totals.residents_beyond_places == pytest.approx(totals.residents - 8_918)
    assert totals.sheltered + totals.left_over == pytest.approx(totals.seeking_shelter, abs=1)
    assert 0.95 * 8_918 <= totals.sheltered <= 8_918
    for one in plan.shelters:
        assert one.assigned_persons <= one.free_persons
    by_reason = {reason: sum(r.persons for r in plan.left_over if r.reason is reason) for reason in LeftReason}
    assert by_reason[LeftReason.NO_ROOM] > 0.9 * totals.left_over
    assert len({row.district_id for row in plan.left_over}) >= 20
    words = summary(plan, seoul, "ko")
    assert "자리가 없습니다" in words and "높은 층" in words and "8,918" in words
    assert np.isfinite(plan.clearance_90_s.middle)
