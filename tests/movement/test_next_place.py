"""The next place of a person: habits, the crowd, learning online, forgetting."""

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.movement.next_place import (
    forget_visits,
    learn_visit,
    next_places,
    place_prob,
    recall_visits,
    replay_person,
    start_history,
    start_places,
)
from risk_core.movement.place_record import PlaceOptions, PlaceQuestion, PlaceVisits
from risk_core.movement.place_teaching import teach_places

DAY_S, HOUR_S = 86400.0, 3600.0
HOME, WORK, LUNCH, GYM, CHURCH = range(5)
OPTIONS = PlaceOptions()


def commuter(n_week, rng, first_day=4, shift=0):
    """Work on five days, sport on two evenings, lunch out on some, church on Sundays; Monday 1970-01-05 is day 4."""
    place, time_s = [], []
    for day in range(7 * n_week):
        weekday, start_s = day % 7, (first_day + day) * DAY_S
        plan = [(WORK, 8.5), (HOME, 18.5)] if weekday < 5 else [(HOME, 15.0)]
        if weekday < 5 and rng.random() < 0.4:
            plan.insert(1, (LUNCH, 12.5))
        if weekday in (1, 3):
            plan.insert(-1, (GYM, 17.5))
        if weekday == 6:
            plan.insert(0, (CHURCH, 10.0))
        for where, hour in plan:
            place.append(where + shift)
            time_s.append(start_s + (hour + rng.normal(0, 0.2)) * HOUR_S)
    return np.array(place), np.array(time_s)


def crowd_of_commuters(n_person=12, n_week=6, seed=1):
    """Homes of their own; work, lunch, sport and church shared by those of one firm."""
    rng = np.random.default_rng(seed)
    columns = [commuter(n_week, rng, shift=10 * (k % 3)) for k in range(n_person)]
    columns = [(np.where(place % 10 == HOME, 50 + k, place), when) for k, (place, when) in enumerate(columns)]
    person = np.repeat(np.arange(n_person), [len(place) for place, _ in columns])
    return PlaceVisits(person, np.concatenate([p for p, _ in columns]), np.concatenate([t for _, t in columns]))


@pytest.fixture(scope="module")
def taught():
    return teach_places(crowd_of_commuters(), OPTIONS)


@pytest.fixture(scope="module")
def taught_at_time():
    return teach_places(crowd_of_commuters(), PlaceOptions(question=PlaceQuestion.AT_TIME))


@pytest.fixture(scope="module")
def habit():
    """Ten weeks of a person nobody of the crowd is, at places of its own but for work."""
    place, time_s = commuter(10, np.random.default_rng(2), shift=100)
    return np.where(place == 100 + WORK, WORK, place), time_s


def test_a_commuting_habit_is_foreseen_from_the_place_and_the_hour(taught, habit):
    place, time_s = habit
    history = recall_visits(taught, place, time_s)
    monday = (4 + 70) * DAY_S
    history = learn_visit(taught, history, monday + 8.5 * HOUR_S, WORK)
    assert set(next_places(taught, history, monday + 8.5 * HOUR_S).place[:2]) == {100 + LUNCH, 100 + HOME}
    history = learn_visit(taught, history, monday + 18.5 * HOUR_S, 100 + HOME)
    told = next_places(taught, history, monday + 18.5 * HOUR_S)
    assert told.place[0] == WORK and told.prob[0] > 0.6 and told.is_known[0]


def test_the_weekday_tells_sport_from_home_when_the_time_is_known(taught_at_time, habit):
    history = recall_visits(taught_at_time, *habit)
    for day, where in ((70, HOME), (71, GYM), (72, HOME), (73, GYM)):
        start_s = (4 + day) * DAY_S
        history = learn_visit(taught_at_time, history, start_s + 8.5 * HOUR_S, WORK)
        asked_s = start_s + (17.5 if where == GYM else 18.5) * HOUR_S
        assert next_places(taught_at_time, history, asked_s).place[0] == 100 + where
        history = learn_visit(taught_at_time, history, start_s + 17.5 * HOUR_S, 100 + GYM) if where == GYM else history
        history = learn_visit(taught_at_time, history, start_s + 18.5 * HOUR_S, 100 + HOME)


def test_teaching_makes_it_better_than_the_fresh_model(taught, habit):
    loss = [-np.log(replay_person(model, *habit)[1][40:, 1]).mean() for model in (taught, start_places(OPTIONS))]
    assert loss[0] < loss[1]


