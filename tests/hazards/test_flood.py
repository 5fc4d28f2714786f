"""Runs of water, losses, drains and underpasses: what must hold whatever the ground."""

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.flood import green_ampt, scs_cn
from risk_core.hazards.flood.aidr_2017 import hazard_class
from risk_core.hazards.flood.drains import DRAIN_DEFAULTS, drain_capacity_mm_per_h
from risk_core.hazards.flood.hand import find_drainage
from risk_core.hazards.flood.hll import BreachOptions, run_breach
from risk_core.hazards.flood.local_inertia import Edge, FlowOptions, Forcing, Precision
from risk_core.hazards.flood.scale import FLOOD_SCALES, flood_risk, flood_risk_at
from risk_core.hazards.flood.surface_flow import run_flow, without_rain
from risk_core.hazards.flood.terrain import Terrain
from risk_core.hazards.flood.underpass import Underpasses, run_underpasses
from risk_core.state.receptor import Receptor
from tests.city_ground import city_ground

GROUND = Terrain.from_heights(city_ground(40, 10.0), 10.0)
DOUBLE = FlowOptions(precision=Precision.DOUBLE)
END = np.array([600.0])


def rain(rate=80.0, drain=None, shape=(40, 40), until=600.0):
    drains = None if drain is None else np.full(shape, drain, np.float32)
    return Forcing(np.array([until]), np.full((1, *shape), rate, np.float32), drains)


def test_precisions_agree_to_millimetres():
    one, two = (run_flow(GROUND, rain(), END, FlowOptions(precision=kind)) for kind in Precision)
    assert abs(one.depth_m - two.depth_m).max() < 3e-3


def test_more_rain_is_nowhere_less_water_and_sooner_in_all():
    less, more = (run_flow(GROUND, rain(rate), END, DOUBLE) for rate in (40.0, 120.0))
    assert more.max_depth_m.sum() > less.max_depth_m.sum()
    assert (more.max_depth_m > less.max_depth_m - 0.01).all()
    assert np.isfinite(more.arrival_s[0]).sum() > np.isfinite(less.arrival_s[0]).sum() > 0
    known = np.isfinite(less.arrival_s[0])
    assert np.median(more.arrival_s[0][known]) < np.median(less.arrival_s[0][known])


def test_maxima_hold_every_moment_and_arrivals_are_in_order():
    times = np.arange(60.0, 1201.0, 60.0)
    run = run_flow(GROUND, rain(), times, DOUBLE)
    assert (run.max_depth_m >= run.depth_m.max(axis=0)).all()
    assert (run.max_depth_speed_m2_per_s >= run.depth_speed_m2_per_s.max(axis=0)).all()
    assert (run.arrival_s[0] <= run.arrival_s[1]).all()
    is_deep = run.depth_m >= 0.15
    first = np.where(is_deep.any(axis=0), times[is_deep.argmax(axis=0)], np.inf)
    known = np.isfinite(first)
    assert known.any() and (run.arrival_s[0][known] <= first[known]).all()
    assert (run.arrival_s[0][known] > first[known] - 60.0).all()


def test_drains_stronger_than_the_rain_leave_a_film():
    dry = run_flow(GROUND, rain(50.0, drain=75.0), END, DOUBLE)
    assert dry.max_depth_m.max() < 0.01
    assert dry.ledger.drained_m3 == pytest.approx(dry.ledger.rain_m3, rel=0.02)


def test_water_runs_off_over_an_open_edge_and_comes_in_with_the_tide():
    slope = Terrain.from_heights(np.repeat(np.linspace(2, 0, 30)[None], 6, axis=0), 10.0)
    run = run_flow(slope, rain(60.0, shape=(6, 30)), np.array([3600.0]), DOUBLE, edges={"east": Edge(slope=0.005)})
    assert run.ledger.left_m3 > 0.8 * run.ledger.rain_m3
    tide = Edge(stage_time_s=(0.0, 1800.0, 3600.0), stage_m=(-1.0, 1.0, -1.0))
    sea = run_flow(slope, without_rain(slope), np.array([1800.0, 7200.0]), DOUBLE, edges={"east": tide})
    assert sea.depth_m[0][:, -1].min() > 0.7 and sea.depth_m[0][:, :10].max() == 0.0
    assert sea.depth_m[1].sum() < 0.2 * sea.depth_m[0].sum()
    assert abs(sea.ledger.error_ratio) < 1e-12


def test_nothing_given_is_changed_and_runs_repeat():
    start = np.where(GROUND.height_m < 12, 0.2, 0.0)
    given = start.copy(), GROUND.height_m.copy()
    first, second = (run_flow(GROUND, rain(), END, start_m=start) for _ in range(2))
    np.testing.assert_array_equal(start, given[0])
    np.testing.assert_array_equal(GROUND.height_m, given[1])
    np.testing.assert_array_equal(first.depth_m, second.depth_m)


