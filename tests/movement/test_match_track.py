from itertools import pairwise

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.movement.match_online import OnlineMatcher
from risk_core.movement.match_options import MatchOptions
from risk_core.movement.match_pings import PingFate, Pings
from risk_core.movement.match_plane import street_plane
from risk_core.movement.match_track import match_track
from risk_core.state.profile import Profile
from tests.benchmarks.simulated_tracks import simulate_routes, simulate_track
from tests.tiny import D_LAT_DEG, D_LON_DEG, node_position

OPTIONS = MatchOptions(sigma_m=8.0, n_street=6)


@pytest.fixture(scope="module")
def streets(area):
    return street_plane(area.network, Profile.CAR)


@pytest.fixture(scope="module")
def tracks(streets):
    routes = simulate_routes(streets, 12, 3, least_m=500.0)
    return [simulate_track(streets, route, 4.0, 8.0, i, pace=0.6) for i, route in enumerate(routes)]


def pings_of(track):
    return Pings.of(track.time_s, track.lat_deg, track.lon_deg)


def test_the_true_streets_are_found(streets, tracks):
    street = streets.network.street
    right = total = 0
    for track in tracks:
        found = match_track(streets, pings_of(track), OPTIONS)
        right += (street[found.edge] == street[track.edge]).sum()
        total += len(track.edge)
    assert right / total > 0.85


def test_the_way_is_unbroken_and_the_places_lie_on_it(streets, tracks):
    network = streets.network
    for track in tracks:
        found = match_track(streets, pings_of(track), OPTIONS)
        assert found.n_break == 0
        assert (network.head[found.way[:-1]] == network.tail[found.way[1:]]).all()
        np.testing.assert_array_equal(found.way[found.way_at], found.edge)
        assert (found.along_m >= 0).all()
        assert (found.along_m <= network.length_m[found.edge] + 1e-6).all()
        np.testing.assert_allclose(found.state_prob.sum(axis=1) + found.off_road_prob, 1.0)
        assert (found.edge_prob <= found.street_prob + 1e-12).all()


def test_places_are_nearer_to_the_truth_than_the_pings(streets, tracks):
    error, raw = [], []
    for i, track in enumerate(tracks):
        found = match_track(streets, pings_of(track), OPTIONS)
        true = simulate_track(streets, track.route, 4.0, 0.0, i, pace=0.6)
        scale = np.array([100 / D_LAT_DEG, 100 / D_LON_DEG])
        for lat, lon, many in ((found.lat_deg, found.lon_deg, error), (track.lat_deg, track.lon_deg, raw)):
            many.extend(np.hypot(*(np.stack([lat - true.lat_deg, lon - true.lon_deg], axis=1) * scale).T))
    assert np.median(error) < 0.7 * np.median(raw)


def test_off_the_road_is_told_so_and_the_way_breaks(streets):
    lat, lon = node_position(14)
    line = np.linspace(0.0, 12.0, 25)
    here = Pings.of(10.0 * np.arange(25), np.full(25, lat - 0.5 * D_LAT_DEG), lon + (line - 1.0) * D_LON_DEG)
    found = match_track(streets, here, MatchOptions(sigma_m=5.0))
    far = line > 6.0
    assert (found.edge[far] == -1).all()
    assert (found.off_road_prob[far] > 0.99).all()
    np.testing.assert_allclose(found.lon_deg[far], here.lon_deg[far])
    assert np.isnan(found.edge_prob[far]).all()


def test_a_profile_keeps_to_its_streets(area, streets):
    (south, west), (north, _) = node_position(8), node_position(14)
    pings = Pings.of(np.arange(9) * 12.0, np.linspace(south, north, 9), np.full(9, west))
    on_foot = match_track(street_plane(area.network, Profile.WALK), pings, OPTIONS)
    by_car = match_track(streets, pings, OPTIONS)
    steps = area.network.street[on_foot.edge[4]]
    assert area.network.speed_m_per_s[2:, on_foot.edge[4]].max() == 0
    assert not (area.network.street[by_car.edge[by_car.edge >= 0]] == steps).any()