def test_a_new_habit_replaces_an_old_one():
    """The person moves house: after four of sixteen weeks the new home comes before the old one."""
    model, rng = start_places(OPTIONS), np.random.default_rng(3)
    before, after = commuter(12, rng), commuter(4, rng, first_day=4 + 84)
    moved = np.where(after[0] == HOME, 200, after[0])
    history = recall_visits(model, np.append(before[0], moved), np.append(before[1], after[1]))
    monday_s = (4 + 112 + 0.35) * DAY_S
    listed = next_places(model, learn_visit(model, history, monday_s, WORK), monday_s).place.tolist()
    assert listed.index(200) < listed.index(HOME)


@pytest.mark.parametrize("n", [0, 1, 2, 7, 60])
def test_probabilities_and_the_rest_sum_to_one(taught, habit, n):
    history = recall_visits(taught, habit[0][:n], habit[1][:n])
    now_s = float(habit[1][n])
    told = next_places(taught, history, now_s, n_place=6)
    assert (np.diff(told.prob) <= 0).all() and (told.prob >= 0).all() and told.prob.sum() <= 1 + 1e-12
    assert told.prob.sum() + told.rest_prob == pytest.approx(1.0)
    assert len(set(told.place.tolist())) == len(told.place)
    assert told.unknown_prob <= told.new_prob + 1e-12
    every = {*np.flatnonzero(taught.crowd.n_person).tolist(), *habit[0][:n].tolist()}
    total = sum(place_prob(taught, history, now_s, q) for q in every)
    assert total + told.unknown_prob == pytest.approx(1.0)
    for q, prob in zip(told.place.tolist(), told.prob, strict=True):
        assert place_prob(taught, history, now_s, q) == pytest.approx(prob)


def test_a_place_nobody_was_at_has_the_mass_of_such_places(taught, habit):
    history = recall_visits(taught, *habit)
    now_s = float(habit[1][-1])
    told = next_places(taught, history, now_s)
    assert 12_345 not in told.place
    assert place_prob(taught, history, now_s, 12_345) == pytest.approx(told.unknown_prob)
    fresh = start_places(OPTIONS)
    alone = next_places(fresh, recall_visits(fresh, *habit), now_s)
    assert alone.unknown_prob == pytest.approx(alone.new_prob) and alone.is_known.all()


def test_a_newcomer_gets_the_places_of_the_crowd(taught):
    told = next_places(taught, start_history(), 0.0)
    assert told.new_prob == 1.0 and not told.is_known.any() and len(told.place) == 10
    here = learn_visit(taught, start_history(), 0.0, LUNCH)
    follow = next_places(taught, here, 0.0)
    assert follow.place[~follow.is_known][0] == GYM or follow.place[~follow.is_known][0] >= 50


def test_others_steps_help_at_a_place_the_person_hardly_knows(habit):
    """The crowd goes from the station to one of the person's places; the person was at the station once."""
    station = 300
    visits = crowd_of_commuters()
    person = np.append(visits.person, np.repeat(np.arange(20, 40), 8))
    place = np.append(visits.place, np.tile([station, 100 + CHURCH], 80))
    time_s = np.append(visits.time_s, np.tile(np.arange(8) * 40_000.0, 20))
    prob = []
    for model in (teach_places(visits, OPTIONS), teach_places(PlaceVisits(person, place, time_s), OPTIONS)):
        history = recall_visits(model, np.append(habit[0], station), np.append(habit[1], habit[1][-1] + 3600))
        prob.append(place_prob(model, history, float(history.time_s[-1]), 100 + CHURCH))
    assert prob[1] > prob[0]


def test_one_visit_after_the_other_equals_all_at_once(taught, habit):
    at_once, told = replay_person(taught, habit[0][:60], habit[1][:60])
    history = start_history()
    for i, (where, when) in enumerate(zip(habit[0][:60].tolist(), habit[1][:60].tolist(), strict=True)):
        now_s = float(history.time_s[-1]) if i else when
        listed = next_places(taught, history, now_s, n_place=200)
        assert place_prob(taught, history, now_s, where) == pytest.approx(told[i, 1])
        assert (listed.place.tolist().index(where) if where in listed.place else -1) == told[i, 0]
        assert listed.prob[0] == pytest.approx(told[i, 2]) and listed.new_prob == pytest.approx(told[i, 3])
        history = learn_visit(taught, history, when, where)
    np.testing.assert_array_equal(history.own, at_once.own)
    np.testing.assert_allclose(history.shift, at_once.shift, rtol=1e-9, atol=1e-12)


