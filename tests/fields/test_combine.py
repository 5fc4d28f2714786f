import itertools

import numpy as np
import pytest

from risk_core.fields.combine import combine_layers, combine_risks
from risk_core.state.assessment import LayerFields
from risk_core.state.level import Hazard, Level, code_to_risk

RNG = np.random.default_rng(7)


def random_codes(n=500, n_hazard=3):
    code = RNG.integers(0, 251, (n_hazard, n)).astype(np.uint8)
    code[RNG.random(code.shape) < 0.15] = 255
    return list(code)


def combined(codes):
    return combine_risks(codes, codes[0].shape)


def test_one_hazard_stays_itself():
    code = np.append(np.arange(251), 255).astype(np.uint8)
    np.testing.assert_array_equal(combined([code]), code)
    np.testing.assert_array_equal(combined([code, np.zeros_like(code)])[:251], code[:251])
    np.testing.assert_array_equal(combined([code, np.full_like(code, 255)]), code)


def test_between_the_worst_and_one_and_at_most_one_level_up():
    codes = random_codes()
    found = combined(codes)
    known = np.where(np.stack(codes) == 255, 0, np.stack(codes)).max(axis=0)
    unknown = (np.stack(codes) == 255).all(axis=0)
    assert (found[unknown] == 255).all()
    assert (found[~unknown] >= known[~unknown]).all() and (found[~unknown] <= 250).all()
    for r, worst in zip(code_to_risk(found[~unknown]), known[~unknown] / 250, strict=True):
        assert 0 <= Level.from_risk(float(r)) - Level.from_risk(float(worst)) <= 1


def test_one_level_up_even_at_the_edges():
    for m in (49, 99, 149, 199, 250):
        found = combined([np.array([m], np.uint8)] * 4)
        assert Level.from_risk(float(code_to_risk(found)[0])) - Level.from_risk(m / 250) <= 1


def test_order_does_not_matter():
    codes = random_codes()
    for order in itertools.permutations(codes):
        np.testing.assert_array_equal(combined(list(order)), combined(codes))


def test_more_of_one_hazard_is_never_less_in_all():
    codes = [np.minimum(code, 249) for code in random_codes(n_hazard=3)]
    more = [codes[0] + (codes[0] < 249).astype(np.uint8), *codes[1:]]
    assert (combined(more) >= combined(codes)).all()


def test_the_rule_by_hand():
    found = combined([np.array([150], np.uint8), np.array([100], np.uint8), np.array([50], np.uint8)])
    assert code_to_risk(found)[0] == pytest.approx(0.6 + 0.2 * 0.4 * (1 - 0.6 * 0.8), abs=0.002)


def layer(code, source, as_of_s, simulated):
    code = np.full((1, 1, 2), code, np.uint8)
    return LayerFields(code, code, code, {}, as_of_s, (source,), simulated)


def test_layers_keep_their_sources():
    layers = {Hazard.RAIN: layer(150, "kma", 10.0, False), Hazard.INFECTION: layer(50, "kdca", 30.0, True)}
    found = combine_layers(layers, (1, 1, 2))
    assert found.sources == ("kma", "kdca") and found.simulated and found.data_as_of_s == 30.0
    assert found.risk.shape == (1, 1, 2)
    empty = combine_layers({}, (2, 1, 2))
    assert (empty.risk == 255).all() and empty.risk.shape == (2, 1, 2) and np.isnan(empty.data_as_of_s)
