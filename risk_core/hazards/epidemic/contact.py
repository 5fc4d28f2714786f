"""How many people a person meets in an hour: a first rule from the density of residents.

Gas-kinetic rule: walking at speed v through people at density n, a person passes within the distance d of
2 d v n people a second. The density of people in public is a share of the resident density, averaged over the
neighbourhood. All three numbers are assumptions (`InfectionOptions`); later issues put counted people here.
"""

import numpy as np
from numpy.typing import NDArray

from risk_core.hazards.epidemic.options import InfectionOptions
from risk_core.kernels.fields import box_mean
from risk_core.state.grid import Grid
from risk_core.units import M_PER_DEG_LAT, S_PER_H


def people_met(grid: Grid, population: NDArray[np.float32], options: InfectionOptions) -> NDArray[np.float32]:
    """People met in an hour in each cell, at least `people_least` and at most `people_most`.

    Cells without residents get their neighbourhood's, or the least: somebody may stand there.

    Parameters
    ----------
    grid
        The raster.
    population
        Residents per cell, shape=(n_row, n_col); unknown ones are skipped.
    options
        Settings.

    Returns
    -------
    float32 array
        shape=(n_row, n_col).
    """
    density = density_per_m2(grid, population, options.neighbourhood_m)
    swept_m2 = 2 * options.meeting_m * options.walking_m_per_s * S_PER_H
    people = density * options.outdoor_share * swept_m2
    return np.clip(people, options.people_least, options.people_most).astype(np.float32)


def density_per_m2(grid: Grid, people: NDArray[np.float32], neighbourhood_m: float) -> NDArray[np.float64]:
    """People for each square metre of land, averaged over the neighbourhood, 0 where nobody is known.

    Parameters
    ----------
    grid
        The raster.
    people
        People in each cell, shape=(n_row, n_col), NaN where unknown.
    neighbourhood_m
        Half width of the box that is averaged, metres.
    """
    height_m = grid.d_lat_deg * M_PER_DEG_LAT
    width_m = grid.d_lon_deg * M_PER_DEG_LAT * np.cos(np.radians(grid.row_lat_deg))
    half_row = round(neighbourhood_m / height_m)
    half_col = round(neighbourhood_m / float(width_m.mean()))
    around = box_mean(np.ascontiguousarray(people, dtype=np.float32), half_row, half_col)
    return np.asarray(np.nan_to_num(around) / (height_m * width_m[:, None]))
