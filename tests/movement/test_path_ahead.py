import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.errors import InputError
from risk_core.movement.path_ahead import END, CloudBasis, predict_cloud
from risk_core.movement.path_book import MOST_TAIL, BookPlane, Trip, TripBook, resample_trip
from risk_core.movement.path_options import PathOptions

PLANE = BookPlane(37.5, 127.0, 9 * 3600.0)


def straight(n=20, speed_m=80.0, begin_s=0.0, user=-1, side_m=0.0):
    return Trip(np.arange(n) * speed_m, np.full(n, side_m), begin_s, user)


def turning(n=20, begin_s=0.0, user=-1):
    """East for ten minutes, then north."""
    at = np.arange(n)
    return Trip(np.minimum(at, 10) * 80.0, np.maximum(at - 10, 0) * 80.0, begin_s, user)


def book_of(trips):
    book = TripBook(PLANE)
    book.add(trips)
    return book


def test_it_goes_where_the_others_went():
    book = book_of([turning(begin_s=600.0 * k) for k in range(10)])
    found = predict_cloud(book, turning(9, begin_s=86_400.0), 5)
    assert found.basis is CloudBasis.ANALOGUES
    assert (found.middle_east_m, found.middle_north_m) == pytest.approx((800.0, 240.0), abs=5.0)
    end = predict_cloud(book, turning(9, begin_s=86_400.0), END)
    assert (end.middle_east_m, end.middle_north_m) == pytest.approx((800.0, 720.0), abs=5.0)
    assert found.weight.sum() == pytest.approx(1.0)


def test_trips_that_end_stay_where_they_ended_unless_one_is_known_to_go_on():
    book = book_of([straight(12) for _ in range(8)] + [straight(40) for _ in range(8)])
    query = straight(9, begin_s=3600.0)
    some = predict_cloud(book, query, 10)
    assert {round(east) for east in some.east_m} > {11 * 80, 18 * 80}
    moving = predict_cloud(book, query, 10, given_moving=True)
    assert {round(east) for east in moving.east_m} == {18 * 80}


def test_one_persons_habit_outweighs_the_crowd():
    crowd = [straight(20, begin_s=60.0 * k) for k in range(20)]
    own = [turning(20, begin_s=60.0 * k, user=7) for k in range(10)]
    book = book_of(crowd + own)
    stranger = predict_cloud(book, turning(9, begin_s=9e4), 8)
    known = predict_cloud(book, turning(9, begin_s=9e4, user=7), 8)
    assert stranger.middle_north_m < 100.0 < known.middle_north_m


def test_forgetting_a_person_and_old_trips():
    book = book_of([straight(user=1), turning(user=2), straight(begin_s=9e5, user=2)])
    book.forget_user(1)
    assert (book.n_trip, book.n_row) == (2, 40)
    book.forget_before(5e5)
    assert (book.n_trip, book.n_row) == (1, 20)
    east, north = book.places_after(np.arange(20), 3)
    np.testing.assert_allclose(east, np.minimum(book.rows.row[:20, 0] + 240.0, 19 * 80.0))
    assert not north.any()
    book.forget_user(2)
    assert (book.n_trip, book.n_row) == (0, 0)
    assert predict_cloud(book, straight(5), 5).basis is CloudBasis.DEAD_RECKONING


def test_learning_online_is_the_same_as_learning_at_once():
    trips = [turning(begin_s=60.0 * k) for k in range(30)] + [straight(begin_s=60.0 * k) for k in range(30)]
    at_once, online = book_of(trips), TripBook(PLANE)
    for trip in trips:
        online.add([trip])
    at_once._sort()
    for step in (3, END):
        one, other = (predict_cloud(book, turning(8, begin_s=9e4), step) for book in (at_once, online))
        assert one.middle_east_m == pytest.approx(other.middle_east_m, abs=1.0)
        assert one.middle_north_m == pytest.approx(other.middle_north_m, abs=1.0)


