"""Plans of the tiny town: who goes where, what closes, what is told."""

from dataclasses import replace

import numpy as np
import pytest

from risk_core.assess import assess
from risk_core.errors import InputError
from risk_core.plans.demand import cells_inside, label_zones, rayleigh_s, spread_whole
from risk_core.plans.options import DemandOptions, EvacuationOptions
from risk_core.plans.plan import make_plan
from risk_core.state.level import RISK_CODE_STEPS, Layer
from risk_core.state.plan import Goal, Institution, LeftReason, ShelterFault, ShelterTraits, WhatIf, Zone
from risk_core.state.profile import Profile
from risk_core.state.situation import Closure, ClosureReason, GeometryKind, Shape, Shelter, Situation
from tests.tiny import D_LAT_DEG, D_LON_DEG, SOUTH_DEG, WEST_DEG, node_position

NOW_S = 1.8e9
SHELTERS = DemandOptions(shelter_share=1.0, participation_share=1.0, participation_high=1.0, shadow_share=0.0)
TO_SHELTERS = EvacuationOptions(demand=SHELTERS)
ON_FOOT = replace(TO_SHELTERS, demand=replace(SHELTERS, mode_share={Profile.WALK: 1.0}))


def shelter(node, capacity, name="school", **other):
    lat, lon = node_position(node)
    facts = dict(shelter_id=f"s{node}", name=f"{name} {node}", kind="school", lat_deg=lat, lon_deg=lon,
                 capacity_persons=capacity, occupancy_persons=0.0, is_open=True, source="t",
                 simulated=False)  # fmt: skip
    return Shelter(**(facts | other))


def box(south, west, north, east):
    """A rectangle in lattice steps."""
    lat = SOUTH_DEG + np.array([south, south, north, north]) * D_LAT_DEG
    lon = WEST_DEG + np.array([west, east, east, west]) * D_LON_DEG
    return Shape(GeometryKind.POLYGON, (np.column_stack([lat, lon]),))


def closure(shape, from_s=NOW_S, until_s=np.inf):
    return Closure("c", ClosureReason.FLOOD, "c", shape, from_s, until_s, (), "t", False)


def situation(area, shelters, closures=()):
    known = tuple(closures), (), tuple(shelters), ()
    return Situation(area.area_id, NOW_S, (0, 1800, 3600), None, None, None, (), *known, None)


CORNER = Zone("a", "Corner", box(-0.5, -0.5, 1.5, 1.5))


def plan(area, shelters, closures=(), zones=(CORNER,), options=TO_SHELTERS, **other):
    return make_plan(area, assess(area, situation(area, shelters, closures)), zones, options=options, **other)


def test_everybody_of_a_zone_gets_a_place_and_a_way(area):
    found = plan(area, [shelter(35, 500.0), shelter(30, 500.0)])
    totals = found.totals
    assert totals.residents == pytest.approx(totals.leaving) and totals.residents > 50
    assert totals.sheltered == pytest.approx(totals.seeking_shelter) and totals.left_over == 0
    assert totals.seeking_shelter == pytest.approx(totals.leaving, abs=4)
    assert sum(group.persons for group in found.groups) == pytest.approx(totals.sheltered)
    assert all(group.goal is Goal.SHELTER and group.arrive_s > group.depart_s for group in found.groups)
    network = area.network
    for group in found.groups:
        assert (network.head[group.edges[:-1]] == network.tail[group.edges[1:]]).all()
    assert found.curve.middle[-1] == pytest.approx(1.0) and (np.diff(found.curve.middle) >= 0).all()
    assert (found.curve.low <= found.curve.middle).all() and (found.curve.middle <= found.curve.high).all()
    assert found.clearance_50_s.middle <= found.clearance_90_s.middle
    for one in found.shelters:
        assert one.filled[-1] == pytest.approx(one.assigned_persons) and one.assigned_persons <= one.free_persons


def test_full_shelters_leave_people_over_who_are_told_to_go_up(area):
    found = plan(area, [shelter(35, 30.0)], options=ON_FOOT)
    assert found.totals.sheltered == 30 and found.shelters[0].assigned_persons == 30
    assert found.totals.left_over == pytest.approx(found.totals.seeking_shelter - 30)
    assert {row.reason for row in found.left_over} == {LeftReason.NO_ROOM}
    assert found.left_over[0].district_id == "west"
    assert found.totals.residents_beyond_places == pytest.approx(found.totals.residents - 30)


