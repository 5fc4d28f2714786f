"""Calendar days on the command line and in files."""

import re
from typing import Final

import numpy as np

from risk_core.errors import Fault, InputError

FIRST_DAY: Final = "1900-01-01"
LAST_DAY: Final = "2100-12-31"
ISO_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


def day_range(text: str) -> tuple[np.datetime64, np.datetime64]:
    """Both days of FROM..TO.

    Raises
    ------
    InputError
        When it is anything else than two calendar days in order.

    Examples
    --------
    >>> day_range("2020-11-15..2021-06-20")[0]
    np.datetime64('2020-11-15')
    """
    wanted = f"FROM..TO, two days as YYYY-MM-DD in {FIRST_DAY}..{LAST_DAY}, the first not after the last"
    fault = Fault("--origins", text, wanted, "For example 2020-11-15..2021-06-20.")
    ends = text.split("..")
    if len(ends) != 2 or not all(ISO_DAY.fullmatch(one) for one in ends):
        raise InputError(fault)
    try:
        first, last = (np.datetime64(one, "D") for one in ends)
    except ValueError as error:
        raise InputError(fault) from error
    if not np.datetime64(FIRST_DAY) <= first <= last <= np.datetime64(LAST_DAY):
        raise InputError(fault)
    return first, last