def test_a_long_tail_is_sorted_in():
    book = book_of([straight(200, begin_s=60.0 * k) for k in range(MOST_TAIL // 200 + 1)])
    assert book.rows.n_sorted == book.n_row
    assert (np.diff(book.rows.key) > 0).all()


def test_without_trips_speed_is_carried_on_or_nothing_is_said():
    empty = TripBook(PLANE)
    found = predict_cloud(empty, straight(4), 5)
    assert found.basis is CloudBasis.DEAD_RECKONING
    assert found.middle_east_m == pytest.approx(240.0 + 0.6 * 400.0, abs=60.0)
    assert abs(found.middle_north_m) < 30.0
    assert not predict_cloud(empty, straight(1), 5).is_enough
    assert not predict_cloud(empty, straight(4), END).is_enough
    assert not predict_cloud(empty, straight(4, speed_m=1500.0), 10).is_enough


def test_a_cloud_spread_too_wide_says_nothing():
    rng = np.random.default_rng(1)
    trips = []
    for _ in range(40):
        angle = rng.uniform(0, 2 * np.pi)
        far = np.concatenate([np.zeros(4), np.arange(1, 16) * 600.0])
        trips.append(Trip(far * np.cos(angle), far * np.sin(angle), 0.0))
    book, still = book_of(trips), Trip(np.zeros(4), np.zeros(4), 100.0)
    assert predict_cloud(book, still, 12).basis is CloudBasis.NOT_ENOUGH
    assert predict_cloud(book, still, 12, PathOptions(most_spread_m=50_000.0)).is_enough


def test_the_radius_is_calibrated_on_trips_like_those_learnt():
    rng = np.random.default_rng(3)

    def trip():
        pace = rng.gamma(20, 4)
        return Trip(np.cumsum(rng.normal(pace, 10, 25)), np.cumsum(rng.normal(0, 15, 25)), float(rng.uniform(0, 1e5)))

    book, inside = book_of([trip() for _ in range(600)]), []
    for _ in range(300):
        true = trip()
        found = predict_cloud(book, Trip(true.east_m[:8], true.north_m[:8], true.begin_s), 5)
        far = np.hypot(found.middle_east_m - true.east_m[12], found.middle_north_m - true.north_m[12])
        inside.append(far <= found.radius_m)
    assert 0.4 < np.mean(inside) < 0.62


def test_resampling_keeps_time_and_place():
    time_s = np.array([0.0, 30.0, 90.0, 150.0])
    found = resample_trip(PLANE, time_s, 37.5 + time_s * 1e-5, np.full(4, 127.0), user=4)
    east, north = PLANE.to_plane(37.5 + np.array([0.0, 60.0, 120.0, 150.0]) * 1e-5, np.full(4, 127.0))
    np.testing.assert_allclose(found.north_m, north, atol=1e-6)
    np.testing.assert_allclose(found.east_m, east, atol=1e-6)
    lat, lon = PLANE.to_degrees(found.east_m, found.north_m)
    np.testing.assert_allclose(lat, 37.5 + np.array([0.0, 60.0, 120.0, 150.0]) * 1e-5)
    np.testing.assert_allclose(lon, 127.0)


@pytest.mark.parametrize(
    ("time_s", "lat"), [([], []), ([0.0, 0.0], [37.5, 37.5]), ([0.0, np.nan], [37.5, 37.5]), ([0.0, 1.0], [37.5, 99.0])]
)
def test_bad_trips_are_refused(time_s, lat):
    with pytest.raises(InputError):
        resample_trip(PLANE, np.array(time_s), np.array(lat), np.full(len(lat), 127.0))


def test_bad_questions_are_refused():
    with pytest.raises(InputError, match="trip"):
        predict_cloud(TripBook(PLANE), Trip(np.zeros(0), np.zeros(0), 0.0), 5)
    with pytest.raises(InputError, match="step"):
        predict_cloud(TripBook(PLANE), straight(4), 0)
    with pytest.raises(InputError, match="plane"):
        BookPlane(95.0, 0.0)
    with pytest.raises(InputError, match="now_m"):
        PathOptions(position=PathOptions().position.__class__(now_m=-1.0))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(-1e5, 1e5), st.floats(-1e5, 1e5)), min_size=1, max_size=12), st.integers(1, 15))
def test_whatever_the_trip_the_answer_is_a_distribution_or_nothing(places, step):
    book = book_of([straight(begin_s=60.0 * k) for k in range(20)])
    east, north = np.array(places).T
    found = predict_cloud(book, Trip(east.copy(), north.copy(), 0.0), step)
    if found.is_enough:
        assert found.weight.sum() == pytest.approx(1.0)
        assert np.isfinite([found.middle_east_m, found.middle_north_m, found.radius_m]).all()
    else:
        assert np.isnan(found.middle_east_m)
