"""Rain over ground, from gauges to closed streets and changed routes, through the whole assessment."""

import dataclasses

import numpy as np
import pytest

from dashboard.store.flood_memo import FRESH_S, FloodMemo
from dashboard.store.snapshots import SnapshotReader, write_snapshot
from dashboard.views.features import closure_features, closure_words
from dashboard.views.tables import closure_rows
from risk_core.assess import assess, assess_point, with_closures
from risk_core.costs.closures import close_slices
from risk_core.hazards.flood.join import FLOOD_NAMES, join_flood, time_at
from risk_core.hazards.flood.options import FloodOptions
from risk_core.hazards.flood.outlook import MIDDLE, flood_outlook, street_depth_m
from risk_core.hazards.flood.scale import flood_risk
from risk_core.routes.find import find_routes
from risk_core.state.level import Hazard, Layer
from risk_core.state.profile import Profile, profile_position
from risk_core.state.receptor import Receptor
from risk_core.state.route import RouteKind
from risk_core.state.situation import ClosureReason, RainGauges, Situation, SourceStatus
from tests.answers.small_world import closure as issued_closure
from tests.tiny import node_position

NOW_S = 1_750_000_200.0
LEADS = tuple(range(-3600, 3601, 600))
MIDDLE_NODE = 14


@pytest.fixture(scope="module")
def valley(area):
    """The tiny town in a basin whose bottom is its middle junction: 4 m deep, as wide as the town."""
    grid = area.grid
    lat, lon = node_position(MIDDLE_NODE)
    north = (grid.row_lat_deg - lat) * 111_195.0
    east = (grid.col_lon_deg - lon) * 111_195.0 * np.cos(np.radians(lat))
    away = np.hypot(north[:, None], east[None, :])
    basin = 20.0 + 0.004 * np.arange(grid.n_row)[::-1, None] - 4.0 * np.exp(-((away / 180.0) ** 2))
    return dataclasses.replace(area, elevation_m=basin.astype(np.float32))


def rain(rate, until_s=NOW_S, n=18):
    """Six gauges that report every ten minutes: the rates given, newest last."""
    rates = np.broadcast_to(np.atleast_1d(np.asarray(rate, float)), (n,))[:, None]
    at = np.array([node_position(node) for node in (0, 5, 12, 14, 20, 35)])
    time_s = until_s - 600.0 * np.arange(n)[::-1]
    return RainGauges(at[:, 0].copy(), at[:, 1].copy(), time_s, np.repeat(rates, len(at), axis=1))


def situation(gauges, now_s=NOW_S):
    sources = (SourceStatus("kma", "rain", now_s, 10, False),)
    return Situation("tiny", now_s, LEADS, gauges, None, None, (), (), (), (), sources, None)


BURST = np.concatenate([np.zeros(8), np.full(10, 110.0)])


@pytest.fixture(scope="module")
def wet(valley):
    return assess(valley, situation(rain(BURST)))


def modelled(assessment):
    return [one for one in assessment.closures if one.computed is not None]


def test_dry_weather_makes_no_run_and_no_closure(valley):
    assert flood_outlook(valley, situation(rain(2.0))) is None
    assert assess(valley, situation(rain(2.0))).closures == ()
    assert flood_outlook(valley, situation(None)) is None


def test_water_gathers_in_the_basin_and_the_bounds_hold_the_middle(valley):
    found = flood_outlook(valley, situation(rain(BURST)))
    low, middle, high = found.depth_m
    assert (low <= middle).all() and (middle <= high).all() and high.max() > middle.max() > low.max()
    k = int(np.abs(found.time_s - NOW_S).argmin())
    assert found.time_s[k] == NOW_S
    depth = found.on_grid(middle, valley.grid, 0.0)[k]
    row, col = divmod(valley.grid.cell_of(*node_position(MIDDLE_NODE)), valley.grid.n_col)
    assert depth[row, col] > 0.3 and np.median(depth) < 0.1
    assert found.has_ground and not found.is_synthetic


def test_streets_in_the_basin_close_with_their_hour_and_the_travellers_barred(valley, wet):
    closures = modelled(wet)
    assert closures and all(one.source == "computed" and not one.simulated for one in closures)
    in_force = [one for one in closures if one.from_s <= NOW_S < one.until_s]
    assert in_force and all(one.reason is ClosureReason.FLOOD for one in in_force)
    bottom = {s for one in in_force for s in one.streets}
    ends = valley.network.street_edge.max(axis=0)[list(bottom)]
    touched = set(valley.network.tail[ends]) | set(valley.network.head[ends])
    assert MIDDLE_NODE in touched
    for one in closures:
        assert 0.0 <= one.computed.prob <= 1.0 and one.computed.depth_m > 0.1
        assert one.computed.peak_s >= NOW_S and one.from_s < one.until_s
    car = np.uint8(1 << profile_position(Profile.CAR))
    assert (wet.closed_mask[ends] & car).all()