def test_far_more_people_than_places_in_a_jam_are_all_told_of(area):
    crowd = replace(area, population=(np.nan_to_num(area.population) * 400).astype(area.population.dtype))
    demand = DemandOptions(shelter_share=0.3, participation_share=1.0, participation_high=1.0, shadow_share=0.0)
    options = EvacuationOptions(demand=replace(demand, half_gone_s=60.0), horizon_s=1800.0)
    found = plan(crowd, [shelter(35, 40.0), shelter(30, 25.0)], options=options)
    totals = found.totals
    assert totals.residents > 100 * totals.places_free
    assert totals.sheltered + totals.away + totals.left_over == pytest.approx(totals.leaving, abs=4)
    assert 0 < totals.sheltered <= 65 and 0 < totals.away < totals.leaving / 2
    reasons = {row.reason for row in found.left_over}
    assert {LeftReason.NO_ROOM, LeftReason.NOT_IN_TIME} <= reasons
    assert all(row.persons > 0 and row.district_id for row in found.left_over)
    assert found.zones[0].left_over == pytest.approx(totals.left_over)
    assert found.load.jam_share.max() == pytest.approx(1.0, abs=0.05)
    assert sum(group.persons for group in found.groups) == pytest.approx(totals.sheltered + totals.away)


def test_nobody_is_on_a_street_while_it_is_closed(area):
    wall = closure(box(2.2, -1.0, 2.8, 4.5), NOW_S + 900)
    zone = Zone("a", "West", box(-0.5, -0.5, 2.1, 5.5))
    found = plan(area, [shelter(30, 5000.0)], [wall], (zone,), ON_FOOT)
    assert found.totals.left_over == 0
    crossing = np.flatnonzero(streets_in(area, wall.shape))
    late = [group for group in found.groups if np.isin(area.network.street[group.edges], crossing).any()]
    assert late and all(group.depart_s < 900 for group in late)
    later = [group for group in found.groups if group.depart_s > 900]
    assert later, "those who leave later go round"


def walled(area, times, closes_s):
    """A plan for many people on foot whose way is walled off after a while: the crowd is slower than its bookings."""
    crowd = replace(area, population=(np.nan_to_num(area.population) * times).astype(area.population.dtype))
    wall = closure(box(2.2, -1.0, 2.8, 4.5), NOW_S + closes_s)
    zone = Zone("a", "West", box(-0.5, -0.5, 2.1, 5.5))
    options = EvacuationOptions(demand=replace(ON_FOOT.demand, half_gone_s=120.0))
    return plan(crowd, [shelter(30, 90_000.0), shelter(35, 90_000.0)], [wall], (zone,), options), wall


def test_who_would_be_caught_by_a_closure_turns_before_it_and_gets_there_another_way(area):
    found, wall = walled(area, 40, 900)
    totals = found.totals
    assert totals.rerouted > 100
    assert not [row for row in found.left_over if row.reason is LeftReason.CLOSES_ON_WAY]
    assert totals.sheltered + totals.left_over == pytest.approx(totals.seeking_shelter)
    assert sum(one.assigned_persons for one in found.shelters) == pytest.approx(totals.sheltered)
    assert sum(group.persons for group in found.groups) == pytest.approx(totals.sheltered)
    for group in found.groups:
        assert (area.network.head[group.edges[:-1]] == area.network.tail[group.edges[1:]]).all(), "one way, no jumps"
    crossing = np.isin(found.load.street, streets_in(area, wall.shape))
    assert found.load.walkers[:2, crossing].sum() > 0
    assert found.load.walkers[2:, crossing].sum() == 0, "nobody enters the wall once it is closed"
    assert found.curve.middle[-1] == pytest.approx(1.0), "the curve covers the loading"
    assert len(found.curve.end_s) == len(found.load.walkers) == len(found.shelters[0].filled)


def test_a_curve_that_ends_below_one_says_why(area):
    found, _ = walled(area, 40, 900)
    missing = sum(persons for _, persons in found.curve.missing)
    assert found.curve.low[-1] < 1 and missing > 0
    assert (1 - found.curve.low[-1]) * found.totals.sheltered == pytest.approx(missing)
    assert {reason for reason, _ in found.curve.missing} <= {LeftReason.CLOSES_ON_WAY, LeftReason.JAM}


def streets_in(area, shape):
    from risk_core.costs.closures import streets_met

    return streets_met(area.network, shape)


