import numpy as np
import pytest

from risk_core.kernels import drainage
from tests.naive import drainage as naive

RNG = np.random.default_rng(13)
GROUNDS = [
    RNG.uniform(0, 5, (7, 9)),
    RNG.integers(0, 4, (8, 8)).astype(float),
    np.zeros((4, 5)),
    RNG.uniform(0, 1, (2, 6)),
]


@pytest.mark.parametrize("ground", GROUNDS, ids=["random", "terraces", "flat", "edges_only"])
def test_filling_ways_and_streams_equal_their_twins(ground):
    filled, flooded_from, order = drainage.fill_hollows(ground)
    np.testing.assert_array_equal(filled, naive.fill_hollows(ground))
    assert sorted(order) == list(range(ground.size))
    down = drainage.steepest_down(filled, flooded_from)
    np.testing.assert_array_equal(down, naive.steepest_down(filled, flooded_from))
    level = filled.ravel()
    assert all(level[c] >= level[down[c]] for c in range(ground.size) if down[c] >= 0)
    own = RNG.uniform(0, 1, ground.size)
    gathered = drainage.gather_down(down, order, own)
    np.testing.assert_allclose(gathered, naive.gather_down(down, own))
    assert gathered[down < 0].sum() == pytest.approx(own.sum())
    is_stream = gathered > np.quantile(gathered, 0.8)
    np.testing.assert_array_equal(drainage.stream_of(down, order, is_stream), naive.stream_of(down, is_stream))


def test_the_heap_gives_cells_by_height():
    key, cell, heights = np.empty(40), np.empty(40, np.int32), RNG.uniform(0, 1, 40)
    for n, height in enumerate(heights):
        drainage.push_cell(key, cell, n, height, n)
    found = [drainage.pop_cell(key, cell, n) for n in range(40, 0, -1)]
    np.testing.assert_array_equal(found, np.argsort(heights))