def test_other_issued_closures_leave_the_modelled_ones_in_force(valley, wet):
    issued = issued_closure(22, 23)
    given = with_closures(valley, wet, (issued,), NOW_S)
    assert given.closures[0] is issued and modelled(given) == modelled(wet)
    assert (given.closed_mask & wet.closed_mask == wet.closed_mask).all()
    back = with_closures(valley, given, (), NOW_S)
    assert np.array_equal(back.closed_mask, wet.closed_mask) and np.array_equal(back.weights, wet.weights)


def test_modelled_closures_come_back_from_a_snapshot_as_they_were(tmp_path, wet):
    kept = write_snapshot(tmp_path, dataclasses.replace(wet, area_id="tiny"))
    again = SnapshotReader(tmp_path).at("tiny", kept.version)
    told = [(one.closure_id, one.streets, repr(one.computed), one.from_s, one.until_s) for one in modelled(again)]
    assert told == [(one.closure_id, one.streets, repr(one.computed), one.from_s, one.until_s) for one in modelled(wet)]


def test_the_rain_layer_takes_the_waters_risk_and_tells_its_depth(valley, wet):
    dry_ground = assess(dataclasses.replace(valley, elevation_m=None), situation(rain(BURST)))
    ours, without = wet.layers[Layer.RAIN], dry_ground.layers[Layer.RAIN]
    assert (ours.risk >= without.risk).all()
    assert (ours.low <= ours.risk).all() and (ours.risk <= ours.high).all()
    assert set(FLOOD_NAMES) <= set(ours.intensity) and not set(FLOOD_NAMES) & set(without.intensity)
    here = assess_point(valley, wet, *node_position(MIDDLE_NODE))
    told = next(one for one in here.hazards if one.hazard is Hazard.RAIN)
    assert told.intensity["inundation_depth_m"] > 0.3
    assert told.reason.code in {"flood_water", "flood_coming"}
    far = assess_point(valley, wet, *node_position(35))
    assert next(one for one in far.hazards if one.hazard is Hazard.RAIN).intensity["inundation_depth_m"] < 0.3


def test_receptors_are_told_at_later_and_earlier_times_from_the_same_water(valley, wet):
    outlook = flood_outlook(valley, situation(rain(BURST)))
    lat, lon = node_position(MIDDLE_NODE)
    row, col = divmod(valley.grid.cell_of(lat, lon), valley.grid.n_col)
    depth = outlook.on_grid(street_depth_m(outlook.depth_m[MIDDLE]), valley.grid, 0.0)[:, row, col]
    strength = outlook.on_grid(outlook.depth_speed_m2_per_s[MIDDLE], valley.grid, 0.0)[:, row, col]
    dry_ground = assess(dataclasses.replace(valley, elevation_m=None), situation(rain(BURST)))
    for step, lead in enumerate(LEADS):
        at = time_at(outlook, NOW_S + lead)
        told, by_rain = (assess_point(valley, one, lat, lon, step) for one in (wet, dry_ground))
        assert [str(one.receptor) for one in told.receptors] == [str(one) for one in Receptor]
        assert told.receptor_series[step] == tuple(one.risk for one in told.receptors)
        for one, other in zip(told.receptors, by_rain.receptors, strict=True):
            water = 0.0 if at is None else float(flood_risk(one.receptor, depth[at], strength[at]))
            assert one.parts[Hazard.RAIN] == pytest.approx(max(water, other.risk), abs=0.06), (lead, one.receptor)
    peak = max(LEADS, key=lambda lead: depth[time_at(outlook, NOW_S + lead) or 0])
    at_peak = {one.receptor: one.risk for one in assess_point(valley, wet, lat, lon, LEADS.index(peak)).receptors}
    assert at_peak[Receptor.CAR] >= at_peak[Receptor.WALKER] and at_peak[Receptor.BASEMENT] == pytest.approx(1.0)


def test_rain_alone_is_kept_beside_the_water_for_those_whom_water_harms_less(valley, wet):
    dry_ground = assess(dataclasses.replace(valley, elevation_m=None), situation(rain(BURST)))
    lat, lon = node_position(MIDDLE_NODE)
    for step in (LEADS.index(-1200), LEADS.index(600)):
        ours, without = (assess_point(valley, one, lat, lon, step).receptors for one in (wet, dry_ground))
        for one, other in zip(ours, without, strict=True):
            assert one.risk >= other.risk - 0.02, "water never makes it safer"
    walker = assess_point(valley, dry_ground, lat, lon, LEADS.index(600))
    by_bytes = dry_ground.layers[Layer.RAIN].risk[LEADS.index(600)].ravel()[valley.grid.cell_of(lat, lon)] / 250
    assert walker.receptors[0].risk == pytest.approx(by_bytes, abs=1e-9)


