"""Compressed rows: how positions grouped by a value are addressed."""

import numpy as np
from numpy.typing import NDArray


def first_of(position: NDArray[np.int32], n: int) -> NDArray[np.int32]:
    """Rows of a compressed array: entries with value `v` are ``first[v]:first[v + 1]`` once sorted."""
    return np.concatenate([[0], np.cumsum(np.bincount(position, minlength=n))]).astype(np.int32)