def test_who_is_cut_off_is_told_so(area):
    ring = closure(box(-1.0, 1.2, 6.0, 1.8))
    found = plan(area, [shelter(35, 5000.0)], [ring], options=ON_FOOT)
    assert {row.reason for row in found.left_over} == {LeftReason.CUT_OFF}
    assert found.totals.sheltered == 0


def test_every_bad_shelter_is_told_and_the_plan_made_with_the_rest(area):
    bad = [
        shelter(1, 100.0, lat_deg=0.0, shelter_id="out"),
        shelter(2, 100.0, is_open=False, shelter_id="shut"),
        shelter(3, 100.0, occupancy_persons=100.0, shelter_id="full"),
        shelter(4, float("nan"), shelter_id="unknown"),
        shelter(5, 0.0, shelter_id="zero"),
        shelter(6, 1e6, shelter_id="absurd"),
        shelter(12, 100.0, kind="", shelter_id="kindless"),
        shelter(13, 100.0, occupancy_persons=float("nan"), shelter_id="statusless"),
        shelter(37, 100.0, shelter_id="island"),
    ]
    twin = shelter(35, 5000.0, shelter_id="twin")
    found = plan(area, [shelter(35, 5000.0), twin, *bad])
    told = {note.shelter_id: (note.fault, note.is_used) for note in found.notes}
    assert told == {
        "out": (ShelterFault.OUTSIDE, False),
        "shut": (ShelterFault.CLOSED, False),
        "full": (ShelterFault.FULL, False),
        "unknown": (ShelterFault.ROOM_UNKNOWN, False),
        "zero": (ShelterFault.ROOM_ABSURD, False),
        "absurd": (ShelterFault.ROOM_ABSURD, False),
        "kindless": (ShelterFault.KIND_UNKNOWN, True),
        "statusless": (ShelterFault.STATUS_UNKNOWN, True),
        "island": (ShelterFault.NO_STREET, False),
        "twin": (ShelterFault.SAME_AGAIN, False),
    }
    assert found.totals.left_over == 0 and found.totals.sheltered > 0


def with_rain(area, level, shelters, where=(slice(None), slice(None)), high=None):
    """An assessment in which rain reaches a risk after half an hour."""
    made = assess(area, situation(area, shelters))
    shape = (3, area.grid.n_row, area.grid.n_col)
    risk = np.zeros(shape, dtype=np.uint8)
    risk[(slice(1, None), *where)] = round(level * RISK_CODE_STEPS)
    upper = risk if high is None else np.where(risk > 0, round(high * RISK_CODE_STEPS), 0).astype(np.uint8)
    fields = replace(made.layers[Layer.COMBINED], risk=risk, low=risk, high=upper)
    return replace(made, layers={Layer.COMBINED: fields, Layer.RAIN: fields})


def test_no_basement_in_a_flood_and_no_shelter_where_danger_comes(area):
    cellar = shelter(30, 500.0, kind="지하주차장", shelter_id="cellar")
    north = (slice(0, 8), slice(None))
    safe, drowned = shelter(0, 900.0), shelter(33, 900.0)
    made = with_rain(area, 0.7, [safe, drowned, cellar], north)
    zone = Zone("a", "Middle", box(1.5, 0.5, 3.5, 3.5))
    found = make_plan(area, made, [zone], options=replace(TO_SHELTERS, layer=Layer.RAIN))
    faults = {(note.shelter_id, note.fault) for note in found.notes}
    assert ("cellar", ShelterFault.UNFIT_KIND) in faults and ("s33", ShelterFault.DANGEROUS) in faults
    assert [one.shelter.shelter_id for one in found.shelters] == ["s0"] and found.totals.left_over == 0


def test_deadline_is_the_early_arrival_less_the_late_clearance(area):
    made = with_rain(area, 0.3, [shelter(35, 5000.0)], high=0.7)
    quick = replace(TO_SHELTERS, demand=replace(SHELTERS, half_gone_s=300.0))
    found = make_plan(area, made, [CORNER], options=quick)
    zone = found.zones[0]
    assert zone.hazard_arrival_s == NOW_S + 1800
    assert zone.deadline_s == pytest.approx(NOW_S + 1800 - zone.clearance_90_s.high)
    assert zone.is_too_late == (zone.clearance_90_s.high > 1800)
    slow = make_plan(area, made, [CORNER], options=replace(TO_SHELTERS, demand=replace(SHELTERS, half_gone_s=2400.0)))
    assert slow.zones[0].is_too_late and slow.zones[0].deadline_s < NOW_S
    none = plan(area, [shelter(35, 5000.0)])
    assert none.zones[0].deadline_s == np.inf and not none.zones[0].is_too_late


