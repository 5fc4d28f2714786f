"""Noise, bounds and silence, against what theory says of them."""

import math
import random
import secrets

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from risk_core.errors import InputError
from risk_core.privacy.count_people import CountOptions, bound_days, safe_counts
from risk_core.privacy.noise import geometric_noise, noise_sd, silent_below


@pytest.mark.parametrize(("epsilon", "sensitivity"), [(1.0, 1), (1.0, 4), (0.5, 4), (0.1, 1), (3.0, 2)])
def test_noise_is_two_sided_geometric(epsilon: float, sensitivity: int) -> None:
    """Each value as often as its law says, within five standard errors."""
    n = 20_000
    noise = geometric_noise(n, epsilon, sensitivity, random.Random(7).randrange)
    alpha = math.exp(-epsilon / sensitivity)
    for value in range(-3, 4):
        share = (1 - alpha) / (1 + alpha) * alpha ** abs(value)
        assert abs((noise == value).mean() - share) < 5 * math.sqrt(share * (1 - share) / n)
    assert abs(noise.mean()) < 5 * noise_sd(epsilon, sensitivity) / math.sqrt(n)
    assert noise.std() == pytest.approx(noise_sd(epsilon, sensitivity), rel=0.05)


def test_neighbouring_counts_are_as_likely_within_e_to_the_epsilon() -> None:
    """The promise itself: of two counts that differ by one person, no answer tells which it was."""
    epsilon, n = 1.0, 60_000
    noise = geometric_noise(n, epsilon, 1, random.Random(3).randrange)
    with_person, without = noise + 11, noise + 10
    for answer in range(6, 16):
        a, b = (with_person == answer).mean(), (without == answer).mean()
        slack = 5 * math.sqrt((a + b) / n)
        assert a <= math.exp(epsilon) * b + slack and b <= math.exp(epsilon) * a + slack


def test_a_real_draw_is_never_the_same() -> None:
    assert (geometric_noise(50, 0.5, 4, secrets.randbelow) != geometric_noise(50, 0.5, 4, secrets.randbelow)).any()


@pytest.mark.parametrize(("epsilon", "sensitivity"), [(0.0, 1), (math.nan, 1), (9.0, 1), (-1.0, 1), (1.0, 0)])
def test_what_protects_nobody_is_refused(epsilon: float, sensitivity: int) -> None:
    with pytest.raises(InputError):
        geometric_noise(1, epsilon, sensitivity, secrets.randbelow)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), st.integers(0, 5)), max_size=60), st.integers(1, 5))
@settings(deadline=None, max_examples=200)
def test_a_persons_day_changes_no_more_counts_than_allowed(rows: list[tuple[int, int, int]], most: int) -> None:
    person, day, count = (np.array([row[k] for row in rows], np.int64) for k in range(3))
    kept = bound_days(person, day, count, most)
    seen: dict[tuple[int, int], list[int]] = {}
    naive = []
    for who, when, which in rows:
        had = seen.setdefault((who, when), [])
        naive.append(which not in had and len(had) < most)
        if naive[-1]:
            had.append(which)
    assert kept.tolist() == naive


def test_small_counts_are_silent_and_empty_ones_hardly_ever_speak() -> None:
    person = np.arange(5)
    draw = random.Random(1).randrange
    n_spoken = [
        len(safe_counts(person, person * 0, person * 0, 2_000, draw, CountOptions(epsilon=1.0)).row) for _ in range(20)
    ]
    assert np.mean(n_spoken) < 1.5
    assert silent_below(1.0, 4, 2_000, 10) >= 25
    with pytest.raises(InputError):
        CountOptions(least=5)


def test_many_people_are_told_within_their_noise() -> None:
    person = np.arange(4_000)
    found = safe_counts(person, person * 0, person % 4, 4, random.Random(2).randrange)
    assert found.row.tolist() == [0, 1, 2, 3]
    assert np.abs(found.persons - 1_000).max() < 6 * noise_sd(1.0, 4)
