import heapq

import numpy as np
import pytest

from risk_core.kernels.heap import N_FIRST, least_cost, least_item, new_heap, pop_cost, push_cost, with_room


@pytest.mark.parametrize("seed", range(4))
def test_pushed_and_popped_as_the_library_does(seed):
    rng = np.random.default_rng(seed)
    heap, size, twin = new_heap(), 0, []
    for _ in range(6000):
        if size > 0 and rng.random() < 0.3:
            assert (least_cost(heap), least_item(heap)) == heapq.heappop(twin)
            size = pop_cost(heap, size)
        else:
            cost, item = int(rng.integers(-50, 50)), int(rng.integers(0, 2**31))
            heap = with_room(heap, size)
            size = push_cost(heap, size, cost, item)
            heapq.heappush(twin, (cost, item))
        assert size == len(twin)
    assert heap.size > N_FIRST
    while size > 0:
        assert (least_cost(heap), least_item(heap)) == heapq.heappop(twin)
        size = pop_cost(heap, size)
    assert twin == []


@pytest.mark.parametrize("cost", [-(2**31), -1, 0, 1, 2**31 - 1])
@pytest.mark.parametrize("item", [0, 1, 2**31 - 1])
def test_entries_keep_cost_and_item(cost, item):
    heap = new_heap()
    assert push_cost(heap, 0, cost, item) == 1
    assert (least_cost(heap), least_item(heap)) == (cost, item)
