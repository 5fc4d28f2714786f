"""Invented city ground for tests and benchmarks: a smooth random valley with sunk streets."""

import numpy as np


def city_ground(n, cell_m, seed=1):
    """Heights in metres, shape=(n, n): noise of long waves, a valley along x falling 0.2 %, streets every 20 cells."""
    rng = np.random.default_rng(seed)
    wave2 = np.fft.fftfreq(n)[:, None] ** 2 + np.fft.rfftfreq(n)[None] ** 2
    noise = rng.normal(size=wave2.shape) + 1j * rng.normal(size=wave2.shape)
    hills = np.fft.irfft2(noise / np.maximum(wave2, 1e-6) ** 0.9, s=(n, n))
    hills = 30 * (hills - hills.min()) / (hills.max() - hills.min())
    x = np.arange(n) * cell_m
    height = hills + 0.002 * x[None] + 20 * ((x[:, None] - x.mean()) / x.max()) ** 2
    height[::20] -= 0.3
    height[:, ::20] -= 0.3
    return height
