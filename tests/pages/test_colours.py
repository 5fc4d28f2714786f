"""Levels stay apart for every kind of colour sight, and without colour."""

import re
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

STYLES = Path(__file__).resolve().parents[2] / "assets" / "css"
SIGHTS = {
    "full": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""Machado, Oliveira & Fernandes 2009, IEEE TVCG 15, 1291: severity 1, on linear RGB."""
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)
LEAST_DIFFERENCE = 20.0
"""CIE 1976 colour difference; some 2 is just seen side by side."""


def linear(colour: str) -> np.ndarray:
    part = np.array([int(colour[k : k + 2], 16) / 255 for k in (0, 2, 4)])
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    t = TO_XYZ @ np.clip(rgb, 0.0, 1.0) / TO_XYZ.sum(axis=1)
    f = np.where(t > 216 / 24389, np.cbrt(t), (24389 / 27 * t + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", SIGHTS)
def test_levels_are_told_apart_by_every_kind_of_sight(sight: str) -> None:
    colours = re.findall(r"--level-[0-4]: #([0-9a-f]{6})", (STYLES / "tokens.css").read_text("utf-8"))
    assert len(colours) == 5
    seen = [lab(SIGHTS[sight] @ linear(one)) for one in colours]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > LEAST_DIFFERENCE


def test_every_level_has_a_sign_of_its_own_for_grey_print() -> None:
    signs = (STYLES / "sign.css").read_text("utf-8")
    shapes = re.findall(r"^\.(level-(?:[0-4]|none)) \{[^}]*--shape: url\((.*?)\);", signs, re.MULTILINE | re.DOTALL)
    assert [name for name, _ in shapes] == ["level-0", "level-1", "level-2", "level-3", "level-4", "level-none"]
    assert len({shape for _, shape in shapes}) == len(shapes)
