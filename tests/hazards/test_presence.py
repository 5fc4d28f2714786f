import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.presence import (
    PresenceBasis,
    estimate_presence,
    infectious_present,
    mix_shares,
)

RNG = np.random.default_rng(3)
N = 3
DISTRICT = np.array([0, 0, 1, 1, 2, -1], dtype=np.int32)
RESIDENTS = np.array([60, 40, 30, 20, 50, 9], dtype=np.float32)
SHARE = np.array([[0.01, 0.04, 0.002]])


def test_residents_stay_at_home():
    found = estimate_presence(RESIDENTS, DISTRICT, N)
    assert found.basis is PresenceBasis.RESIDENTS and found.people.shape == (24, 6)
    assert (mix_shares(found, SHARE) == SHARE).all()
    present = infectious_present(found, SHARE)[0]
    assert present[7, :5] == pytest.approx([0.6, 0.4, 1.2, 0.8, 0.1])
    assert np.isnan(present[:, 5]).all()


def test_flows_move_people_and_keep_their_number():
    flows = RNG.uniform(0, 50, (24, N, N))
    found = estimate_presence(RESIDENTS, DISTRICT, N, flows=flows)
    assert found.basis is PresenceBasis.FLOWS
    assert np.nansum(found.people, axis=1) == pytest.approx(flows.sum(axis=(1, 2)), rel=1e-5)
    infectious = np.nansum(infectious_present(found, SHARE)[0], axis=1)
    assert infectious == pytest.approx((flows * SHARE[0][:, None]).sum(axis=(1, 2)), rel=1e-5)
    assert found.people[3, 0] / found.people[3, 1] == pytest.approx(60 / 40)


def test_infectious_present_are_the_sum_over_homes_written_out():
    flows = RNG.uniform(0, 50, (24, N, N))
    found = estimate_presence(RESIDENTS, DISTRICT, N, flows=flows)
    by_hand = sum(SHARE[0, home] * flows[5, home, 1] for home in range(N))
    assert infectious_present(found, SHARE)[0, 5, 2:4].sum() == pytest.approx(by_hand, rel=1e-5)


def test_a_count_alone_moves_as_few_as_it_must():
    living = np.tile(RESIDENTS, (24, 1))
    same = estimate_presence(RESIDENTS, DISTRICT, N, living=living)
    assert same.mix[4] == pytest.approx(np.eye(N))
    living[9, :2] = 10.0
    living[9, 4] = 130.0
    found = estimate_presence(RESIDENTS, DISTRICT, N, living=living)
    assert found.basis is PresenceBasis.LIVING
    assert found.mix[9, 2] == pytest.approx([80 / 130, 0, 50 / 130])
    assert found.mix[9, 0] == pytest.approx([1, 0, 0])
    assert (found.people == living).all()


def test_more_people_than_residents_come_from_everywhere():
    living = np.tile(RESIDENTS * 2, (24, 1))
    found = estimate_presence(RESIDENTS, DISTRICT, N, living=living)
    assert found.mix.sum(axis=2) == pytest.approx(1)
    homes = np.array([100, 50, 50])
    assert found.mix[0, 0] == pytest.approx(0.5 * np.eye(N)[0] + 0.5 * homes / homes.sum())


def test_rows_sum_to_one_and_lie_between_the_homes():
    living = RNG.uniform(0, 90, (24, 6)).astype(np.float32)
    living[2] = 0.0
    flows = RNG.poisson(3, (24, N, N)).astype(float)
    flows[4, :, 1] = 0.0
    for found in (
        estimate_presence(RESIDENTS, DISTRICT, N, living=living),
        estimate_presence(RESIDENTS, DISTRICT, N, flows=flows),
        estimate_presence(RESIDENTS, DISTRICT, N, living=living, flows=flows),
    ):
        assert found.mix.sum(axis=2) == pytest.approx(1)
        mixed = mix_shares(found, SHARE)
        assert (mixed >= SHARE.min() - 1e-15).all() and (mixed <= SHARE.max() + 1e-15).all()


def test_unknown_homes_leave_the_known_majority():
    flows = np.zeros((24, N, N))
    flows[:, 0, 0], flows[:, 1, 0], flows[:, 1, 1], flows[:, 2, 2] = 60, 40, 10, 10
    found = estimate_presence(RESIDENTS, DISTRICT, N, flows=flows)
    mixed = mix_shares(found, np.array([[0.01, np.nan, 0.002], [0.01, 0.02, 0.002]]))
    assert mixed[0, 0] == pytest.approx([0.01, np.nan, 0.002], nan_ok=True)
    assert mixed[1, 0] == pytest.approx([0.014, 0.02, 0.002])


def test_arrays_that_do_not_belong_together_are_refused():
    with pytest.raises(InputError, match="living is shape"):
        estimate_presence(RESIDENTS, DISTRICT, N, living=np.ones((24, 5), np.float32))
    with pytest.raises(InputError, match="flows is a negative or missing number"):
        estimate_presence(RESIDENTS, DISTRICT, N, flows=np.full((24, N, N), np.nan))
    with pytest.raises(InputError, match=r"district is -1\.\.2"):
        estimate_presence(RESIDENTS, DISTRICT, 2)
