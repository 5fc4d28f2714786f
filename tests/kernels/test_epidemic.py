import numpy as np
import pytest

from risk_core.kernels import epidemic
from tests.naive import epidemic as naive

RNG = np.random.default_rng(4)
KNOTS = np.array([0.01, 0.05, 0.15, 0.40, 0.80])
SETTINGS = (1e-3, 3e-4, 0.97, 15.0)
TRACK = (0.01, 0.05, 2e-4, 0.93)


def cases(n_day=30, n_district=5):
    count = RNG.poisson(RNG.gamma(1, 30, n_district), (n_day, n_district)).astype(float)
    count[RNG.random(count.shape) < 0.2] = np.nan
    return count


def test_filter_equals_its_twin():
    count = cases()
    count[:, 2] = 0.0
    count[:, 3] = np.nan
    found, expected = epidemic.filter_cases(count, *SETTINGS), naive.filter_cases(count, *SETTINGS)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    assert np.isnan(found[3]).all() and np.isfinite(np.delete(found, 3, axis=0)).all()


def test_filter_of_one_day_and_of_none():
    assert np.isfinite(epidemic.filter_cases(np.array([[12.0]]), *SETTINGS)).all()
    assert np.isnan(epidemic.filter_cases(np.zeros((0, 1)), *SETTINGS)).all()


def test_filter_recovers_steady_growth():
    day = np.arange(60)
    count = np.exp(3.0 + 0.04 * day)[:, None]
    level, growth = epidemic.filter_cases(count, *SETTINGS)[0, :2]
    assert level == pytest.approx(3.0 + 0.04 * 59, abs=0.1)
    assert growth == pytest.approx(0.04, abs=0.012)


def track(count):
    return epidemic.track_levels(count, np.ones(count.shape), np.full(count.shape[1], 20.0), *TRACK)


def test_tracked_levels_equal_their_twin():
    """With gaps, an empty place, zeros, one slip, a lasting jump up and a fall to nothing."""
    count = cases(40, 8)
    count[:, 2] = np.nan
    count[:, 3] = 0.0
    count[20, 4] = 5e4
    count[20:, 5] = 40 * count[20:, 5] + 300
    count[30:, 6] = 0.0
    count[:12, 7] = np.nan
    usual, dispersion = RNG.uniform(0.3, 1.6, count.shape), RNG.uniform(2, 300, 8)
    found = epidemic.track_levels(count, usual, dispersion, *TRACK)
    np.testing.assert_allclose(found, naive.track_levels(count, usual, dispersion, *TRACK), rtol=1e-8, atol=1e-10)
    assert np.isnan(found[:, 2]).all() and np.isfinite(np.delete(found, (2, 7), axis=1)).all()
    assert np.isnan(found[:12, 7]).all() and np.isfinite(found[-1, 7]).all()


def test_one_slip_leaves_the_level_but_a_second_day_moves_it_without_growth():
    steady = np.full((40, 1), 1000.0)
    slip, moved = steady.copy(), steady.copy()
    slip[39] = 8000
    moved[38:] = 4000
    level = np.exp([track(count)[-1, 0, 0] for count in (slip, moved)])
    assert level[0] < 2000
    assert level[1] == pytest.approx(4000, rel=0.1)
    assert track(moved)[-1, 0, 1] < 0.1 * np.log(4)


def test_tracked_levels_need_a_report():
    assert np.isfinite(track(np.array([[12.0]]))).all()
    assert track(np.zeros((0, 1))).shape == (0, 1, 5)


def test_uncertain_contacts_equal_the_formula():
    alpha, beta = RNG.uniform(0.2, 6, 8), RNG.uniform(1, 5000, 8)
    found = epidemic.uncertain_contact_table(alpha, beta, 60)
    np.testing.assert_allclose(found, naive.uncertain_contact_table(alpha, beta, 60), atol=1e-9)


def test_certain_contacts_equal_their_twin_and_bound_the_uncertain_ones():
    p = np.array([0.0, 0.001, 0.02, 0.5, 1.0])
    certain = epidemic.contact_table(p, 20)
    np.testing.assert_allclose(certain, naive.contact_table(p, 20), atol=1e-12)
    size = 4.0
    uncertain = epidemic.uncertain_contact_table(np.maximum(p, 1e-9) * size, (1 - p) * size + 1e-9, 20)
    assert (uncertain <= certain + 1e-6).all()


def test_unknown_prevalence_stays_unknown():
    assert np.isnan(epidemic.contact_table(np.array([np.nan]), 5)).all()
    assert np.isnan(epidemic.uncertain_contact_table(np.array([np.nan]), np.array([np.nan]), 5)).all()


def test_fields_and_codes_equal_their_twins():
    table = np.stack([naive.contact_table(np.array([0.001, 0.02, np.nan, 0.3]), 60) for _ in range(2)])
    table[1] *= 0.5
    district = RNG.integers(-1, 4, 80).astype(np.int32)
    people = RNG.uniform(-1, 70, 80).astype(np.float32)
    field = epidemic.contact_field(table[0], district, people)
    np.testing.assert_allclose(field, naive.contact_field(table[0], district, people), rtol=1e-6)
    codes = epidemic.contact_codes(table, district, people, KNOTS)
    np.testing.assert_array_equal(codes, naive.contact_codes(table, district, people, KNOTS))
    assert (codes[:, district < 0] == 255).all()