def test_water_alone_makes_the_risk_of_its_depth(valley, wet):
    outlook = flood_outlook(valley, situation(rain(BURST)))
    none = np.zeros_like(wet.layers[Layer.RAIN].risk)
    quiet = dataclasses.replace(wet.layers[Layer.RAIN], risk=none, low=none, high=none, intensity={})
    joined = join_flood(quiet, outlook, valley.grid, NOW_S, np.array(LEADS))
    depth = joined.intensity["inundation_depth_m"]
    now = joined.risk[LEADS.index(0)] / 250
    assert now[depth == 0].max(initial=0.0) < 0.2
    assert (now >= flood_risk(Receptor.WALKER, depth, 0.0) - 0.0021).all()
    assert now[depth > 0.3].min() >= 0.4 - 0.002
    assert (joined.low <= joined.risk).all() and (joined.risk <= joined.high).all()


def route(area, assessment, step):
    ends = node_position(MIDDLE_NODE - 2), node_position(MIDDLE_NODE + 2)
    return find_routes(area, assessment, *ends, Profile.CAR, (RouteKind.FASTEST,), step).routes[0]


def test_a_route_through_the_basin_goes_round_while_it_is_wet_and_back_when_it_has_dried(valley, wet):
    calm = assess(valley, situation(rain(0.0)))
    direct = route(valley, calm, calm.step_now)
    round_about = route(valley, wet, wet.step_now)
    barred = {s for one in modelled(wet) if one.from_s <= NOW_S < one.until_s for s in one.streets}
    assert barred & set(valley.network.street[direct.edges])
    assert not barred & set(valley.network.street[round_about.edges])
    assert round_about.duration_s > direct.duration_s
    later_s = NOW_S + 5 * 3600.0
    after = np.concatenate([BURST[8:], np.zeros(30)])[-18:]
    dried = assess(valley, situation(rain(after, later_s), later_s))
    again = route(valley, dried, dried.step_now)
    assert set(again.edges) == set(direct.edges) or not modelled(dried)


def test_later_slices_close_at_the_modelled_moment(valley):
    begun = np.concatenate([np.zeros(16), np.full(2, 110.0)])
    found = assess(valley, situation(rain(begun)))
    coming = [one for one in modelled(found) if one.from_s > NOW_S]
    assert coming
    one = coming[0]
    masks = close_slices(valley.network, (one,), np.array([one.from_s - 1.0, one.from_s, one.until_s]))
    assert masks[0].sum() == 0 and masks[1].sum() > 0 and masks[2].sum() == 0
    assert set(valley.network.street[np.flatnonzero(masks[1])]) == set(one.streets)


def test_without_heights_only_underpasses_close(area):
    network = dataclasses.replace(area.network, flags=area.network.flags.copy())
    under = int(network.street[0])
    network.flags[network.street == under] |= np.uint16(4)
    town = dataclasses.replace(area, network=network)
    found = modelled(assess(town, situation(rain(BURST))))
    assert {one.reason for one in found} == {ClosureReason.UNDERPASS}
    assert {s for one in found for s in one.streets} == {under}
    assert all(one.profiles == () for one in found)


def test_street_depth_keeps_the_water_of_its_cell():
    options = FloodOptions()
    depth = np.linspace(0, 1, 101)
    street = street_depth_m(depth, options)
    below = np.minimum(street, options.kerb_m) * options.street_share
    np.testing.assert_allclose(below + np.maximum(street - options.kerb_m, 0.0), depth)
    assert (np.diff(street) > 0).all()


def test_the_memo_runs_again_for_other_rain_or_a_later_clock(valley):
    calls = []

    def flow(area, now, *options):
        calls.append(now.now_s)
        return flood_outlook(area, now, *options)

    remembered = FloodMemo().over(flow)
    first = remembered(valley, situation(rain(BURST)))
    assert remembered(valley, situation(rain(BURST), NOW_S + 30.0)) is first
    remembered(valley, situation(rain(BURST), NOW_S + FRESH_S))
    remembered(valley, situation(rain(BURST * 1.1), NOW_S + FRESH_S))
    assert calls == [NOW_S, NOW_S + FRESH_S, NOW_S + FRESH_S]


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_modelled_closures_say_that_they_are_computed(wet, lang):
    from zoneinfo import ZoneInfo

    zone = ZoneInfo("Asia/Seoul")
    one = modelled(wet)[0]
    words = closure_words(one, NOW_S, zone, lang)
    assert {"ko": "공식 통제 아님", "en": "not issued"}[lang] in words and " m" in words and "%" in words
    shown = closure_features(wet.closures, NOW_S, zone, lang)["features"]
    assert any("is-modelled" in feature["properties"]["className"] for feature in shown)
    rows = closure_rows(wet.closures, NOW_S, zone, lang)
    assert any({"ko": "공식 통제 아님", "en": "not issued"}[lang] in row[-1] for row in rows)


def test_outlook_covers_every_slice_after_its_beginning(valley):
    found = flood_outlook(valley, situation(rain(BURST)))
    moments = NOW_S + np.array(LEADS)
    assert np.isin(moments[moments >= found.time_s[0]], found.time_s).all()
    assert found.depth_m[MIDDLE].shape[0] == len(found.time_s) == found.runoff_mm_per_h.shape[1] + 1
