"""A walker of the tiny town, and pings as a client sends them."""

from typing import Any

import numpy as np

from tests.tiny import D_LON_DEG, N, node_position

ROW = 3
SPEED_M_PER_S = 1.3


def walk_east(n: int, begin_s: float, gap_s: float = 10.0, noise_deg: float = 2e-5) -> list[dict[str, Any]]:
    """Pings of a walk east along row 3, from its west end on."""
    lat, west = node_position(ROW * N)
    noise = np.random.default_rng(n).normal(0, noise_deg, (2, n))
    along_deg = SPEED_M_PER_S * gap_s * np.arange(n) / 100.0 * D_LON_DEG
    return [
        {
            "lat": lat + noise[0, k],
            "lon": west + along_deg[k] + noise[1, k],
            "time": begin_s + gap_s * k,
            "accuracy": 8.0,
        }
        for k in range(n)
    ]