@pytest.mark.parametrize(("what", "argument"), [
    (lambda: Terrain.from_heights(np.full((3, 3), np.nan), 10.0), "height_m"),
    (lambda: Terrain.from_heights(np.zeros(9), 10.0), "height_m"),
    (lambda: Terrain.from_heights(np.zeros((3, 3)), -1.0), "cell_m"),
    (lambda: Terrain.from_heights(np.zeros((3, 3)), 1.0, 0.0), "roughness"),
    (lambda: Terrain.from_heights(np.zeros((3, 3)), 1.0, np.ones(2)), "roughness"),
    (lambda: run_flow(GROUND, rain(-5.0), END), "rate_mm_per_h"),
    (lambda: run_flow(GROUND, rain(np.nan), END), "rate_mm_per_h"),
    (lambda: run_flow(GROUND, rain(shape=(3, 3)), END), "rate_mm_per_h"),
    (lambda: run_flow(GROUND, rain(drain=-1.0), END), "drain_mm_per_h"),
    (lambda: run_flow(GROUND, rain(), np.array([600.0, 300.0])), "at_s"),
    (lambda: run_flow(GROUND, rain(), np.array([])), "at_s"),
    (lambda: run_flow(GROUND, rain(), END, start_m=np.full((40, 40), -1.0)), "start_m"),
    (lambda: run_flow(GROUND, rain(), END, edges={"left": Edge(slope=0.1)}), "edges"),
    (lambda: run_flow(GROUND, rain(), END, start_m=np.repeat(np.where(np.arange(40) < 20, 8.0, 0.0)[None], 40, 0)),
     "start_m"),
    (lambda: Edge(slope=-1.0), "slope"),
    (lambda: Edge(stage_time_s=(0.0, 0.0), stage_m=(1.0, 2.0)), "stage_m"),
    (lambda: FlowOptions(theta=0.1), "theta"),
    (lambda: FlowOptions(mark_m=(0.0,)), "mark_m"),
    (lambda: BreachOptions(courant=2.0), "courant"),
    (lambda: run_breach(GROUND, np.zeros((2, 2)), END), "start_m"),
    (lambda: run_breach(GROUND, np.zeros((40, 40)), np.array([-1.0])), "at_s"),
    (lambda: find_drainage(GROUND, 0.0), "stream_area_m2"),
    (lambda: scs_cn.runoff_mm(-1.0, 80.0), "rain_mm"),
    (lambda: scs_cn.runoff_mm(1.0, 101.0), "curve_number"),
    (lambda: green_ampt.Soil(free_moisture=2.0), "free_moisture"),
])  # fmt: skip
def test_bad_input_is_told_by_name(what, argument):
    with pytest.raises(InputError) as told:
        what()
    assert argument in [fault.argument for fault in told.value.faults]


def test_losses_never_make_water_and_wet_ground_gives_more():
    rate = np.array([10.0, 80.0, 40.0, 0.0])
    hours = np.full(4, 0.25)
    left = scs_cn.effective_rate_mm_per_h(rate, hours, 0.5)
    assert (left >= 0).all() and (left <= rate + 1e-5).all()
    wet = scs_cn.effective_rate_mm_per_h(rate, hours, 0.5, before_mm=60.0)
    assert (wet >= left).all() and wet.sum() > left.sum()
    sealed = scs_cn.effective_rate_mm_per_h(rate, hours, 1.0)
    assert sealed.sum() > left.sum()
    total = (sealed * hours).sum()
    assert total == pytest.approx(float(scs_cn.runoff_mm((rate * hours).sum(), scs_cn.CN_SEALED)), rel=1e-5)


def test_green_ampt_steps_do_not_depend_on_how_the_hour_is_cut():
    soil = green_ampt.SILT_LOAM
    for rate in (0.5, 2.0, 30.0, 90.0):
        whole = green_ampt.effective_rate_mm_per_h(soil, np.array([rate]), np.array([1.0]))
        cut = green_ampt.effective_rate_mm_per_h(soil, np.full(40, rate), np.full(40, 1 / 40))
        assert cut.mean() == pytest.approx(whole[0], abs=1e-6)
        assert (whole >= 0).all() and (whole <= rate).all()


def test_drowned_outfalls_and_ground_without_drains_take_nothing():
    drained, drowned = np.array([[True, True, False]]), np.array([[False, True, False]])
    np.testing.assert_array_equal(drain_capacity_mm_per_h(DRAIN_DEFAULTS, drained, drowned), [[75.0, 0.0, 0.0]])


