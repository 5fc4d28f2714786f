"""Harper, Kepert and Ginger 2010: gust over the 10-minute mean wind at the same place.

B. A. Harper, J. D. Kepert, J. D. Ginger 2010, Guidelines for converting between various wind averaging periods in
tropical cyclone conditions, WMO/TD-No. 1555, table 1.1, 3-second gust over 600-second mean (typed from memory:
unverified). For winds of tropical cyclones above 17 m/s; the exposure classes are at sea, just off the sea,
just off the land, and inland.
"""

from typing import Final

GUST_AT_SEA: Final = 1.23
GUST_OFF_SEA: Final = 1.38
GUST_OFF_LAND: Final = 1.52
GUST_INLAND: Final = 1.66
