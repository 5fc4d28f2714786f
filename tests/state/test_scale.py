import math

import numpy as np
import pytest

from risk_core.errors import InputError
from risk_core.hazards.epidemic.options import InfectionOptions
from risk_core.hazards.rain.options import RainOptions
from risk_core.hazards.typhoon.options import TyphoonOptions
from risk_core.state.scale import RiskScale


def test_figures_must_ascend():
    for figures in [(1, 2, 3, 3, 5), (0, 1, 2, 3, 4), (1, 2, 3, 4), (1, 2, math.nan, 4, 5)]:
        with pytest.raises(InputError, match="five ascending positive numbers"):
            RiskScale("gust_m_per_s", figures, "test", "2025-01-01")


def test_all_faulty_options_are_named_at_once():
    with pytest.raises(InputError) as caught:
        RainOptions(lifetime_s=-1.0, correlation_m=math.nan)
    assert [fault.argument for fault in caught.value.faults] == ["lifetime_s", "correlation_m"]
    with pytest.raises(InputError, match="Correct InfectionOptions"):
        InfectionOptions(isolated_share=1.5)
    with pytest.raises(InputError, match="environment_hpa"):
        TyphoonOptions(environment_hpa=10.0)


@pytest.mark.parametrize("figures", [(13.0, 20.0, 26.0, 35.0, 46.0), (0.1, 0.15, 0.3, 0.7, 1.1)])
def test_risk_of_a_number_is_the_line_between_the_figures(figures):
    scale = RiskScale("gust_m_per_s", figures, "test", "2025-01-01")
    values = [-1.0, 0.0, *figures, *(one * 0.999 for one in figures), *np.linspace(0.01, 60, 997), math.inf, math.nan]
    line = np.interp(values, (0.0, *figures), np.arange(6) / 5)
    np.testing.assert_array_equal([scale.risk(float(value)) for value in values], line)