def buckets(catchment=10_000.0, pump=0.2, floor=20.0):
    one = [np.array([x]) for x in (200.0, 8.0, 5.0, catchment, pump)]
    return Underpasses.from_profile(*one, floor_m=np.array([floor]))


def test_depth_and_volume_of_an_underpass_are_the_same_thing():
    one = buckets()
    depth = np.array([0.0, 0.01, 0.15, 1.0, 5.0])[:, None]
    np.testing.assert_allclose(one.depth_m(one.volume_m3(depth)), depth, atol=1e-12)
    assert one.volume_m3(9.0) == one.volume_m3(5.0)


def test_an_underpass_closes_when_the_pump_is_beaten_and_opens_again():
    end = np.arange(0.0, 7201.0, 300.0)
    runoff = np.where(end[:-1] < 1800, 110.0, 5.0)[:, None]
    water = run_underpasses(buckets(), runoff, end)
    assert 0 < water.closing_s[0] < 1800 < water.clear_s[0] < 7200
    stronger = run_underpasses(buckets(pump=0.4), runoff, end)
    assert np.isinf(stronger.closing_s[0])
    broken = run_underpasses(buckets(pump=0.0), runoff, end)
    assert broken.closing_s[0] < water.closing_s[0] and np.isinf(broken.clear_s[0])


@pytest.mark.parametrize(("what", "argument"), [
    (lambda: buckets(catchment=-1.0), "catchment_m2"),
    (lambda: buckets(floor=500.0), "floor_m"),
    (lambda: run_underpasses(buckets(), np.array([[-1.0]]), np.array([0.0, 1.0])), "runoff_mm_per_h"),
    (lambda: run_underpasses(buckets(), np.array([[1.0]]), np.array([1.0, 1.0])), "end_s"),
    (lambda: run_underpasses(buckets(), np.array([[1.0, 2.0]]), np.array([0.0, 1.0])), "runoff_mm_per_h"),
])  # fmt: skip
def test_bad_underpasses_are_told_by_name(what, argument):
    with pytest.raises(InputError) as told:
        what()
    assert argument in [fault.argument for fault in told.value.faults]


def test_a_river_wets_more_ground_the_higher_it_stands():
    drainage = find_drainage(GROUND, 20_000.0)
    wet = [drainage.is_wet(depth).sum() for depth in (0.01, 0.5, 2.0, 100.0)]
    assert wet == sorted(wet) and wet[-1] == GROUND.height_m.size
    assert drainage.hollow_m3(GROUND) > 0
    assert drainage.upstream_m2[drainage.down < 0].sum() == pytest.approx(GROUND.height_m.size * 100)


@pytest.mark.parametrize("receptor", list(Receptor))
def test_risk_rises_with_depth_and_with_speed(receptor):
    depth = np.linspace(0, 3, 301)
    still = flood_risk(receptor, depth, 0.0)
    assert still[0] == 0 and still[-1] == 1 and (np.diff(still) >= 0).all()
    swift = flood_risk(receptor, depth, 1.5 * depth)
    assert (swift >= still).all() and (np.diff(swift) >= 0).all()


@pytest.mark.parametrize("receptor", list(Receptor))
def test_plain_numbers_have_the_risk_of_arrays(receptor):
    depth, strength = (one.ravel() for one in np.meshgrid([0, 0.05, 0.1, 0.3, 1.7, 9, np.nan], [0, 0.25, 2, np.nan]))
    scale = FLOOD_SCALES[list(Receptor).index(receptor)]
    told = [flood_risk_at(scale, *pair) for pair in zip(depth.tolist(), strength.tolist(), strict=True)]
    np.testing.assert_array_equal(told, flood_risk(receptor, depth, strength))


def test_risks_of_walkers_follow_the_hazard_classes():
    depth, speed = (one.ravel() for one in np.meshgrid(np.linspace(0.1, 3, 59), np.linspace(0, 3, 61)))
    risk, classes = flood_risk(Receptor.WALKER, depth, depth * speed), hazard_class(depth, depth * speed)
    for least, beyond in ((0.4, 2), (0.6, 3), (0.8, 4)):
        assert (risk[classes >= beyond] >= least - 1e-9).all()
    frail = flood_risk(Receptor.FRAIL, depth, depth * speed)
    assert (frail >= risk).all() and (frail[classes >= 3] >= 0.8).all()


def test_figures_of_the_scale():
    assert flood_risk(Receptor.CAR, 0.15, 0.0) == pytest.approx(0.6)
    assert flood_risk(Receptor.CAR, 0.3, 0.0) == pytest.approx(0.8)
    assert flood_risk(Receptor.BUS, 0.3, 0.0) == pytest.approx(0.6)
    assert flood_risk(Receptor.WALKER, 0.12, 0.3) == pytest.approx(0.8)
    assert np.isnan(flood_risk(Receptor.CAR, np.nan, 0.0))