def test_nothing_is_changed_or_kept(taught, habit):
    history = recall_visits(taught, *habit)
    now_s = float(habit[1][-1]) + 60.0
    before = [array.copy() for array in (history.place, history.time_s, history.places, history.own, history.shift)]
    weight = taught.weight.copy()
    first = next_places(taught, history, now_s)
    learn_visit(taught, history, now_s, 999)
    again = next_places(taught, history, now_s)
    np.testing.assert_array_equal(first.place, again.place)
    np.testing.assert_array_equal(first.prob, again.prob)
    for array, old in zip(
        (history.place, history.time_s, history.places, history.own, history.shift), before, strict=True
    ):
        np.testing.assert_array_equal(array, old)
    np.testing.assert_array_equal(taught.weight, weight)


def test_teaching_is_deterministic_and_needs_no_order_of_persons():
    visits = crowd_of_commuters()
    one, two = teach_places(visits, OPTIONS), teach_places(visits, OPTIONS)
    np.testing.assert_array_equal(one.weight, two.weight)
    mixed = np.argsort(visits.time_s, kind="stable")
    three = teach_places(PlaceVisits(visits.person[mixed], visits.place[mixed], visits.time_s[mixed]), OPTIONS)
    np.testing.assert_allclose(three.weight, one.weight, rtol=1e-9)


def test_a_planted_future_visit_changes_nothing_before_it(taught, habit):
    place, time_s = habit
    planted = place.copy()
    planted[80:] = 555
    one, two = replay_person(taught, place, time_s)[1], replay_person(taught, planted, time_s)[1]
    np.testing.assert_array_equal(one[:80], two[:80])
    assert not np.array_equal(one[80:], two[80:])


def test_own_visits_in_the_crowd_do_not_speak_for_others(habit):
    """A person asks the same with the own visits in the crowd as without, apart from the weights."""
    visits = crowd_of_commuters()
    place, time_s = habit
    person = np.append(visits.person, np.full(len(place), 50))
    with_own = PlaceVisits(person, np.append(visits.place, place), np.append(visits.time_s, time_s))
    without, contributed = teach_places(visits, OPTIONS), teach_places(with_own, OPTIONS)
    same = type(without)(OPTIONS, contributed.crowd, without.weight, contributed.n_taught)
    now_s = float(time_s[-1])
    alone = next_places(without, recall_visits(without, place, time_s), now_s, n_place=5)
    counted = next_places(same, recall_visits(same, place, time_s, n_contributed=len(place)), now_s, n_place=5)
    known = alone.is_known & counted.is_known
    np.testing.assert_array_equal(alone.place[known], counted.place[known])
    np.testing.assert_allclose(alone.prob[known], counted.prob[known], rtol=0.05)


def test_forgetting_leaves_no_trace(taught, habit):
    place, time_s = habit
    history = recall_visits(taught, place, time_s, n_contributed=0)
    kept = forget_visits(taught, history, float(time_s[100]))
    anew = recall_visits(taught, place[100:], time_s[100:])
    for name in ("place", "time_s", "places", "own", "shift"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(anew, name))
    nothing = forget_visits(taught, history, np.inf)
    assert not len(nothing.place) and not nothing.shift.any()
    with pytest.raises(InputError, match="infinity"):
        forget_visits(taught, history, np.nan)


@pytest.mark.parametrize(
    ("ask", "told"),
    [
        (lambda m, h: next_places(m, h, 0.0), "last visit"),
        (lambda m, h: next_places(m, h, np.nan), "finite"),
        (lambda m, h: next_places(m, h, 1e9, n_place=0), "n_place"),
        (lambda m, h: learn_visit(m, h, 0.0, 1), "last visit"),
        (lambda m, h: learn_visit(m, h, np.inf, -1), r"(?s)time_s is inf.*place is -1"),
        (lambda m, h: recall_visits(m, np.array([1, 2]), np.array([5.0, 4.0])), "visit 2: time_s"),
        (lambda m, h: recall_visits(m, np.array([1]), np.array([5.0]), 2), "n_contributed"),
        (lambda m, h: PlaceVisits(np.zeros(2, int), np.zeros(1, int), np.zeros(2)), "place is of 1 entries"),
        (lambda m, h: PlaceVisits(np.array([-1]), np.array([-2]), np.array([np.nan])), r"(?s)person.*place.*time_s"),
        (lambda m, h: teach_places(PlaceVisits(np.arange(3), np.arange(3), np.zeros(3)), OPTIONS), "two visits"),
        (lambda m, h: PlaceOptions(lately_day=0.0, other_day_share=2.0), r"(?s)lately_day.*other_day_share"),
        (lambda m, h: PlaceOptions(prior_visit=np.nan), "prior_visit"),
    ],
)  # fmt: skip
def test_what_cannot_be_taken_is_refused_with_the_reason(taught, habit, ask, told):
    with pytest.raises(InputError, match=told):
        ask(taught, recall_visits(taught, *habit))