def test_those_who_go_to_kin_leave_the_zone_and_its_ring(area):
    demand = DemandOptions(shelter_share=0.0, shadow_share=0.5, shadow_m=100.0)
    found = plan(area, [], options=EvacuationOptions(demand=demand))
    assert found.totals.away > 0 and found.totals.sheltered == 0 and found.totals.left_over == 0
    assert found.totals.shadow > 0
    inside = label_zones(area, [CORNER]) >= 0
    for group in found.groups:
        cell = area.grid.cell_of(group.to_lat_deg, group.to_lon_deg)
        assert not inside.flat[cell]


def test_phases_hold_a_zone_back(area):
    zones = [CORNER, Zone("b", "East", box(-0.5, 3.5, 1.5, 5.5), delay_s=3600.0)]
    found = plan(area, [shelter(35, 5000.0)], zones=zones)
    by_zone = {zone: [g.depart_s for g in found.groups if g.zone_id == zone] for zone in ("a", "b")}
    assert min(by_zone["b"]) >= 3600 > np.median(by_zone["a"])
    assert [zone.zone_id for zone in found.zones] == ["a", "b"]


def test_institutions_are_fetched_by_bus_to_a_shelter(area):
    lat, lon = node_position(7)
    home = Institution("Home", lat, lon, 90.0)
    found = plan(area, [shelter(35, 5000.0)], institutions=[home])
    buses = [group for group in found.groups if group.profile is Profile.BUS]
    assert sum(group.vehicles for group in buses) == 3
    assert found.totals.leaving == pytest.approx(found.totals.residents + 90)


