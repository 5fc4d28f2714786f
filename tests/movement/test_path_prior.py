import dataclasses

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.movement.match_plane import street_plane
from risk_core.movement.path_prior import PriorBasis, PriorOptions, draw_knowledge
from risk_core.routes.weights import free_weights
from risk_core.state.profile import Profile
from tests.tiny import D_LON_DEG, WEST_DEG

FEW = PriorOptions(400, mean_trip_s=120.0)


def draw(area, flows=None, options=FEW, profile=Profile.WALK):
    network = area.network
    return draw_knowledge(area, street_plane(network, profile), free_weights(network, profile), flows, options)


def ends_of(known):
    """East of the first and the last place of each trip, shares of a row of the lattice."""
    book = known.book
    n = book.n_trip
    assert n == known.n_trip
    rows = book.rows.row[: book.n_row]
    return rows[rows[:, 9] == 0, 0], rows[rows[:, 10] == 0, 0]


def test_the_same_seed_draws_the_same_trips_and_another_does_not(area):
    one, two = draw(area), draw(area)
    assert np.array_equal(one.book.rows.row, two.book.rows.row)
    other = draw(area, options=PriorOptions(400, mean_trip_s=120.0, seed=2))
    assert not np.array_equal(one.book.rows.row[:100], other.book.rows.row[:100])


def test_trips_begin_where_people_live(area):
    west = np.where(area.district == 0, 5.0, 0.0).astype(np.float32)
    known = draw(dataclasses.replace(area, population=west))
    assert known.basis is PriorBasis.RESIDENTS
    middle = known.book.plane.to_plane(np.zeros(1), np.array([WEST_DEG + 2.5 * D_LON_DEG]))[0][0]
    begins, ends = ends_of(known)
    # A street that crosses the border has people on its western half only, but may be entered anywhere.
    assert (begins <= middle + 60).all() and (ends <= middle + 60).all()


def test_without_residents_the_streets_alone_count(area):
    assert draw(dataclasses.replace(area, population=np.zeros_like(area.population))).basis is PriorBasis.STREETS


def test_counted_journeys_between_districts_are_followed(area):
    flows = np.array([[0.0, 1000.0], [0.0, 0.0]])
    known = draw(area, flows)
    assert known.basis is PriorBasis.FLOWS
    begins, ends = ends_of(known)
    assert (ends > begins).mean() > 0.95
    with pytest.raises(InputError, match="flows"):
        draw(area, np.zeros((3, 3)))
    with pytest.raises(InputError, match="flows"):
        draw(area, -flows)


def test_farther_ends_are_rarer(area):
    near = draw(area, options=PriorOptions(400, mean_trip_s=90.0))
    far = draw(area, options=PriorOptions(400, mean_trip_s=3000.0))
    lengths = [np.mean(np.abs(np.subtract(*ends_of(one)))) for one in (near, far)]
    assert lengths[0] < 0.8 * lengths[1]


def test_no_trip_uses_what_the_traveller_may_not_use(area):
    known = draw(area, profile=Profile.CAR)
    network = area.network
    steps = [e for e in range(network.n_edge) if {int(network.tail[e]), int(network.head[e])} == {8, 14}]
    for edge in range(network.n_edge):
        assert not set(known.habits.next_probs([edge])) & set(steps)
    assert known.n_trip > 300 and known.book.n_row > known.n_trip


def test_an_ageless_trip_weighs_the_same_for_ever(area):
    known = draw(area)
    assert np.isinf(known.book.rows.row[: known.book.n_row, 11]).all()
    known.book.forget_before(4e9)
    assert known.book.n_trip == known.n_trip