def test_closed_edges_are_not_matched(area, tracks):
    closed = np.zeros(area.network.n_edge, dtype=bool)
    closed[tracks[0].edge] = True
    found = match_track(street_plane(area.network, Profile.CAR, closed), pings_of(tracks[0]), OPTIONS)
    assert not closed[found.edge[found.edge >= 0]].any()


def around_the_corner(gap_s=4.0):
    """Pings along Row 1 from node 7 to node 8 and down Col 2 to node 2: the turn vehicles may not take."""
    (lat, west), (_, east), (south, _) = node_position(7), node_position(8), node_position(2)
    line = np.concatenate([np.linspace(west, east, 9)[1:], np.full(8, east)])
    down = np.concatenate([np.full(8, lat), np.linspace(lat, south, 9)[1:]])
    return Pings.of(gap_s * np.arange(16), down, line)


def forbidden_turns(network):
    return set(zip(network.turn_from.tolist(), network.turn_to.tolist(), strict=True))


def test_no_vehicle_is_led_through_a_forbidden_turn(area, streets):
    """A walker took the corner; a car that was there went round the block, or the way breaks off."""
    pings, options = around_the_corner(), MatchOptions(sigma_m=4.0, n_street=6)
    on_foot, by_car = (match_track(one, pings, options) for one in (street_plane(area.network, Profile.WALK), streets))
    forbidden = forbidden_turns(area.network)
    assert set(pairwise(on_foot.way.tolist())) & forbidden
    assert not set(pairwise(by_car.way.tolist())) & forbidden
    assert area.network.street[by_car.edge[:6]].tolist() == area.network.street[on_foot.edge[:6]].tolist()


def test_online_no_vehicle_is_led_through_a_forbidden_turn_late_pings_or_not(area, streets):
    pings, forbidden = around_the_corner(), forbidden_turns(area.network)
    rows = list(zip(pings.time_s, pings.lat_deg, pings.lon_deg, strict=True))
    edges = []
    for order in (range(16), [0, 1, 2, 3, 5, 4, 6, 8, 7, 9, 10, 12, 11, 13, 14, 15]):
        matcher = OnlineMatcher(streets, MatchOptions(sigma_m=4.0, n_street=6))
        decided = [one for k in order for one in matcher.push(*rows[k]).decided] + list(matcher.finish())
        edges.append([one.edge for one in decided])
        assert [one.time_s for one in decided] == pings.time_s.tolist()
        assert not set(pairwise(edges[-1])) & forbidden
    assert edges[0] == edges[1]


def test_one_way_streets_are_matched_in_their_direction_only(area, streets):
    """Row 2 runs to the east: pings to the west along it are no car's way on it."""
    (lat, west), (_, east) = node_position(12), node_position(17)
    there = np.linspace(west, east, 21)
    network = area.network
    east_bound, west_bound = (
        match_track(streets, Pings.of(4.0 * np.arange(21), np.full(21, lat), line), OPTIONS)
        for line in (there, there[::-1])
    )
    assert network.is_forward[east_bound.edge].all()
    assert east_bound.n_break == 0
    on_row = west_bound.edge[(west_bound.edge >= 0)]
    row_2 = network.street_name[network.street[on_row]] == 2
    assert network.is_forward[on_row[row_2]].all()


def test_nothing_usable_gives_an_empty_track(streets):
    found = match_track(streets, Pings.of([0.0, 1.0], [np.nan, 95.0], [0.0, 0.0]))
    assert found.n_ping == 0
    assert len(found.way) == 0
    assert found.sorted.fate.tolist() == [PingFate.NOT_A_NUMBER, PingFate.NOT_ON_EARTH]


def test_reported_accuracy_widens_the_place(streets):
    lat, lon = node_position(7)
    many = [Pings.of([0.0], [lat + 4e-5], [lon + 5e-4], [one]) for one in (10.0, 100.0)]
    sure, vague = (match_track(streets, one) for one in many)
    assert sure.along_sd_m[0] < 10.0 < vague.along_sd_m[0]
    assert sure.edge_prob[0] > vague.edge_prob[0]


