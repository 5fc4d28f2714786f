import numpy as np
import pytest

from risk_core.kernels import presence
from tests.naive import presence as naive

RNG = np.random.default_rng(12)


def ground(n_cell=40, n_district=4, n_street=25):
    """Shares, people near, districts and the cells of streets, with gaps of every kind."""
    share = RNG.uniform(0, 0.05, (24, n_district))
    share[:, 3] = np.nan
    near = RNG.uniform(0, 9, (24, n_cell)).astype(np.float32)
    near[RNG.random(near.shape) < 0.1] = np.nan
    district = RNG.integers(-1, n_district, n_cell).astype(np.int32)
    n_met = RNG.integers(0, 5, n_street)
    first = np.concatenate([[0], np.cumsum(n_met)]).astype(np.int32)
    cell = RNG.integers(0, n_cell, first[-1]).astype(np.int32)
    return share, near, district, first, cell, RNG.uniform(1, 90, first[-1]).astype(np.float32)


def test_street_hazards_equal_their_twin():
    share, near, district, *cells = ground()
    found = presence.street_hazards(share, near, district, 3e-4, *cells)
    np.testing.assert_allclose(found, naive.street_hazards(share, near, district, 3e-4, *cells), rtol=1e-5)
    assert found.dtype == np.float32 and np.isnan(found).any() and np.isfinite(found).any()


@pytest.mark.parametrize("start_h", [0.0, 7.99, 23.5, 24.0, 13.0])
def test_hours_are_those_of_the_overlaps(start_h):
    stay = np.concatenate([RNG.uniform(0, 40, 12), [0.0, 60.0, 1500.0, 1e-9]])
    owner, hour, length_h = presence.cut_hours(stay, start_h)
    found = np.zeros((len(stay), 24))
    np.add.at(found, (owner, hour), length_h)
    np.testing.assert_allclose(found, naive.hours_spent(stay, start_h), atol=1e-9)
    assert (length_h > 0).all() and (hour >= 0).all() and (hour < 24).all()


def test_whole_hours_fall_on_their_own_hours():
    _, hour, length_h = presence.cut_hours(np.full(4, 60.0), 22.0)
    assert hour.tolist() == [22, 23, 0, 1] and length_h.tolist() == [1.0] * 4
    assert presence.cut_hours(np.empty(0), 5.0)[0].size == 0


def test_path_dose_equals_its_twin():
    table = RNG.uniform(0, 1e-4, (24, 30)).astype(np.float32)
    table[:, 4] = np.nan
    edges = RNG.integers(0, 30, 50).astype(np.int32)
    stay = RNG.uniform(0, 12, 50)
    for start_h in (0.0, 18.3):
        found = presence.path_dose(table, edges, stay, start_h)
        np.testing.assert_allclose(found, naive.path_dose(table, edges, stay, start_h), rtol=1e-9)


def test_path_weights_equal_their_twin_and_give_the_dose_of_the_table():
    share, near, district, *cells = ground()
    streets = RNG.integers(0, 25, 40).astype(np.int32)
    stay = RNG.uniform(0, 12, 40)
    found = presence.path_weights(share, near, district, *cells, streets, stay, 21.7)
    np.testing.assert_allclose(found, naive.path_weights(share, near, district, *cells, streets, stay, 21.7), rtol=1e-5)
    table = presence.street_hazards(share, near, district, 3e-4, *cells)
    dose, _ = presence.path_dose(table, streets, stay, 21.7)
    assert 3e-4 * np.nansum(found * share) == pytest.approx(dose, rel=1e-5)
