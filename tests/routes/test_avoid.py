import numpy as np
import pytest
import shapely

from risk_core.errors import InputError, UnreachableError
from risk_core.routes.avoid import MAX_POINTS, avoided_edges
from risk_core.routes.find import find_routes
from risk_core.routes.price import bar_edges, price_at
from risk_core.state.profile import Profile
from risk_core.state.route import RouteKind
from tests.routes.cities import assessment_of, city_area
from tests.tiny import D_LAT_DEG, D_LON_DEG, SOUTH_DEG, WEST_DEG, tiny_area

ALL = tuple(RouteKind)


def place(row, col):
    return SOUTH_DEG + row * D_LAT_DEG, WEST_DEG + col * D_LON_DEG


def box(south, west, north, east):
    return np.array([place(south, west), place(south, east), place(north, east), place(north, west)])


def ask(area, polygons, origin=(0, 0.5), destination=(0, 3.5)):
    assessment = assessment_of(area)
    priced = price_at(area.network, assessment, Profile.WALK, 0)
    priced = bar_edges(priced, avoided_edges(area.network, polygons))
    return find_routes(area, assessment, place(*origin), place(*destination), Profile.WALK, ALL, 0, priced)


def test_an_area_is_kept_out_of_by_every_kind(area):
    for route in ask(area, [(box(-0.1, 1.4, 0.1, 1.6),)]).routes:
        assert route.length_m == pytest.approx(500.0, abs=0.5)


def test_a_start_inside_is_moved_to_the_nearest_street_outside(area):
    answer = ask(area, [(box(-0.2, -0.2, 0.2, 0.8),)])
    assert answer.origin.moved_out_of_closure and answer.origin.distance_m > 40.0
    assert not answer.destination.moved_out_of_closure


def test_areas_that_cut_the_destination_off_are_named(area):
    with pytest.raises(UnreachableError, match="cut off by the areas to avoid") as caught:
        ask(area, [(box(1.4, -0.5, 1.6, 5.5),)], (0, 0), (5, 5))
    assert "closure" not in str(caught.value)


def test_areas_that_hold_the_start_are_named(area):
    with pytest.raises(InputError, match="the areas to avoid hold every street near it") as caught:
        ask(area, [(box(-5, -5, 20, 20),)])
    assert caught.value.faults[0].argument == "from" and "smaller" in caught.value.faults[0].remedy


@pytest.mark.parametrize("seed", range(5))
def test_edges_avoided_are_those_that_meet_the_area(seed):
    network = city_area(tiny_area(), seed).network
    south, west = np.random.default_rng(seed).uniform(0, 3, 2)
    outer, hole = box(south, west, south + 2, west + 2), box(south + 0.6, west + 0.6, south + 1.4, west + 1.4)
    found = avoided_edges(network, [(np.vstack([outer, outer[:1]]), hole)])
    shape = shapely.Polygon(outer[:, ::-1], [hole[:, ::-1]])
    for edge in range(network.n_edge):
        first, last = network.street_first_point[network.street[edge] : network.street[edge] + 2]
        line = shapely.LineString(np.stack([network.point_lon_deg[first:last], network.point_lat_deg[first:last]], 1))
        assert found[edge] == shape.intersects(line)


@pytest.mark.parametrize(
    ("polygon", "words"),
    [
        ((np.zeros((2, 2)),), "three or more places"),
        ((np.array([[0.0, 0.0], [1.0, np.nan], [1.0, 1.0]]),), "not on the earth"),
        ((np.array([[0.0, 0.0], [100.0, 1.0], [1.0, 1.0]]),), "not on the earth"),
        ((np.array([[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]]),), "crosses or touches itself"),
        ((np.zeros((MAX_POINTS + 2, 2)),), f"at most {MAX_POINTS}"),
        ((), "three or more places"),
    ],
)
def test_wrong_areas_are_refused_and_never_repaired(area, polygon, words):
    with pytest.raises(InputError, match=words):
        avoided_edges(area.network, [polygon])