def test_online_decides_every_ping_once_in_order_and_nearly_as_the_whole(streets, tracks):
    agree = total = 0
    for track in tracks[:6]:
        matcher = OnlineMatcher(streets, OPTIONS)
        decided = []
        for row in zip(track.time_s, track.lat_deg, track.lon_deg, strict=True):
            found = matcher.push(*row)
            assert found.fate is PingFate.USED
            assert found.newest is not None
            decided += found.decided
        decided += matcher.finish()
        assert [one.number for one in decided] == list(range(len(track.time_s)))
        whole = match_track(streets, pings_of(track), OPTIONS)
        agree += (np.array([one.edge for one in decided]) == whole.edge).sum()
        total += whole.n_ping
    assert agree / total > 0.9


def test_online_a_long_track_outlives_its_window(streets, tracks):
    matcher, n, begin = OnlineMatcher(streets, OPTIONS), 0, 0.0
    for track in tracks:
        for row in zip(track.time_s + begin, track.lat_deg, track.lon_deg, strict=True):
            n += len(matcher.push(*row).decided)
        begin += track.time_s[-1] + 700.0
    assert n + len(matcher.finish()) == sum(len(one.time_s) for one in tracks)


def test_online_late_pings_find_their_place_until_it_is_decided(streets, tracks):
    track = tracks[0]
    rows = list(zip(track.time_s, track.lat_deg, track.lon_deg, strict=True))
    order = [0, 1, 2, 4, 3, 5, 6]
    matcher = OnlineMatcher(streets, OPTIONS)
    found = [matcher.push(*rows[k]) for k in order]
    decided = [one for result in found for one in result.decided] + list(matcher.finish())
    assert [order[one.number] for one in decided] == list(range(7))
    in_order = OnlineMatcher(streets, OPTIONS)
    wanted = [one for k in range(7) for one in in_order.push(*rows[k]).decided] + list(in_order.finish())
    assert [one.edge for one in decided[-3:]] == [one.edge for one in wanted[-3:]]
    assert matcher.push(rows[1][0] + 0.5, *rows[1][1:]).fate is PingFate.LATE


def test_online_bad_pings_are_refused(streets, tracks):
    track = tracks[0]
    rows = list(zip(track.time_s, track.lat_deg, track.lon_deg, strict=True))
    matcher = OnlineMatcher(streets, OPTIONS)
    assert matcher.push(np.nan, *rows[0][1:]).fate is PingFate.NOT_A_NUMBER
    assert matcher.push(0.0, rows[0][2], rows[0][1]).fate is PingFate.SWAPPED
    assert matcher.push(*rows[0]).fate is PingFate.USED
    assert matcher.push(*rows[0]).fate is PingFate.DUPLICATE
    far = (rows[1][0], rows[1][1] + 9 * D_LAT_DEG, rows[1][2])
    assert matcher.push(*far).fate is PingFate.JUMP
    same = [matcher.push(rows[0][0] + k, *rows[0][1:]).fate for k in range(1, 5)]
    assert same[-1] is PingFate.FROZEN


def test_online_a_place_confirmed_again_and_again_is_believed(streets):
    (lat, lon), (_, far) = node_position(0), node_position(37)
    matcher = OnlineMatcher(streets, OPTIONS)
    assert matcher.push(0.0, lat, lon).fate is PingFate.USED
    fates = [matcher.push(1.0 + k, lat, far + 1e-5 * k).fate for k in range(4)]
    assert fates == [PingFate.JUMP] * 3 + [PingFate.USED]


def test_online_forgets(streets, tracks):
    matcher = OnlineMatcher(streets, OPTIONS)
    matcher.push(0.0, *node_position(7))
    matcher.forget()
    assert matcher.finish() == ()
    assert matcher.push(-5.0, *node_position(20)).fate is PingFate.USED


def test_options_out_of_range_are_faults(streets):
    with pytest.raises(InputError, match="sigma_m") as caught:
        MatchOptions(sigma_m=-1.0, n_street=0)
    assert len(caught.value.faults) == 2
    with pytest.raises(InputError, match="lag_ping"):
        OnlineMatcher(streets, MatchOptions(lag_ping=60))
