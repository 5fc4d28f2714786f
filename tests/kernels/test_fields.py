import numpy as np
import pytest

from risk_core.kernels import fields
from risk_core.state.level import risk_to_code
from tests.naive import fields as naive

KNOTS = np.array([15.0, 30.0, 50.0, 72.0, 100.0])
VALUES = np.array([0.0, -3.0, 1e-9, 14.99, 15.0, 15.01, 72.0, 99.9, 100.0, 1e9, np.nan])


def test_ladder_equals_its_twin_and_hits_every_figure():
    for value in VALUES:
        np.testing.assert_allclose(fields.ladder_risk(value, KNOTS), naive.ladder_risk(value, KNOTS), atol=1e-12)
    for k, knot in enumerate(KNOTS):
        assert fields.ladder_risk(knot, KNOTS) == pytest.approx(0.2 * (k + 1), abs=1e-15)


def test_ladder_rises_with_the_value():
    values = np.sort(np.random.default_rng(0).uniform(-5, 150, 200))
    code = [fields.code_of(fields.ladder_risk(one, KNOTS)) for one in values]
    assert (np.diff(code) >= 0).all()
    assert code == [naive.code_of(naive.ladder_risk(one, KNOTS)) for one in values]


def test_code_equals_the_record_s_coding():
    risks = np.concatenate([np.linspace(-0.1, 1.1, 301), [np.nan]])
    assert [fields.code_of(risk) for risk in risks] == risk_to_code(risks).tolist()


@pytest.mark.parametrize("n_hazard", [1, 2, 3, 4])
def test_combination_equals_its_twin(n_hazard):
    code = np.random.default_rng(n_hazard).integers(0, 251, (n_hazard, 300)).astype(np.uint8)
    code[np.random.default_rng(9).random(code.shape) < 0.2] = 255
    np.testing.assert_array_equal(fields.combine_codes(code), naive.combine_codes(code))


def test_combination_of_nothing_is_empty():
    assert fields.combine_codes(np.zeros((2, 0), dtype=np.uint8)).size == 0
    assert fields.combine_codes(np.full((3, 2), 255, dtype=np.uint8)).tolist() == [255, 255]


def test_sampling_equals_its_twin():
    rng = np.random.default_rng(1)
    code = rng.integers(0, 251, (3, 40)).astype(np.uint8)
    code[:, rng.random(40) < 0.4] = 255
    n_cell = rng.integers(0, 6, 25)
    first = np.concatenate([[0], np.cumsum(n_cell)]).astype(np.int32)
    cell = rng.integers(-1, 40, first[-1]).astype(np.int32)
    np.testing.assert_array_equal(fields.sample_max(code, first, cell), naive.sample_max(code, first, cell))


def test_sampling_without_streets_or_times():
    assert fields.sample_max(np.zeros((2, 4), np.uint8), np.zeros(1, np.int32), np.zeros(0, np.int32)).shape == (2, 0)
    assert fields.sample_max(np.zeros((0, 4), np.uint8), np.array([0, 1], np.int32), np.zeros(1, np.int32)).size == 0


def crossings(seed):
    """Cells of a few streets with the metres in each."""
    rng = np.random.default_rng(seed)
    first = np.concatenate([[0], np.cumsum(rng.integers(0, 5, 12))]).astype(np.int32)
    return first, rng.integers(0, 40, first[-1]).astype(np.int32), rng.uniform(0, 60, first[-1]).astype(np.float32)


def test_exposure_equals_its_twin():
    code = np.random.default_rng(3).integers(0, 251, 40).astype(np.uint8)
    code[::5] = 255
    danger = np.linspace(0, 9, 256)
    for found, wanted in zip(
        fields.expose_streets(code, danger, *crossings(4)),
        naive.expose_streets(code, danger, *crossings(4)),
        strict=True,
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_walk_through_cells_equals_its_twin():
    first, cell, length_m = crossings(5)
    rng = np.random.default_rng(6)
    street = rng.integers(0, 12, 9).astype(np.int32)
    whole = np.array([length_m[first[s] : first[s + 1]].sum() for s in street])
    begin, end = whole * rng.random(9), whole * rng.random(9)
    begin[0], end[0] = 0.0, whole[0]
    found = fields.walk_cells(first, cell, length_m, street, begin, end)
    wanted = naive.walk_cells(first, cell, length_m, street, begin, end)
    assert found[0].tolist() == wanted[0] and found[1].tolist() == wanted[1]
    np.testing.assert_allclose(found[2], wanted[2], atol=1e-4)
    np.testing.assert_allclose(np.bincount(found[0], found[2], 9), abs(end - begin), atol=1e-3)


@pytest.mark.parametrize("half", [(0, 0), (1, 2), (9, 9)])
def test_box_mean_equals_its_twin(half):
    rng = np.random.default_rng(2)
    value = rng.gamma(0.5, 10, (7, 9)).astype(np.float32)
    value[rng.random(value.shape) < 0.3] = np.nan
    np.testing.assert_allclose(fields.box_mean(value, *half), naive.box_mean(value, *half), rtol=1e-5, atol=1e-6)


def test_box_mean_of_unknown_cells_is_unknown():
    assert np.isnan(fields.box_mean(np.full((3, 3), np.nan, np.float32), 1, 1)).all()
