"""Next-place kernels against their twins."""

import numpy as np
import pytest

from risk_core.kernels import next_place as kernels
from risk_core.kernels import next_place_crowd, next_place_replay
from risk_core.movement.place_record import PlaceOptions, PlaceVisits
from risk_core.movement.place_teaching import count_crowd
from tests.naive import next_place as naive

SCALE = PlaceOptions().scale()


def visits(seed, n_person=4, n=40, n_place=9):
    """Persons with a round of their own, in minutes, some visits at the same time."""
    rng = np.random.default_rng(seed)
    person = np.repeat(np.arange(n_person), n)
    place = (rng.integers(0, 3, n_person * n) + 2 * person) % n_place
    time_s = 60.0 * np.concatenate([np.sort(rng.integers(0, 60 * 1440, n)) for _ in range(n_person)])
    return person, place, time_s


def weights(seed):
    return np.random.default_rng(seed).normal(0.0, 0.4, kernels.N_FEATURE)


@pytest.mark.parametrize("at_time", [False, True])
@pytest.mark.parametrize(("seed", "n"), [(1, 1), (2, 2), (3, 3), (4, 30)])
def test_evidence_and_shares_match_the_twin(seed, n, at_time):
    _, place, time_s = visits(seed)
    places, own = next_place_replay.own_positions(place[:n])
    assert np.array_equal(places[own], place[:n]) and list(dict.fromkeys(place[:n])) == places.tolist()
    now_s = time_s[n - 1] + 7_300.0
    evidence = kernels.weigh_past(own, time_s[:n], len(places), now_s, at_time, SCALE)
    np.testing.assert_allclose(evidence, naive.weigh_past(own, time_s[:n], len(places), now_s, at_time, SCALE), 1e-12)
    shares = kernels.place_shares(evidence, 2.0)
    np.testing.assert_allclose(shares, naive.place_shares(evidence, 2.0), rtol=1e-12)
    np.testing.assert_allclose(shares.sum(axis=0), 1.0)


def test_clock_and_weekday():
    assert [kernels.weekday(86400.0 * k + 5.0) for k in range(-1, 5)] == [2, 3, 4, 5, 6, 0]
    assert kernels.clock_nearness(23.5 * 3600, 86400.0 + 1800.0, 3600.0) == pytest.approx(np.exp(-0.5))


@pytest.mark.parametrize("at_time", [False, True])
def test_features_softmax_and_gradient_match_the_twin(at_time):
    person, place, time_s = visits(5)
    crowd, twin = count_crowd(PlaceVisits(person, place, time_s)), naive.count_crowd(person, place)
    mine = np.flatnonzero(person == 2)
    places, own = next_place_replay.own_positions(place[mine])
    i = 25
    n_own = int(own[:i].max()) + 1
    others, n_from = next_place_crowd.others_counts(crowd, places, own, n_own, own[i - 1])
    expected, expected_from = naive.others_counts(twin, places, own, n_own, own[i - 1])
    np.testing.assert_array_equal(others, expected)
    assert n_from == expected_from
    question = (own[:i], time_s[mine][:i], n_own, time_s[mine][i], at_time, SCALE, others, n_from, 160.0)
    features = kernels.place_features(*question)
    assert features.shape[1] == kernels.N_FEATURE
    np.testing.assert_allclose(features, naive.place_features(*question), rtol=1e-10, atol=1e-12)
    weight = weights(6)
    prob = kernels.place_probs(features, weight)
    np.testing.assert_allclose(prob, naive.place_probs(features, weight), rtol=1e-10)
    slope = kernels.loss_gradient(features, prob, 1)
    np.testing.assert_allclose(slope, naive.loss_gradient(features, weight, 1), rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize("present", [-1, 0, 4, 99])
def test_places_of_the_crowd_match_the_twin(present):
    person, place, time_s = visits(7, n_person=12, n_place=40)
    crowd, twin = count_crowd(PlaceVisits(person, place, time_s)), naive.count_crowd(person, place)
    assert crowd.unknown_share == pytest.approx(twin["unknown_share"])
    known = np.array([0, 4, 7, 77])
    to, share = next_place_crowd.offer_places(crowd, known, len(known), present, 5.0)
    expected = naive.first_visit_shares(twin, known, present, 5.0)
    assert set(to.tolist()) == naive.offered(twin, known.tolist(), present) and len(set(to.tolist())) == len(to)
    np.testing.assert_allclose(share, [expected[q] for q in to.tolist()], rtol=1e-10)
    assert sum(expected.values()) == pytest.approx(1.0)
    for q in (1, 20, 39, 500):
        told = next_place_crowd.new_share(crowd, known, len(known), present, 5.0, q)
        assert told == pytest.approx(expected.get(q, expected[None]))


@pytest.mark.parametrize("at_time", [False, True])
@pytest.mark.parametrize("n_contributed", [0, 15])
def test_replay_matches_the_twin(at_time, n_contributed):
    person, place, time_s = visits(8, n_place=30)
    crowd, twin = count_crowd(PlaceVisits(person, place, time_s)), naive.count_crowd(person, place)
    rng = np.random.default_rng(9)
    mine, when = place[person == 1].copy(), time_s[person == 1]
    late = np.arange(len(mine)) >= n_contributed
    mine[late & (rng.random(len(mine)) < 0.25)] = rng.integers(0, 45)
    places, own = next_place_replay.own_positions(mine)
    shift, weight = np.zeros(kernels.N_FEATURE), weights(10)
    told = next_place_replay.replay_visits(
        own, mine, when, places, n_contributed, at_time, SCALE, crowd, weight, shift, 0.01
    )
    expected, expected_shift = naive.replay_visits(
        mine.tolist(), when, n_contributed, at_time, SCALE, twin, weight, 0.01
    )
    np.testing.assert_allclose(told, expected, rtol=1e-5, atol=1e-9)
    np.testing.assert_allclose(shift, expected_shift, rtol=1e-4, atol=1e-7)


def test_teaching_takes_adaptive_steps_and_lowers_the_loss():
    person, place, time_s = visits(11)
    crowd = count_crowd(PlaceVisits(person, place, time_s))
    first = np.searchsorted(person, np.arange(5))
    lists, own = zip(*(next_place_replay.own_positions(place[person == k]) for k in range(4)), strict=True)
    places_first = np.cumsum([0, *(len(one) for one in lists)])
    weight = weights(12)
    start, prior = weight.copy(), weights(13)
    order = np.argsort(time_s, kind="stable")

    def one_pass(rows):
        return next_place_replay.teach_pass(
            rows, person, first, np.concatenate(own), time_s, np.concatenate(lists), places_first, False, SCALE, crowd,
            weight, prior, 0.1, 1e-3,
        )  # fmt: skip

    one_pass(np.array([0, 1]))
    features = next_place_replay.ask_place(
        own[0][:1], time_s[:1], lists[0], 1, own[0], time_s[0], False, SCALE, crowd
    )  # fmt: skip
    slope = naive.loss_gradient(features, start, int(own[0][1])) + 1e-3 * (start - prior)
    np.testing.assert_allclose(weight, start - 0.1 * slope / np.sqrt(0.01 + slope**2), rtol=1e-4, atol=1e-7)
    losses = [one_pass(order) for _ in range(4)]
    assert losses[-1] < losses[0]