def test_a_bus_loop_comes_back_until_all_are_fetched(area):
    lat, lon = node_position(1)
    stop = Institution("Stop", lat, lon, 200.0, Profile.BUS, n_vehicle=2, round_s=1800.0)
    nobody = replace(SHELTERS, participation_share=0.001, participation_low=0.0)
    found = plan(area, [shelter(35, 900.0)], options=EvacuationOptions(demand=nobody), institutions=[stop])
    trips = sorted((one.depart_s, one.vehicles) for one in found.groups if one.profile is Profile.BUS)
    assert sum(n for _, n in trips) == 5 and len({int(at // 1800) for at, _ in trips}) == 3
    assert max(at for at, _ in trips) >= 3600


def test_wheels_need_a_way_in_without_steps_and_pets_a_shelter_that_takes_them(area):
    near, far = shelter(7, 500.0), shelter(35, 500.0)
    traits = WhatIf(shelter_traits=((near.shelter_id, ShelterTraits(is_step_free=False, takes_pets=False)),))
    rolling = replace(SHELTERS, mode_share={Profile.WALK: 0.5, Profile.WHEELCHAIR: 0.5}, pets_share=0.4)
    found = plan(area, [near, far], options=EvacuationOptions(demand=rolling), what_if=traits)
    to = {(one.profile, one.shelter_id) for one in found.groups}
    assert (Profile.WHEELCHAIR, near.shelter_id) not in to and (Profile.WHEELCHAIR, far.shelter_id) in to
    walkers = {name: sum(one.persons for one in found.groups if one.profile is Profile.WALK and one.shelter_id == name)
               for name in (near.shelter_id, far.shelter_id)}  # fmt: skip
    assert walkers[far.shelter_id] == pytest.approx(0.4 * sum(walkers.values()), abs=2)
    assert found.totals.left_over == 0


def test_access_pets_and_closing_time_are_those_reported_unless_supposed_otherwise(area):
    near, far = shelter(7, 500.0, is_step_free=False, takes_pets=False), shelter(35, 500.0)
    rolling = replace(SHELTERS, mode_share={Profile.WALK: 0.5, Profile.WHEELCHAIR: 0.5}, pets_share=0.4)
    options = EvacuationOptions(demand=rolling)
    ramp = WhatIf(shelter_traits=((near.shelter_id, ShelterTraits(is_step_free=True)),))
    known, supposed = plan(area, [near, far], options=options), plan(area, [near, far], options=options, what_if=ramp)
    assert (Profile.WHEELCHAIR, near.shelter_id) not in {(one.profile, one.shelter_id) for one in known.groups}
    assert (Profile.WHEELCHAIR, near.shelter_id) in {(one.profile, one.shelter_id) for one in supposed.groups}
    with_pets = sum(one.persons for one in supposed.groups if one.shelter_id == far.shelter_id)
    assert with_pets == pytest.approx(0.4 * supposed.totals.sheltered, rel=0.1), "pets are still not taken there"
    shut = plan(area, [shelter(35, 5000.0, until_s=NOW_S + 1500.0)], options=ON_FOOT)
    assert shut.totals.left_over > 0 and shut.shelters[0].last_s <= 1500


def test_what_ifs_open_shelters_close_doors_and_streets(area):
    base = plan(area, [shelter(35, 20.0)], options=ON_FOOT)
    opened = plan(area, [shelter(35, 20.0)], options=ON_FOOT, what_if=WhatIf(shelters=(shelter(30, 5000.0),)))
    assert base.totals.left_over > 0 and opened.totals.left_over == 0
    shut = WhatIf(shelter_until_s=(("s35", NOW_S + 1500.0),))
    early = plan(area, [shelter(35, 5000.0)], options=ON_FOOT, what_if=shut)
    assert early.totals.left_over > 0 and early.shelters[0].last_s <= 1500
    assert {row.reason for row in early.left_over} == {LeftReason.NOT_IN_TIME}
    assert opened.totals.sheltered > base.totals.sheltered


def test_contraflow_gives_cars_the_other_lanes(area):
    drive = replace(TO_SHELTERS, demand=replace(SHELTERS, mode_share={Profile.CAR: 1.0}))
    line = np.array([node_position(node) for node in (0, 6, 12, 18, 24, 30)])
    found = plan(
        area, [shelter(35, 5000.0)], options=drive, what_if=WhatIf(contraflow=(Shape(GeometryKind.LINE, (line,)),))
    )
    network = area.network
    for group in found.groups:
        for edge in group.edges:
            tail, head = network.tail[edge], network.head[edge]
            assert not (tail % 6 == 0 and head == tail - 6), "nobody drives against it"


def test_equal_questions_give_equal_plans_and_nothing_given_is_changed(area):
    made = assess(area, situation(area, [shelter(35, 500.0)]))
    before = made.closed_mask.copy(), area.population.copy()
    one, two = (make_plan(area, made, [CORNER]) for _ in range(2))
    assert one.plan_id == two.plan_id and len(one.plan_id) == 12
    assert (made.closed_mask == before[0]).all() and (area.population == before[1]).all()


@pytest.mark.parametrize(
    ("zones", "argument"),
    [
        ([], "zones"),
        ([Zone("a", "A", None, ("nowhere",))], "district_ids"),
        ([Zone("a", "A", Shape(GeometryKind.POINT, (np.zeros((1, 2)),)))], "shape"),
        ([Zone("a", "A", box(50, 50, 51, 51))], "zone"),
        ([replace(CORNER, delay_s=-1.0)], "delay_s"),
    ],
)
def test_zones_that_do_not_fit_are_refused(area, zones, argument):
    with pytest.raises(InputError) as refused:
        plan(area, [], zones=zones)
    assert argument in {fault.argument for fault in refused.value.faults}


def test_options_are_checked_all_at_once():
    with pytest.raises(InputError) as refused:
        DemandOptions(participation_share=2.0, half_gone_s=0.0, mode_share={Profile.WALK: 0.5})
    assert {"participation_share", "half_gone_s", "mode_share"} <= {fault.argument for fault in refused.value.faults}
    with pytest.raises(InputError):
        EvacuationOptions(capacity_band=1.0)


def test_an_area_without_streets_is_refused(area):
    made = assess(area, situation(area, []))
    with pytest.raises(InputError, match="streets"):
        make_plan(replace(area, network=None), made, [CORNER])


def test_departures_follow_rayleigh_and_whole_numbers_keep_the_sum():
    share = np.linspace(0.01, 0.99, 50)
    at = rayleigh_s(share, 600.0)
    spread = 600.0 / np.sqrt(2 * np.log(2))
    assert 1 - np.exp(-(at**2) / (2 * spread**2)) == pytest.approx(share)
    amount = np.random.default_rng(1).uniform(0, 2, 500)
    assert spread_whole(amount).sum() == round(amount.sum()) and (spread_whole(amount) >= 0).all()


def test_cells_are_inside_by_the_even_odd_rule(area):
    outer, hole = box(0, 0, 4, 4).parts[0], box(1, 1, 3, 3).parts[0]
    inside = cells_inside(area.grid, Shape(GeometryKind.POLYGON, (outer, hole)))
    whole, inner = (cells_inside(area.grid, Shape(GeometryKind.POLYGON, (ring,))) for ring in (outer, hole))
    assert (inside == (whole & ~inner)).all() and inner.any()
