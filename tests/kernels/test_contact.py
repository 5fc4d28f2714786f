import numpy as np
import pytest

from risk_core.kernels import contact
from tests.naive import contact as naive

RNG = np.random.default_rng(6)


def test_contacts_equal_their_twin():
    alpha, beta = RNG.uniform(0.3, 6, 30), RNG.uniform(1, 4000, 30)
    people = RNG.uniform(0, 90, 30)
    people[:3] = 0.0, 1.0, 40.0
    found = contact.contact_probs(alpha, beta, people)
    np.testing.assert_allclose(found, naive.contact_probs(alpha, beta, people), rtol=1e-7, atol=1e-12)


def test_contacts_of_a_known_prevalence_are_the_plain_rule():
    """Where the variance goes to zero: 1 - (1 - p)^m, also where the parameters are huge."""
    p = np.array([1e-6, 1e-3, 0.02, 0.5])
    for size in (1e12, 1e20):
        for m in (1.0, 12.5, 300.0):
            found = contact.contact_probs(p * size, (1 - p) * size, np.full(4, m))
            np.testing.assert_allclose(found, -np.expm1(m * np.log1p(-p)), rtol=1e-6)


def test_uncertain_prevalence_gives_fewer_contacts_than_a_known_one_of_that_mean():
    p, m = np.full(4, 0.02), np.array([2.0, 10.0, 50.0, 200.0])
    uncertain = contact.contact_probs(p * 40, (1 - p) * 40, m)
    assert (uncertain < 1 - (1 - p) ** m).all()
    one = contact.contact_probs(p * 40, (1 - p) * 40, np.ones(4))
    assert one == pytest.approx(p)


def test_infection_equals_its_twin():
    p = np.array([0.0, 1e-4, 0.01, 0.3, 1.0])
    for near, far in ((0, 0), (1, 0), (0, 7), (4, 9)):
        found = contact.infection_probs(p, float(near), 0.3, float(far), 0.04)
        np.testing.assert_allclose(found, naive.infection_probs(p, near, 0.3, far, 0.04), rtol=1e-9, atol=1e-13)


def test_infection_never_exceeds_a_contact_however_large_the_dose():
    p = np.linspace(0, 1, 11)
    for dose in (0.0, 1e-9, 1.0, 50.0, np.inf):
        found = contact.infection_probs(p, 3.0, dose, 2.0, dose)
        assert (found <= 1 - (1 - p) ** 5 + 1e-12).all() and (found >= 0).all()


def test_unknown_stays_unknown():
    none = np.array([np.nan])
    assert np.isnan(contact.infection_probs(none, 0.0, 1.0, 0.0, 1.0)).all()
    assert np.isnan(contact.infection_probs(none, 2.0, 1.0, 3.0, 1.0)).all()
    assert np.isnan(contact.contact_probs(none, none, np.ones(1))).all()
    assert np.isnan(contact.contact_probs(np.ones(1), np.ones(1), none)).all()
