"""Federated counting: bounds, noise, sums, and whether the merged model beats each operator's own."""

import random

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.movement.next_place import replay_person
from risk_core.movement.place_merge import (
    PlaceUpdate,
    UpdateOptions,
    count_update,
    exact_update,
    merge_updates,
    merged_model,
)
from risk_core.movement.place_record import PlaceModel, PlaceOptions, PlaceVisits
from risk_core.units import S_PER_DAY, S_PER_H

N_PLACE = 24
N_DAY = 10


def town(seed: int) -> np.ndarray:
    """How likely one goes from each place to each other, shape=(n, n): every place has a few usual next ones."""
    rng = np.random.default_rng(seed)
    pull = rng.gamma(0.3, size=(N_PLACE, N_PLACE)) * rng.gamma(1.0, size=N_PLACE)
    np.fill_diagonal(pull, 0.0)
    return pull / pull.sum(axis=1, keepdims=True)


def walk(chances: np.ndarray, n_person: int, homes: np.ndarray, seed: int) -> PlaceVisits:
    """Persons who leave home each day and make four steps."""
    rng = np.random.default_rng(seed)
    person, place, time_s = [], [], []
    for who in range(n_person):
        home = rng.choice(homes)
        for day in range(N_DAY):
            at = home
            for step in range(5):
                person.append(who)
                place.append(at)
                time_s.append(day * S_PER_DAY + (8 + 2 * step) * S_PER_H)
                at = rng.choice(N_PLACE, p=chances[at])
    return PlaceVisits(np.array(person), np.array(place), np.array(time_s, dtype=float))


def log_loss(model: PlaceModel, visits: PlaceVisits) -> float:
    """Mean negative log probability of the second visit of each person's first day on, each person unknown before."""
    losses = []
    for who in np.unique(visits.person):
        own = visits.person == who
        told = replay_person(model, visits.place[own][:20], visits.time_s[own][:20])[1]
        losses.append(-np.log(np.maximum(told[1:, 1], 1e-6)))
    return float(np.concatenate(losses).mean())


def test_the_merged_model_beats_each_operators_own_on_held_out_people() -> None:
    """Three operators, each with customers of one part of town; asked are people of all parts, of nobody's data.

    Their own models know their own counts exactly; the merged one only what was bounded and noised.
    """
    chances, options = town(1), PlaceOptions()
    parts = np.array_split(np.arange(N_PLACE), 3)
    draw = random.Random(11).randrange
    shared, own = [], []
    for k, part in enumerate(parts):
        visits = walk(chances, 250, part, 20 + k)
        shared.append(count_update(visits, N_PLACE, draw))
        own.append(exact_update(visits, N_PLACE, UpdateOptions(most_place_day=24, most_step_day=24)))
    held_out = walk(chances, 60, np.arange(N_PLACE), 99)
    merged = log_loss(merged_model(merge_updates(shared), options), held_out)
    single = [log_loss(merged_model(one, options), held_out) for one in own]
    assert merged < min(single), (merged, single)


def test_an_update_holds_no_more_of_a_persons_day_than_allowed() -> None:
    """Taking one person's day away changes bounded counts by at most the sensitivity."""
    rng = np.random.default_rng(4)
    visits = PlaceVisits(np.repeat(np.arange(20), 20), rng.integers(0, 8, 400), np.tile(np.arange(20) * 8_000.0, 20))
    options = UpdateOptions()
    whole = exact_update(visits, 8, options)
    for who, day in ((0, 0), (5, 1), (19, 1)):
        rest = ~((visits.person == who) & (np.floor(visits.time_s / S_PER_DAY) == day))
        without = exact_update(PlaceVisits(visits.person[rest], visits.place[rest], visits.time_s[rest]), 8, options)
        change = np.abs(whole.n_visit - without.n_visit).sum() + np.abs(whole.n_step - without.n_step).sum()
        assert 0 < change <= options.sensitivity


def test_small_counts_and_empty_ones_are_silent() -> None:
    visits = PlaceVisits(np.zeros(2, int), np.array([0, 1]), np.array([0.0, 60.0]))
    spoken = 0
    for seed in range(30):
        found = count_update(visits, 30, random.Random(seed).randrange)
        spoken += int((found.n_visit > 0).sum() + (found.n_step > 0).sum())
    assert spoken / 30 < 1.5


def test_sums_are_those_of_the_data_brought_together() -> None:
    chances = town(2)
    one, two = walk(chances, 20, np.arange(N_PLACE), 1), walk(chances, 30, np.arange(N_PLACE), 2)
    both = PlaceVisits(
        np.concatenate([one.person, two.person + 20]),
        np.concatenate([one.place, two.place]),
        np.concatenate([one.time_s, two.time_s]),
    )
    merged = merge_updates([exact_update(one, N_PLACE), exact_update(two, N_PLACE)])
    together = exact_update(both, N_PLACE)
    assert (merged.n_visit == together.n_visit).all() and (merged.n_step == together.n_step).all()


def test_what_does_not_fit_is_refused() -> None:
    fine = PlaceUpdate(np.ones(2), np.zeros((2, 2)))
    for bad in ([], [fine, PlaceUpdate(np.ones(3), np.zeros((3, 3)))]):
        with pytest.raises(InputError):
            merge_updates(bad)
    with pytest.raises(InputError):
        merge_updates([fine], [1.0, 2.0])
    with pytest.raises(InputError):
        PlaceUpdate(-np.ones(2), np.zeros((2, 2)))
    with pytest.raises(InputError):
        count_update(PlaceVisits(np.zeros(1, int), np.array([5]), np.zeros(1)), 5, random.Random(1).randrange)
