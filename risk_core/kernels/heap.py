"""A heap of costs: whole numbers with the item they belong to, the least one first.

An entry is one 64-bit number, the cost above and the item below, so entries compare and move as one; of equal costs
the smaller item comes first. Nodes have four children, which halves the levels of a binary heap (Johnson, "Priority
queues with update and finding minimum spanning trees", Inf. Process. Lett. 4(3), 1975: d-ary heaps).
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.kernels.jit import kernel

N_FIRST = 1024
"""Entries a heap has room for before it grows."""

_ITEM = 0xFFFFFFFF


@kernel
def new_heap() -> NDArray[np.int64]:
    """An empty heap; its size, 0, is kept by whoever uses it."""
    return np.empty(N_FIRST, dtype=np.int64)


@kernel
def with_room(heap: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """The heap itself, or one twice as long with the same entries where it is full."""
    if size < heap.size:
        return heap
    wide = np.empty(2 * heap.size, dtype=np.int64)
    wide[:size] = heap
    return wide


@kernel
def least_cost(heap: NDArray[np.int64]) -> int:
    """Cost of the first entry of a heap that is not empty."""
    return int(heap[0] >> 32)


@kernel
def least_item(heap: NDArray[np.int64]) -> int:
    """Item of the first entry of a heap that is not empty."""
    return int(heap[0] & _ITEM)


@kernel
def push_cost(heap: NDArray[np.int64], size: int, cost: int, item: int) -> int:
    """Add an entry to a heap that has room; returns its new size. `cost` fits 32 bits, `item` is 0 or more."""
    entry = (np.int64(cost) << 32) | np.int64(item)
    at = size
    while at > 0:
        parent = (at - 1) >> 2
        if heap[parent] <= entry:
            break
        heap[at] = heap[parent]
        at = parent
    heap[at] = entry
    return size + 1


@kernel
def pop_cost(heap: NDArray[np.int64], size: int) -> int:
    """Remove the first entry; returns the heap's new size."""
    size -= 1
    last = heap[size]
    at = 0
    while True:
        child = 4 * at + 1
        if child >= size:
            break
        least, low = child, heap[child]
        for other in range(child + 1, min(child + 4, size)):
            if heap[other] < low:
                least, low = other, heap[other]
        if low >= last:
            break
        heap[at] = low
        at = least
    heap[at] = last
    return size
