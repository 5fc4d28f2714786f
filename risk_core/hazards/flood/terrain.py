"""The ground that water runs over."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from risk_core.errors import Fault, raise_faults

ROUGHNESS_ROAD: Final = 0.02
ROUGHNESS_BUILT: Final = 0.035
ROUGHNESS_PARK: Final = 0.05
ROUGHNESS_WATER: Final = 0.03
"""Manning's n by surface, s/m^1/3: road, built-up land, park, open water. Usual values of tables such as Chow 1959,
Open-channel Hydraulics, table 5-6 (from memory: unverified)."""

LEAST_SIDE: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Terrain:
    """Heights on square cells, row 0 north; make it with `Terrain.from_heights`.

    Attributes
    ----------
    height_m
        shape=(n_row, n_col), metres over any one datum.
    roughness
        Manning's n, shape=(n_row, n_col), s/m^1/3.
    cell_m
        Width of a cell, metres.
    is_synthetic
        True for heights that are an invention.
    """

    height_m: NDArray[np.float64]
    roughness: NDArray[np.float64]
    cell_m: float
    is_synthetic: bool = False

    @classmethod
    def from_heights(
        cls,
        height_m: NDArray[np.floating],
        cell_m: float,
        roughness: float | NDArray[np.floating] = ROUGHNESS_BUILT,
        is_synthetic: bool = False,
    ) -> "Terrain":
        """Check heights and roughness.

        Raises
        ------
        InputError
            For heights that are missing, not two-dimensional or not finite, roughness or cells that are not positive;
            all faults at once.

        Examples
        --------
        >>> Terrain.from_heights(np.zeros((4, 5)), 10.0).roughness[0, 0].item()
        0.035
        """
        height = np.ascontiguousarray(height_m, dtype=np.float64)
        faults = []
        if height.ndim != 2 or min(height.shape, default=0) < LEAST_SIDE:
            wanted = f"{LEAST_SIDE} rows and columns or more"
            faults.append(Fault("height_m", f"of shape {height.shape}", wanted, "Give a raster of heights."))
        n_gap = int((~np.isfinite(height)).sum())
        if n_gap:
            remedy = "Fill the gaps or cut the area where heights are known."
            faults.append(Fault("height_m", f"missing in {n_gap} cells", "finite metres everywhere", remedy))
        rough = np.asarray(roughness, dtype=np.float64)
        if rough.ndim and rough.shape != height.shape:
            wanted = f"one number or shape {height.shape}"
            faults.append(Fault("roughness", f"of shape {rough.shape}", wanted, "Give one value a cell."))
        elif not bool(np.all((rough > 0) & (rough < 1))):
            faults.append(Fault("roughness", "outside 0..1", "Manning's n in s/m^1/3", "Give for example 0.035."))
        if not (np.isfinite(cell_m) and cell_m > 0):
            faults.append(Fault("cell_m", str(cell_m), "a positive number of metres", "Give for example 10."))
        raise_faults(faults)
        return cls(height, np.ascontiguousarray(np.broadcast_to(rough, height.shape)), float(cell_m), is_synthetic)
