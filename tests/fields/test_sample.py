import numpy as np

from risk_core.fields.advice import ADVICE, choose_advice
from risk_core.fields.sample import sample_streets
from risk_core.state.level import Hazard, Level


def test_streets_take_the_worst_cell_they_cross(area):
    risk = np.zeros((2, area.grid.n_row, area.grid.n_col), dtype=np.uint8)
    street = 3
    first, last = area.network.street_first_cell[street : street + 2]
    row, col = divmod(int(area.network.street_cell[first]), area.grid.n_col)
    risk[1, row, col] = 200
    found = sample_streets(area.network, risk)
    assert found.shape == (2, area.network.n_street)
    assert last > first and found[1, street] == 200 and (found[0] == 0).all()


def test_unknown_only_where_nothing_is_known(area):
    risk = np.full((1, area.grid.n_row, area.grid.n_col), 255, dtype=np.uint8)
    assert (sample_streets(area.network, risk) == 255).all()
    cell = area.network.street_cell[area.network.street_first_cell[0]]
    risk.reshape(-1)[cell] = 7
    assert sample_streets(area.network, risk)[0, 0] == 7


def test_every_level_above_safe_has_advice():
    for hazard in Hazard:
        for level in list(Level)[1:]:
            assert ADVICE[(hazard, level)], (hazard, level)


def test_advice_is_short_and_the_worst_comes_first():
    levels = {Hazard.INFECTION: Level.SERIOUS, Hazard.RAIN: Level.SERIOUS, Hazard.TYPHOON: Level.ALERT}
    found = choose_advice(levels)
    assert found[0] == "leave_basement" and found[-1] == "check_alerts"
    assert len(found) == len(set(found)) <= 6
    assert choose_advice({}) == ("check_alerts",)
    assert choose_advice({Hazard.INFECTION: Level.ALERT, Hazard.RAIN: Level.ATTENTION})[0] == "wear_mask_indoors"
