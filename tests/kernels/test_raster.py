import numpy as np
import pytest

from risk_core.kernels import raster
from tests.naive import raster as naive

RNG = np.random.default_rng(6)


def test_projection_equals_its_twin_and_its_inverse():
    for lat in (-85.0, -33.4, 0.0, 37.5, 85.0):
        assert raster.mercator_y(lat) == pytest.approx(naive.mercator_y(lat), abs=1e-12)
        assert raster.mercator_lat_deg(raster.mercator_y(lat)) == pytest.approx(lat, abs=1e-9)
        assert raster.mercator_lat_deg(0.3) == pytest.approx(naive.mercator_lat_deg(0.3), abs=1e-9)
    assert raster.mercator_y(85.0511287798066) == pytest.approx(0.0, abs=1e-9)


def test_tile_equals_its_twin():
    code = RNG.integers(0, 251, (9, 7)).astype(np.uint8)
    code[RNG.random(code.shape) < 0.2] = 255
    args = (code, 37.6, 126.9, 0.01, 0.0125, 12, 3491, 1586)
    found, expected = raster.mercator_tile(*args), naive.mercator_tile(*args)
    assert (expected != 255).any() and (expected == 255).any()
    assert np.abs(found.astype(int) - expected).max() <= 1
    np.testing.assert_array_equal(found == 255, expected == 255)


def test_tile_far_away_is_unknown():
    code = np.zeros((4, 4), dtype=np.uint8)
    assert (raster.mercator_tile(code, 37.6, 126.9, 0.01, 0.01, 8, 0, 0) == 255).all()


def test_even_field_stays_even_in_a_tile():
    code = np.full((40, 40), 150, dtype=np.uint8)
    tile = raster.mercator_tile(code, 60.0, -60.0, 2.0, 3.0, 0, 0, 0)
    assert set(np.unique(tile)) == {150, 255}


@pytest.mark.parametrize("lat_max_deg, d_lat_deg", [(43.0, 0.5), (-20.0, 1.0), (10.0, 0.001)])
def test_rows_equal_their_twin(lat_max_deg, d_lat_deg):
    code = np.repeat(np.arange(25, dtype=np.uint8)[:, None], 3, axis=1)
    np.testing.assert_array_equal(
        raster.mercator_rows(code, lat_max_deg, d_lat_deg), naive.mercator_rows(code, lat_max_deg, d_lat_deg)
    )


def test_rows_of_a_tall_field_move_and_of_a_city_do_not():
    code = np.repeat(np.arange(200, dtype=np.uint8)[:, None], 2, axis=1)
    assert (raster.mercator_rows(code, 60.0, 0.2) != code).any()
    np.testing.assert_array_equal(raster.mercator_rows(code, 37.6, 0.0001), code)
